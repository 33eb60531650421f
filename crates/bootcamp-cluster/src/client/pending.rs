//! A request under way: its reply and its outputs.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};

use super::{Output, RequestError};

/// A good reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What it says.
    pub content: Value,
    /// Its buffers, each with the SHA-256 that the engine signed.
    pub buffers: Vec<Bytes>,
    /// What the engine says of the run.
    pub metadata: Map<String, Value>,
    /// The engine that ran it.
    pub engine: Option<u32>,
}

/// A request under way. It is sent already; dropping this does not take it back.
#[derive(Debug)]
pub struct Pending {
    pub(super) msg_id: String,
    pub(super) engine: Option<u32>,
    pub(super) reply: ReplyFuture,
    pub(super) outputs: OutputStream,
}

impl Pending {
    /// The name of the request, for an abort or a question to the hub.
    #[must_use]
    pub fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// The engine that it was sent to; none if the task queue chooses.
    #[must_use]
    pub fn engine(&self) -> Option<u32> {
        self.engine
    }

    /// The reply and the outputs apart, to wait for both at once.
    #[must_use]
    pub fn split(self) -> (ReplyFuture, OutputStream) {
        (self.reply, self.outputs)
    }

    /// Waits for the reply; outputs are dropped.
    ///
    /// # Errors
    /// If the code failed, or its engine is lost.
    pub async fn reply(self) -> Result<Reply, RequestError> {
        drop(self.outputs);
        self.reply.await
    }

    /// Waits for the reply and all outputs.
    pub async fn finish(mut self) -> (Result<Reply, RequestError>, Vec<Output>) {
        let mut outputs = Vec::new();
        while let Some(output) = self.outputs.next().await {
            outputs.push(output);
        }
        (self.reply.await, outputs)
    }
}

/// The reply to a request, once it is there.
#[derive(Debug)]
pub struct ReplyFuture(pub(super) oneshot::Receiver<Result<Reply, RequestError>>);

impl Future for ReplyFuture {
    type Output = Result<Reply, RequestError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Nobody can answer any more when the connection has been dropped.
        Pin::new(&mut self.0)
            .poll(context)
            .map(|reply| reply.unwrap_or(Err(RequestError::ControllerLost)))
    }
}

/// The outputs of a request, as they come.
#[derive(Debug)]
pub struct OutputStream(pub(super) mpsc::UnboundedReceiver<Output>);

impl OutputStream {
    /// The next output; none once the request is done.
    pub async fn next(&mut self) -> Option<Output> {
        self.0.recv().await
    }

    /// The next output, if it has come already.
    pub fn try_next(&mut self) -> Option<Output> {
        self.0.try_recv().ok()
    }
}
