//! Requests that an engine serves while it runs something else.

use serde_json::{Value, json};

use super::table::Way;
use super::{Client, Reply, Request, RequestError};

/// One engine, past the queue of what it is to run.
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) client: Client,
    pub(super) engine: u32,
}

impl Control {
    /// Takes requests back that have not begun; all that wait there, if none are named.
    ///
    /// # Errors
    /// If the engine is not there.
    pub async fn abort(&self, msg_ids: &[&str]) -> Result<(), RequestError> {
        self.ask("abort_request", json!({ "msg_ids": msg_ids })).await.map(drop)
    }

    /// Interrupts what it runs.
    ///
    /// # Errors
    /// If the engine is not there, or cannot be interrupted.
    pub async fn interrupt(&self) -> Result<(), RequestError> {
        self.ask("signal_request", json!({ "sig": "SIGINT" })).await.map(drop)
    }

    /// Makes it forget its variables, once it is done with what it runs.
    ///
    /// # Errors
    /// If the engine is not there.
    pub async fn clear(&self) -> Result<(), RequestError> {
        self.ask("clear_request", json!({})).await.map(drop)
    }

    /// Ends the engine.
    ///
    /// # Errors
    /// If the engine is not there.
    pub async fn shutdown(&self, restart: bool) -> Result<(), RequestError> {
        match self.ask("shutdown_request", json!({ "restart": restart })).await {
            // It was quicker than its answer.
            Ok(_) | Err(RequestError::EngineLost { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Any other request.
    ///
    /// # Errors
    /// If the engine is not there, or refuses.
    pub async fn ask(&self, kind: &str, content: Value) -> Result<Reply, RequestError> {
        let engine = self.client.resolve(&self.engine.into())?.swap_remove(0);
        let mut message = Request::new(kind, content).message(self.client.session(), Value::Null);
        message.idents = vec![engine.1.clone().into()];
        let expected = vec![(message.header.msg_id.clone(), Some(engine))];
        let way = &self.client.ways().control;
        let pending = self.client.send(message, way, expected, Way::Control)?;
        super::first(pending)?.reply().await
    }
}
