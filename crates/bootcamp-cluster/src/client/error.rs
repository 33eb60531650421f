//! Why a client does not connect, and why a request has no reply.

use std::time::Duration;

use crate::Failure;
use crate::transport::TransportError;
use crate::wire::{BufferRefusal, WireError};

/// Why a client did not connect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The controller cannot be reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The hub took no notice: it drops what is signed with another key.
    #[error("the controller did not answer within {} s: the connection file is of another controller (its key or its ports), so read the running one's", .0.as_secs())]
    NoAnswer(Duration),
    /// The thread of the connection could not be started.
    #[error("the client's thread did not start: {0}")]
    Threads(#[from] std::io::Error),
}

/// Why a request has no good reply.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The code failed on the engine.
    #[error("{0}")]
    Failed(Failure),
    /// The request was taken back before it ran.
    #[error("the request was aborted before it ran")]
    Aborted,
    /// The engine is gone, and what it ran is lost.
    #[error("{} died or left while it had the request; send it to another one", name(*.engine))]
    EngineLost {
        /// Which one; the task queue does not say.
        engine: Option<u32>,
    },
    /// The task queue has nobody left to try.
    #[error(
        "no engine is left that can run the request: those it was meant for are gone, or lack what it needs"
    )]
    NoEngineLeft,
    /// There is no such engine.
    #[error("there is no engine {0}; `ids()` says which there are")]
    NoSuchEngine(u32),
    /// There is nobody to send it to.
    #[error("no engines have joined; start some with `ipcluster engines`, or wait for them")]
    NoEngines,
    /// The controller is gone, and with it every request.
    #[error("the connection to the controller is lost; start it again and connect anew")]
    ControllerLost,
    /// The connection broke while the request was under way.
    #[error(
        "the connection to the controller broke while the request was under way; it is made again by itself, then send the request again if its effect is not there"
    )]
    Interrupted,
    /// The connection is broken, and not yet made again.
    #[error(
        "the controller does not answer; if it is started again with its old ports (`ipcontroller --restore`), the connection is made again by itself"
    )]
    Away,
    /// The buffers of the reply are not those that the engine sent.
    #[error("the reply is refused: {0}")]
    Refused(#[from] BufferRefusal),
    /// The request cannot be written.
    #[error(transparent)]
    Wire(#[from] WireError),
}

fn name(engine: Option<u32>) -> String {
    engine.map_or_else(|| "the engine".to_owned(), |id| format!("engine {id}"))
}
