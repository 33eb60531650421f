//! What the program that is an engine has to know: how to run what it is sent.

use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::Outputs;
use crate::Failure;

/// Code to run: an `execute_request`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execute {
    /// The code.
    pub code: String,
    /// No echo and no result is wanted; prints and pictures are.
    pub silent: bool,
    /// The number of the run, as in `In [3]`.
    pub execution_count: u32,
    /// What the client wrote for the schedulers and for us.
    pub metadata: Map<String, Value>,
}

/// Any other request: its type is the embedding program's own.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The type of the request, as `map_request`.
    pub kind: String,
    /// What it says.
    pub content: Value,
    /// Its buffers, each with the SHA-256 that was signed.
    pub buffers: Vec<Bytes>,
    /// What the client wrote for the schedulers and for us.
    pub metadata: Map<String, Value>,
}

/// What a [`Call`] is answered with.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The content of the reply, a JSON object; `status` is added.
    pub content: Value,
    /// Its buffers.
    pub buffers: Vec<Bytes>,
}

impl Answer {
    /// An answer without buffers.
    #[must_use]
    pub fn new(content: Value) -> Self {
        Self { content, buffers: Vec::new() }
    }
}

/// Stops the code that is running; called from another thread while it runs.
#[derive(Clone)]
pub struct Interrupter(Arc<dyn Fn() + Send + Sync>);

impl Interrupter {
    /// Interrupts by calling this function, which must not wait for the code.
    pub fn new(interrupt: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(interrupt))
    }

    pub(super) fn interrupt(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Interrupter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Interrupter(..)")
    }
}

/// Runs what an engine is sent, one request after the other. It may block its thread: the
/// connection and the heartbeat have threads of their own.
pub trait Runner: Send {
    /// Runs code. What it prints and shows goes to `outputs` as it happens; a clone of them
    /// may be used by any thread. A failure is published and answered by the engine.
    fn execute(
        &mut self,
        request: Execute,
        outputs: &Outputs,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Answers any request that is not one of ipyparallel's own.
    fn call(
        &mut self,
        request: Call,
        outputs: &Outputs,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send {
        let _ = outputs;
        let unknown = format!("this engine does not know {}", request.kind);
        ready(Err(Failure::new("UnknownRequest", unknown)))
    }

    /// Forgets all variables.
    fn clear(&mut self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// What stops running code. Asked for once, before the first request.
    fn interrupter(&self) -> Option<Interrupter> {
        None
    }

    /// `language_info` of the reply to a `kernel_info_request`.
    fn language_info(&self) -> Value {
        json!({ "name": "rust", "version": "", "mimetype": "text/rust", "file_extension": ".rs" })
    }
}
