//! Why an engine does not start, and why it ends.

use std::time::Duration;

use crate::transport::TransportError;

/// Why an engine did not join the cluster.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The controller cannot be reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The hub took no notice: it drops what is signed with another key.
    #[error("the controller did not answer the registration within {} s: the connection file is of another controller (its key or its ports), so start the engine with the running one's", .0.as_secs())]
    NoAnswer(Duration),
    /// The hub said no.
    #[error("the controller refused this engine: {0}")]
    Refused(String),
    /// The thread of the connection could not be started.
    #[error("the engine's threads did not start: {0}")]
    Threads(#[from] std::io::Error),
}

/// Why an engine left its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Departure {
    /// This program asked for it.
    Left,
    /// A client asked for it.
    Shutdown {
        /// The client wants the engine to be started anew.
        restart: bool,
    },
    /// SIGTERM came: launchers stop engines so.
    Terminated,
    /// No ping came for so long.
    Silence(Duration),
    /// The controller closed its connections.
    ControllerGone,
}
