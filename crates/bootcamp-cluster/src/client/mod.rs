//! Driving a cluster's engines.
//!
//! ```no_run
//! use bootcamp_cluster::client::{Client, Output, Request, Targets};
//! use bootcamp_cluster::connection::Profile;
//!
//! # async fn drive() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::connect(Profile::named("default")?.client().await?).await?;
//! println!("engines {:?}", client.ids());
//! for pending in client.direct(Targets::All).submit(&Request::execute("hello"))? {
//!     let engine = pending.engine();
//!     let (reply, mut outputs) = pending.split();
//!     while let Some(output) = outputs.next().await {
//!         if let Output::Stdout(text) = output {
//!             println!("[{engine:?}] {text}");
//!         }
//!     }
//!     reply.await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A client's sockets have a thread of their own, so its futures wait in any executor.
//! A program without one waits with [`Client::wait`].

mod connection;
mod control;
mod error;
mod hub;
mod notices;
mod output;
mod pending;
mod request;
mod table;
mod views;

use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use self::connection::{Shared, Ways, serve};
use self::table::Way;
use crate::connection::ClientConnection;
use crate::transport::{Outgoing, Transport, usual};
use crate::wire::{Message, Session};

pub use control::Control;
pub use error::{ClientError, RequestError};
pub use hub::Hub;
pub use notices::{Notice, Notices};
pub use output::Output;
pub use pending::{OutputStream, Pending, Reply, ReplyFuture};
pub use request::Request;
pub use views::{Balanced, Broadcast, Direct, Targets};

/// A connection to a controller. Clones share it; it closes when the last is dropped.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    ways: Ways,
    handle: Handle,
    // Dropping it ends the thread.
    _open: oneshot::Sender<()>,
}

impl Client {
    /// Connects to the controller that this file is of.
    ///
    /// # Errors
    /// If the controller cannot be reached, or does not answer.
    pub async fn connect(connection: ClientConnection) -> Result<Self, ClientError> {
        let transport = usual(connection.curve.as_ref())?;
        Self::connect_over(connection, transport).await
    }

    /// Connects by another `ZeroMQ`.
    ///
    /// # Errors
    /// If the controller cannot be reached, or does not answer.
    pub async fn connect_by(
        connection: ClientConnection,
        transport: impl Transport,
    ) -> Result<Self, ClientError> {
        Self::connect_over(connection, Arc::new(transport)).await
    }

    async fn connect_over(
        connection: ClientConnection,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ClientError> {
        let (connected, outcome) = oneshot::channel();
        let (open, closed) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        thread::Builder::new().name("cluster client".to_owned()).spawn(move || {
            runtime.block_on(serve(connection, transport, connected, closed));
        })?;
        let ended = |_| std::io::Error::other("the thread of the sockets ended");
        let (shared, ways) = outcome.await.map_err(ended)??;
        Ok(Self(Arc::new(Inner { shared, ways, handle, _open: open })))
    }

    /// Connects, in a program without an executor.
    ///
    /// # Errors
    /// If the controller cannot be reached, or does not answer.
    ///
    /// # Panics
    /// If it is called in asynchronous code.
    pub fn connect_and_wait(connection: ClientConnection) -> Result<Self, ClientError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(Self::connect(connection))
    }

    /// Waits for a future, in a program without an executor:
    /// `client.wait(pending.reply())`.
    ///
    /// # Panics
    /// If it is called in asynchronous code.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.0.handle.block_on(future)
    }

    /// The ids of the engines, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        self.shared().table.engines().into_keys().collect()
    }

    /// Engines that come and go from now on.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices(self.shared().table.listen())
    }

    /// Waits until so many engines are there, and gives their ids.
    ///
    /// # Errors
    /// If the controller is lost.
    pub async fn wait_for_engines(&self, count: usize) -> Result<Vec<u32>, RequestError> {
        let mut notices = self.notices();
        loop {
            let ids = self.ids();
            if ids.len() >= count {
                return Ok(ids);
            }
            if notices.next().await.is_none() {
                return Err(RequestError::ControllerLost);
            }
        }
    }

    /// Whether the connection is broken, and may yet be made again.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.shared().table.is_away()
    }

    /// Whether the controller is gone for good.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.shared().table.is_lost()
    }

    /// Engines that each run every request.
    #[must_use]
    pub fn direct(&self, targets: impl Into<Targets>) -> Direct {
        Direct { client: self.clone(), targets: targets.into() }
    }

    /// Engines that each run every request, which is sent once: for large buffers.
    #[must_use]
    pub fn broadcast(&self, targets: impl Into<Targets>) -> Broadcast {
        Broadcast { client: self.clone(), targets: targets.into() }
    }

    /// Whichever engine is free.
    #[must_use]
    pub fn balanced(&self) -> Balanced {
        Balanced { client: self.clone(), targets: Targets::All, retries: 0 }
    }

    /// An engine, past what it runs.
    #[must_use]
    pub fn control(&self, engine: u32) -> Control {
        Control { client: self.clone(), engine }
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> Hub {
        Hub { client: self.clone() }
    }

    fn shared(&self) -> &Shared {
        &self.0.shared
    }

    fn session(&self) -> &Session {
        &self.shared().session
    }

    fn ways(&self) -> &Ways {
        &self.0.ways
    }

    fn resolve(&self, targets: &Targets) -> Result<Vec<(u32, String)>, RequestError> {
        if self.is_lost() {
            return Err(RequestError::ControllerLost);
        }
        let mut engines = self.shared().table.engines();
        let found: Vec<_> = match targets {
            Targets::All => engines.into_iter().collect(),
            Targets::Ids(ids) => ids
                .iter()
                .map(|id| {
                    let uuid = engines.remove(id).ok_or(RequestError::NoSuchEngine(*id))?;
                    Ok((*id, uuid))
                })
                .collect::<Result<_, RequestError>>()?,
        };
        if found.is_empty() { Err(RequestError::NoEngines) } else { Ok(found) }
    }

    fn send(
        &self,
        message: Message,
        outgoing: &Outgoing,
        expected: Vec<(String, Option<(u32, String)>)>,
        way: Way,
    ) -> Result<Vec<Pending>, RequestError> {
        let frames = self.session().encode(message)?;
        self.shared().table.submit(expected, way, || outgoing.send(frames).is_ok())
    }
}

fn first(pending: Vec<Pending>) -> Result<Pending, RequestError> {
    pending.into_iter().next().ok_or(RequestError::ControllerLost)
}
