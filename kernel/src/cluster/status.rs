//! What is known of the engines.

use std::time::Duration;

use bootcamp_cluster::client::Reply;
use bootcamp_evaluator::Failure;
use serde_json::json;
use tokio::task::JoinHandle;

use super::{Cluster, client, failure};
use crate::engine_protocol::{ABOUT, About};

/// An engine at work answers later than this; what it is stays unknown.
const PATIENCE: Duration = Duration::from_millis(300);

/// An engine of the cluster.
#[derive(Debug)]
pub(crate) struct EngineStatus {
    pub(crate) id: u32,
    /// `None` while it is busy, or if it is none of ours.
    pub(crate) about: Option<About>,
    /// Requests that it has, and those that it has answered.
    pub(crate) queue: u64,
    pub(crate) completed: u64,
}

impl Cluster {
    /// All engines, in the order of their ids.
    pub(crate) fn status(&self) -> Result<Vec<EngineStatus>, Failure> {
        let client = client(&self.state())?;
        let handle = &self.0.handle;
        let queues = handle.block_on(client.hub().queue_status(false));
        let queues = queues.map_err(|error| failure(&error.to_string()))?;
        let asked: Vec<_> = client
            .ids()
            .into_iter()
            .map(|id| {
                let control = client.control(id);
                let ask = async move {
                    let asked = control.ask(ABOUT, json!({}));
                    tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()
                };
                (id, handle.spawn(ask))
            })
            .collect();
        let status = |(id, asked): (u32, JoinHandle<Option<Reply>>)| {
            let reply = handle.block_on(asked).ok().flatten();
            let about = reply.and_then(|reply| serde_json::from_value(reply.content).ok());
            let of_engine = &queues[id.to_string()];
            let number = |field: &str| of_engine[field].as_u64().unwrap_or(0);
            let queue = number("queue") + number("tasks");
            EngineStatus { id, about, queue, completed: number("completed") }
        };
        Ok(asked.into_iter().map(status).collect())
    }

    /// The file by which other clients find the cluster.
    pub(crate) fn client_file(&self) -> Option<String> {
        let launcher = self.launcher();
        launcher.as_ref().map(|launcher| launcher.profile().client_file().display().to_string())
    }
}
