//! Questions to the hub, which remembers what was sent and what came back.

use bytes::Bytes;
use serde_json::{Value, json};

use super::table::Way;
use super::{Client, Reply, Request, RequestError};
use crate::wire::{BufferRefusal, DIGESTS, sha256};

/// The hub of the controller. It records what goes to one engine or through the task queue,
/// and no broadcasts.
#[derive(Clone, Debug)]
pub struct Hub {
    pub(super) client: Client,
}

impl Hub {
    /// What each engine has done and has still to do.
    ///
    /// # Errors
    /// If the controller is lost.
    pub async fn queue_status(&self, verbose: bool) -> Result<Value, RequestError> {
        let content = json!({ "targets": null, "verbose": verbose });
        Ok(self.ask("queue_request", content).await?.content)
    }

    /// The recorded results of requests, also of another client's; `content["completed"]`
    /// and `content["pending"]` list them, the buffers follow each other in that order.
    ///
    /// # Errors
    /// If a request is unknown.
    pub async fn results(&self, msg_ids: &[&str]) -> Result<(Value, Vec<Bytes>), RequestError> {
        let content = json!({ "msg_ids": msg_ids, "status_only": false });
        let reply = self.ask("result_request", content).await?;
        check(&reply.content, &reply.buffers)?;
        Ok((reply.content, reply.buffers))
    }

    /// The ids of all recorded requests, oldest first.
    ///
    /// # Errors
    /// If the controller is lost.
    pub async fn history(&self) -> Result<Vec<String>, RequestError> {
        let reply = self.ask("history_request", json!({})).await?;
        let listed = reply.content["history"].as_array().cloned().unwrap_or_default();
        Ok(listed.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The records that a query in the manner of `MongoDB` finds, as
    /// `json!({"engine_uuid": uuid})`, with only these fields, or all.
    ///
    /// # Errors
    /// If the query is malformed.
    pub async fn records(&self, query: Value, fields: &[&str]) -> Result<Vec<Value>, RequestError> {
        let keys = if fields.is_empty() { Value::Null } else { json!(fields) };
        let reply = self.ask("db_request", json!({ "query": query, "keys": keys })).await?;
        Ok(reply.content["records"].as_array().cloned().unwrap_or_default())
    }

    /// Forgets the results of these requests.
    ///
    /// # Errors
    /// If a request is unknown or still runs.
    pub async fn purge(&self, msg_ids: &[&str]) -> Result<(), RequestError> {
        self.ask("purge_request", json!({ "msg_ids": msg_ids, "engine_ids": [] })).await.map(drop)
    }

    /// Forgets all results.
    ///
    /// # Errors
    /// If some requests still run.
    pub async fn purge_all(&self) -> Result<(), RequestError> {
        self.ask("purge_request", json!({ "msg_ids": "all" })).await.map(drop)
    }

    /// Runs recorded requests again, on whichever engines are free; the new ids.
    ///
    /// # Errors
    /// If a request is unknown.
    pub async fn resubmit(&self, msg_ids: &[&str]) -> Result<Vec<String>, RequestError> {
        let reply = self.ask("resubmit_request", json!({ "msg_ids": msg_ids })).await?;
        let again = reply.content["resubmitted"].as_object().cloned().unwrap_or_default();
        Ok(msg_ids.iter().filter_map(|id| again.get(*id)?.as_str().map(str::to_owned)).collect())
    }

    /// Which engines there are, as the hub knows it now.
    ///
    /// # Errors
    /// If the controller is lost.
    pub async fn connection(&self) -> Result<Value, RequestError> {
        Ok(self.ask("connection_request", json!({})).await?.content["engines"].clone())
    }

    /// Ends the controller.
    ///
    /// # Errors
    /// If the controller is lost already.
    pub async fn shutdown(&self) -> Result<(), RequestError> {
        match self.ask("shutdown_request", json!({})).await {
            // It was quicker than its answer.
            Ok(_) | Err(RequestError::ControllerLost | RequestError::Interrupted) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Any other question.
    ///
    /// # Errors
    /// If the hub does not know it.
    pub async fn ask(&self, kind: &str, content: Value) -> Result<Reply, RequestError> {
        let message = Request::new(kind, content).message(self.client.session(), Value::Null);
        let expected = vec![(message.header.msg_id.clone(), None)];
        let pending = self.client.send(message, &self.client.ways().hub, expected, Way::Hub)?;
        super::first(pending)?.reply().await
    }
}

/// Engines of this library signed what their replies' buffers are; the hub hands that on.
fn check(content: &Value, buffers: &[Bytes]) -> Result<(), BufferRefusal> {
    let completed = content["completed"].as_array().into_iter().flatten();
    let digests: Vec<_> = completed
        .filter_map(|msg_id| content[msg_id.as_str()?]["result_content"][DIGESTS].as_array())
        .flatten()
        .collect();
    // Python's engines sign none, and nothing says which buffers are theirs.
    if digests.len() == buffers.len() {
        let same = |(buffer, digest): (&Bytes, &&Value)| digest.as_str() == Some(&sha256(buffer));
        if let Some(changed) = buffers.iter().zip(&digests).position(|pair| !same(pair)) {
            return Err(BufferRefusal::Digest(changed));
        }
    }
    Ok(())
}
