//! Engines that come and go.

use tokio::sync::mpsc;

/// What the hub says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// An engine has joined.
    Came {
        /// Its number.
        id: u32,
        /// The controller's name for it.
        uuid: String,
    },
    /// An engine has left, or died.
    Left {
        /// Its number; it is not given again.
        id: u32,
        /// The controller's name for it.
        uuid: String,
    },
    /// The controller is gone. It is the last notice.
    ControllerLost,
}

/// The notices from now on.
#[derive(Debug)]
pub struct Notices(pub(super) mpsc::UnboundedReceiver<Notice>);

impl Notices {
    /// The next notice; none once the controller is lost.
    pub async fn next(&mut self) -> Option<Notice> {
        self.0.recv().await
    }

    /// The next notice, if it has come already.
    pub fn try_next(&mut self) -> Option<Notice> {
        self.0.try_recv().ok()
    }
}
