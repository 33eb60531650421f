//! Libraries of functions, sent once to each engine.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::mpsc::channel;

use bootcamp_cluster::client::{Client, Pending, Reply, Request, RequestError};
use bootcamp_cluster::wire::sha256;
use bootcamp_evaluator::Failure;
use bytes::Bytes;
use serde_json::json;

use super::maps::read;
use super::variables::RunningCell;
use super::{Cluster, failure, names, receive};
use crate::engine_protocol::{LIBRARY, LibraryRequest, build};

/// The libraries that engines have, by SHA-256.
pub(super) type Sent = HashMap<String, HashSet<u32>>;

impl Cluster {
    /// Sends a library to the engines that lack it, and gives its name.
    pub(super) fn send_library(
        &self,
        client: &Client,
        library: &Path,
        engines: &[u32],
    ) -> Result<String, Failure> {
        let code = Bytes::from(read(library)?);
        let name = sha256(&code);
        // Not under the lock: engines may be at work for long.
        let mut equipped = self.state().equipped.clone();
        self.equip(client, engines, &mut equipped, &mut RunningCell(self.0.signals))?;
        let unfit: Vec<u32> =
            engines.iter().filter(|engine| !equipped.contains(engine)).copied().collect();
        self.state().equipped.extend(equipped);
        if let Some(first) = unfit.first() {
            return Err(failure(&format!(
                "{} cannot run what the notebook compiles: `%px -t {first} 1` says why",
                names(&unfit)
            )));
        }
        let missing: Vec<u32> = {
            let mut state = self.state();
            let has = state.sent.entry(name.clone()).or_default();
            engines.iter().filter(|engine| !has.contains(engine)).copied().collect()
        };
        if missing.is_empty() && !engines.is_empty() {
            return Ok(name);
        }
        let about = LibraryRequest { build: build().to_owned(), sha256: name.clone() };
        let request = Request::new(LIBRARY, json!(about)).buffer(code);
        let sent = client.broadcast(missing).submit(&request);
        for pending in sent.map_err(|error| failure(&error.to_string()))? {
            let engine = pending.engine();
            let reply = self.wait(pending)?;
            let on = engine.map_or_else(String::new, |engine| format!("on engine {engine}: "));
            reply.map_err(|error| failure(&format!("{on}{error}")))?;
            if let Some(engine) = engine {
                self.state().sent.entry(name.clone()).or_default().insert(engine);
            }
        }
        Ok(name)
    }

    /// Waits for a reply, if nobody interrupts the cell.
    fn wait(&self, pending: Pending) -> Result<Result<Reply, RequestError>, Failure> {
        let (sender, reply) = channel();
        self.0.handle.spawn(async move {
            let _ = sender.send(pending.reply().await);
        });
        receive(&reply, || self.check_interrupt_of_map())?
            .ok_or_else(|| failure("the connection to the controller is lost"))
    }
}
