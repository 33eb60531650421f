//! Maps: lists of tasks for whichever engine is free.
//!
//! The library that holds the function is sent once to each engine, which keeps it by its
//! SHA-256; then lists of arguments go through the controller's queue. An engine that joins late
//! has no library and says so, and the list goes to another one.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use bootcamp_cell::cluster::{EngineReply, Function, List};
use bootcamp_cluster::client::{
    Client, Notice, Notices, Output, Pending, Reply, Request, RequestError, Targets,
};
use bootcamp_cluster::wire::sha256;
use bytes::Bytes;
use serde_json::json;

use super::run::NAP;
use super::variables::RunningCell;
use super::{Cluster, client, failure, names};
use crate::engine::request::{LIBRARY, LibraryRequest, Listed, TASKS, TasksRequest, build};
use crate::evaluator::Failure;

/// The libraries that engines have, by SHA-256.
pub(super) type Sent = HashMap<String, HashSet<u32>>;

/// The tasks of a map, as a cell gives them.
#[derive(Debug)]
pub(super) struct Tasks {
    pub(super) function: Function,
    pub(super) arguments: PathBuf,
    pub(super) lists: Vec<List>,
    pub(super) engines: Vec<u32>,
    pub(super) retries: u32,
}

/// A map that runs.
#[derive(Debug)]
pub(super) struct Running {
    client: Client,
    /// The requests, by which they are taken back.
    msg_ids: Vec<String>,
    news: Mutex<News>,
}

#[derive(Debug)]
struct News {
    lists: Receiver<(usize, Result<Reply, RequestError>, Vec<Output>)>,
    engines: Notices,
    /// Lists that have not come.
    missing: usize,
}

impl Cluster {
    /// Starts a map whose results are asked for one by one.
    pub(super) fn map(&self, tasks: &Tasks) -> Result<EngineReply, Failure> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let client = client(&self.state())?;
        let engines = client.notices();
        let pending = self.submit(&client, tasks, |_| None)?;
        let (sender, lists) = channel();
        let msg_ids = pending.iter().map(|pending| pending.msg_id().to_owned()).collect();
        let missing = pending.len();
        for (list, pending) in pending.into_iter().enumerate() {
            let sender = sender.clone();
            self.0.handle.spawn(async move {
                let (reply, outputs) = pending.finish().await;
                let _ = sender.send((list, reply, outputs));
            });
        }
        let news = Mutex::new(News { lists, engines, missing });
        let map = NEXT.fetch_add(1, Ordering::Relaxed);
        let running = Arc::new(Running { client, msg_ids, news });
        self.maps().insert(map, running);
        Ok(EngineReply::Mapping(map))
    }

    /// Waits for the next list of a map.
    pub(super) fn next_of(&self, map: u64) -> Result<EngineReply, Failure> {
        let running = self.maps().get(&map).cloned();
        let running = running.ok_or_else(|| failure("there is no such map any more"))?;
        let mut news = running.news.lock().unwrap_or_else(PoisonError::into_inner);
        let (list, reply, outputs) = loop {
            match news.lists.recv_timeout(NAP) {
                Ok(came) => break came,
                Err(RecvTimeoutError::Timeout) if self.0.signals.is_asked() => {
                    drop(news);
                    self.end_of(map);
                    return Err(failure("the map was interrupted"));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failure("all lists of the map have come"));
                }
            }
        };
        news.missing -= 1;
        let mut lost = Vec::new();
        while let Some(notice) = news.engines.try_next() {
            if let Notice::Left { id, .. } = notice {
                lost.push(id);
            }
        }
        if news.missing == 0 {
            self.maps().remove(&map);
            // The hub keeps what was sent and what came, for others; nobody asks for this.
            let running = Arc::clone(&running);
            self.0.handle.spawn(async move {
                let msg_ids: Vec<&str> = running.msg_ids.iter().map(String::as_str).collect();
                running.client.hub().purge(&msg_ids).await
            });
        }
        let results = match reply {
            Ok(reply) => listed(reply),
            Err(error @ (RequestError::Interrupted | RequestError::ControllerLost)) => {
                self.maps().remove(&map);
                return Err(failure(&error.to_string()));
            }
            Err(error) => Err(error.to_string()),
        };
        let results = match results {
            Ok(outcomes) => Ok(self.file(&outcomes)?),
            Err(why) => Err(why),
        };
        Ok(EngineReply::Mapped { list, results, printed: printed(outputs), lost })
    }

    /// Ends a map for which nobody waits any more.
    pub(super) fn end_of(&self, map: u64) {
        let Some(running) = self.maps().remove(&map) else { return };
        for engine in running.client.ids() {
            let control = running.client.control(engine);
            let running = Arc::clone(&running);
            self.0.handle.spawn(async move {
                // Those that the scheduler still has are refused by the engines later.
                let msg_ids: Vec<&str> = running.msg_ids.iter().map(String::as_str).collect();
                let _ = control.abort(&msg_ids).await;
                control.interrupt().await
            });
        }
    }

    /// Sends the function to the engines that have not got it, and the lists to the queue.
    /// `name` gives a list's request a name.
    pub(super) fn submit(
        &self,
        client: &Client,
        tasks: &Tasks,
        name: impl Fn(usize) -> Option<String>,
    ) -> Result<Vec<Pending>, Failure> {
        let Tasks { function, arguments, lists, engines, retries } = tasks;
        let sha256 = self.send_library(client, &function.library, engines)?;
        let request = TasksRequest {
            house: self.house_key()?,
            sha256,
            offset: function.offset,
            captured: function.captured.clone(),
        };
        let mut arguments = Bytes::from(read(arguments)?);
        // Engines that join later take part, unless some were chosen.
        let all = *engines == client.ids();
        let targets = if all { Targets::All } else { Targets::from(&engines[..]) };
        let queue = client.balanced().targets(targets).retries(*retries);
        let mut pending = Vec::new();
        for (number, list) in lists.iter().enumerate() {
            if list.bytes > arguments.len() {
                return Err(failure("the file of arguments is cut off"));
            }
            let mut request =
                Request::new(TASKS, json!(request)).buffer(arguments.split_to(list.bytes));
            if let Some(name) = name(number) {
                request = request.named(&name);
            }
            let submitted = queue.submit(&request);
            pending.push(submitted.map_err(|error| failure(&error.to_string()))?);
        }
        Ok(pending)
    }

    /// Sends a library to the engines that lack it, and gives its name.
    fn send_library(
        &self,
        client: &Client,
        library: &Path,
        engines: &[u32],
    ) -> Result<String, Failure> {
        let code = Bytes::from(read(library)?);
        let name = sha256(&code);
        // Not under the lock: engines may be at work for long.
        let mut settled = self.state().settled.clone();
        self.settle(client, engines, &mut settled, &mut RunningCell(self.0.signals))?;
        let unfit: Vec<u32> =
            engines.iter().filter(|engine| !settled.contains(engine)).copied().collect();
        self.state().settled.extend(settled);
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
        loop {
            match reply.recv_timeout(NAP) {
                Ok(reply) => return Ok(reply),
                Err(RecvTimeoutError::Timeout) if self.0.signals.is_asked() => {
                    return Err(failure("the map was interrupted"));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failure("the connection to the controller is lost"));
                }
            }
        }
    }

    /// A file in the kernel's folder, for a cell to read and remove.
    pub(super) fn file(&self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let file = self.0.work.join(format!("results-{number}"));
        let written = fs::write(&file, bytes);
        written.map_err(|error| failure(&format!("cannot keep the results: {error}")))?;
        Ok(file)
    }
}

/// The outcomes of a list, or why there are none.
fn listed(reply: Reply) -> Result<Bytes, String> {
    let listed: Listed = serde_json::from_value(reply.content)
        .map_err(|error| format!("the engine's answer is wrong: {error}"))?;
    match listed.failed {
        Some(why) => Err(why),
        None => reply.buffers.into_iter().next().ok_or_else(|| "no results came".to_owned()),
    }
}

/// What tasks printed.
fn printed(outputs: Vec<Output>) -> String {
    let text = |output| match output {
        Output::Stdout(text) | Output::Stderr(text) => Some(text),
        _ => None,
    };
    outputs.into_iter().filter_map(text).collect()
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| failure(&format!("cannot read {}: {error}", file.display())))
}
