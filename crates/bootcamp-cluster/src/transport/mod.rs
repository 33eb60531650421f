//! How frames travel. Everything else here knows only these few types, so that another
//! `ZeroMQ` than the one in pure Rust can carry them.

#[cfg(feature = "libzmq")]
mod libzmq;
mod pure;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::connection::CurveKey;

#[cfg(feature = "libzmq")]
pub use libzmq::Libzmq;
pub use pure::Pure;

/// A controller that is there accepts within milliseconds; one that just starts, soon.
const PATIENCE: Duration = Duration::from_secs(10);

/// The frames of one message.
pub type Frames = Vec<Bytes>;

/// What comes out of a link.
#[derive(Debug)]
pub enum Event {
    /// A message.
    Message(Frames),
    /// The connection broke, and the link makes it again by itself. What was under way is lost.
    Interrupted,
    /// The other side did not come back, and this link stays closed.
    Lost,
}

/// Two ways between this program and a controller's socket. Dropping `outgoing` closes the
/// link once everything that was put into it has been written.
#[derive(Debug)]
pub struct Link {
    /// What is to be sent.
    pub outgoing: Outgoing,
    /// What came, in order.
    pub incoming: mpsc::UnboundedReceiver<Event>,
}

/// Where messages are put that are to be sent.
pub type Outgoing = mpsc::UnboundedSender<Frames>;

/// Why a link was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection.
    #[error(
        "nobody answers at {url}: {why}; is the controller of this connection file still running?"
    )]
    Nobody {
        /// Where to.
        url: String,
        /// What the socket says.
        why: String,
    },
    /// The controller encrypts.
    #[error(
        "this controller encrypts with CURVE, which needs the feature `libzmq` and a libzmq that has it ({0}): build with it, or unset IPP_ENABLE_CURVE and c.IPController.enable_curve and start the controller again"
    )]
    Curve(String),
}

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Requests and replies, with the name that the controller knows this program by.
    Dealer(Option<String>),
    /// Outputs to whoever listens.
    Publish,
    /// All that a publisher sends.
    Subscribe,
}

/// A link that is being made.
pub type Linking<'a> = Pin<Box<dyn Future<Output = Result<Link, TransportError>> + Send + 'a>>;

/// A library that speaks `ZeroMQ`. Its links live in the tokio runtime in which they are made.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Connects to a socket of the controller.
    fn link<'a>(&'a self, kind: Kind, url: &'a str) -> Linking<'a>;
}

/// The one for a controller: the C library's, where it is built in.
#[cfg(feature = "libzmq")]
pub(crate) fn usual(curve: Option<&CurveKey>) -> Result<Arc<dyn Transport>, TransportError> {
    Ok(Arc::new(Libzmq::new(curve)?))
}

/// The one for a controller.
#[cfg(not(feature = "libzmq"))]
pub(crate) fn usual(curve: Option<&CurveKey>) -> Result<Arc<dyn Transport>, TransportError> {
    match curve {
        None => Ok(Arc::new(Pure)),
        Some(_) => Err(TransportError::Curve("this program is built without".to_owned())),
    }
}

/// A link, and what the tasks that serve it need.
fn ends() -> (Link, mpsc::UnboundedReceiver<Frames>, mpsc::UnboundedSender<Event>) {
    let (outgoing, to_send) = mpsc::unbounded_channel();
    let (came, incoming) = mpsc::unbounded_channel();
    (Link { outgoing, incoming }, to_send, came)
}
