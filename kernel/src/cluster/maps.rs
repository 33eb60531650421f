//! Maps: lists of tasks for whichever engine is free.
//!
//! The library that holds the function is sent once to each engine, which keeps it by its
//! SHA-256; then lists of arguments go through the controller's queue. An engine that joins late
//! has no library and says so, and the list goes to another one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bootcamp_cluster::client::{
    Balanced, Client, Notice, Notices, Output, Reply, Request, RequestError, Targets,
};
use bootcamp_evaluator::Failure;
use bootcamp_evaluator::signals::POLL_INTERVAL;
use bootcamp_protocol::{EngineReply, Function, List};
use bytes::Bytes;
use serde_json::json;
use tokio::runtime::Handle;

use super::{Cluster, client, failure, receive};
use crate::engine_protocol::{Listed, TASKS, TasksRequest};

/// An engine that is back answers sooner.
const ANSWER: Duration = Duration::from_millis(500);

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
    queue: Balanced,
    /// A request for each list.
    requests: Vec<Request>,
    /// The names under which they were sent, by which they are taken back.
    msg_ids: Mutex<Vec<String>>,
    came: Sender<Came>,
    news: Mutex<News>,
}

/// What came of a list, and what its tasks printed.
type Came = (usize, Result<Reply, RequestError>, Vec<Output>);

#[derive(Debug)]
struct News {
    lists: Receiver<Came>,
    engines: Notices,
    /// Lists that have not come.
    missing: usize,
}

impl Running {
    /// Sends a list to the queue.
    fn send(self: &Arc<Self>, handle: &Handle, list: usize) -> Result<(), Failure> {
        let pending = self.queue.submit(&self.requests[list]);
        let pending = pending.map_err(|error| failure(&error.to_string()))?;
        let mut msg_ids = self.msg_ids.lock().unwrap_or_else(PoisonError::into_inner);
        msg_ids.push(pending.msg_id().to_owned());
        let came = self.came.clone();
        handle.spawn(async move {
            let (reply, outputs) = pending.finish().await;
            let _ = came.send((list, reply, outputs));
        });
        Ok(())
    }

    fn msg_ids(&self) -> Vec<String> {
        self.msg_ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Cluster {
    /// Starts a map whose results are asked for one by one.
    pub(super) fn map(&self, tasks: &Tasks) -> Result<EngineReply, Failure> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let client = client(&self.state())?;
        let engines = client.notices();
        let (queue, requests) = self.prepare(&client, tasks)?;
        let (came, lists) = channel();
        let missing = requests.len();
        let news = Mutex::new(News { lists, engines, missing });
        let msg_ids = Mutex::default();
        let running = Arc::new(Running { client, queue, requests, msg_ids, came, news });
        for list in 0..missing {
            running.send(&self.0.handle, list)?;
        }
        let map = NEXT.fetch_add(1, Ordering::Relaxed);
        self.maps().insert(map, running);
        Ok(EngineReply::Mapping(map))
    }

    /// Waits for the next list of a map. An error is its end.
    pub(super) fn next_of(&self, map: u64) -> Result<EngineReply, Failure> {
        self.wait_for_list(map).inspect_err(|_| self.end_of(map))
    }

    fn wait_for_list(&self, map: u64) -> Result<EngineReply, Failure> {
        let running = self.maps().get(&map).cloned();
        let running = running.ok_or_else(|| failure("there is no such map any more"))?;
        let mut news = running.news.lock().unwrap_or_else(PoisonError::into_inner);
        if news.missing == 0 {
            return Err(failure("all lists of the map have come"));
        }
        let (list, reply, outputs) = loop {
            match receive(&news.lists, || self.check_interrupt_of_map())? {
                // The controller is started anew: what it had is sent again, once it is there.
                Some((list, Err(RequestError::Interrupted | RequestError::Away), _)) => {
                    self.wait_for_controller(&running.client)?;
                    running.send(&self.0.handle, list)?;
                }
                Some(came) => break came,
                None => return Err(failure("all lists of the map have come")),
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
            let running = Arc::clone(&running);
            // The hub keeps what was sent and what came, for others; nobody asks for this.
            self.0.handle.spawn(async move {
                let msg_ids = running.msg_ids();
                let msg_ids: Vec<&str> = msg_ids.iter().map(String::as_str).collect();
                running.client.hub().purge(&msg_ids).await
            });
        }
        let results = match reply.map_err(|error| error.to_string()).and_then(listed) {
            Ok(outcomes) => Ok(self.file(&outcomes)?),
            Err(why) => Err(why),
        };
        Ok(EngineReply::Mapped { list, results, printed: printed(outputs), lost })
    }

    /// Waits until a broken connection is made again, the engines' too: what the controller
    /// sends an engine that is not back yet is lost, and nobody is told.
    fn wait_for_controller(&self, client: &Client) -> Result<(), Failure> {
        while client.is_away() && !client.is_lost() {
            self.check_interrupt_of_map()?;
            thread::sleep(POLL_INTERVAL);
        }
        if client.is_lost() {
            return Err(failure(&RequestError::ControllerLost.to_string()));
        }
        for engine in client.ids() {
            // Taking back what was never sent is answered even by an engine at work.
            let ask = || {
                let control = client.control(engine);
                let asked = async move { control.abort(&["nothing"]).await };
                self.0.handle.block_on(async { tokio::time::timeout(ANSWER, asked).await })
            };
            while client.ids().contains(&engine) && !matches!(ask(), Ok(Ok(()))) {
                self.check_interrupt_of_map()?;
                thread::sleep(POLL_INTERVAL);
            }
        }
        // An engine has a link for the queue, too, which comes back at the same time.
        thread::sleep(ANSWER);
        Ok(())
    }

    /// Fails when the cell that waits for a map is interrupted.
    pub(super) fn check_interrupt_of_map(&self) -> Result<(), Failure> {
        if self.0.signals.is_asked() { Err(failure("the map was interrupted")) } else { Ok(()) }
    }

    /// Ends a map for which nobody waits any more.
    pub(super) fn end_of(&self, map: u64) {
        let Some(running) = self.maps().remove(&map) else { return };
        for engine in running.client.ids() {
            let control = running.client.control(engine);
            let running = Arc::clone(&running);
            self.0.handle.spawn(async move {
                let msg_ids = running.msg_ids();
                let msg_ids: Vec<&str> = msg_ids.iter().map(String::as_str).collect();
                // Those that the scheduler still has are refused by the engines later.
                let _ = control.abort(&msg_ids).await;
                control.interrupt().await
            });
        }
    }

    /// Sends the function to the engines that have not got it; gives the queue and the requests
    /// for the lists.
    pub(super) fn prepare(
        &self,
        client: &Client,
        tasks: &Tasks,
    ) -> Result<(Balanced, Vec<Request>), Failure> {
        let Tasks { function, arguments, lists, engines, retries } = tasks;
        let sha256 = self.send_library(client, &function.library, engines)?;
        let request = json!(TasksRequest {
            prebuilt: self.prebuilt_key()?,
            sha256,
            offset: function.offset,
            captured: function.captured.clone(),
        });
        let mut arguments = Bytes::from(read(arguments)?);
        // Engines that join later take part, unless some were chosen.
        let all = *engines == client.ids();
        let targets = if all { Targets::All } else { Targets::from(&engines[..]) };
        let queue = client.balanced().targets(targets).retries(*retries);
        let mut requests = Vec::new();
        for list in lists {
            if list.bytes > arguments.len() {
                return Err(failure("the file of arguments is cut off"));
            }
            let arguments = arguments.split_to(list.bytes);
            requests.push(Request::new(TASKS, request.clone()).buffer(arguments));
        }
        Ok((queue, requests))
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

pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| failure(&format!("cannot read {}: {error}", file.display())))
}
