//! Which engines there are, and which requests are under way.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::pending::{OutputStream, Pending, ReplyFuture};
use super::{Notice, Output, Reply, RequestError};
use crate::Failure;
use crate::wire::Message;

/// Outputs travel on a way of their own and may be lost; the last is missed for so long.
const GRACE: Duration = Duration::from_secs(5);

/// How a request went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To one engine, directly or as one of many.
    Engine,
    /// To whichever engine is free.
    Task,
    /// To an engine, past what it runs: has no outputs.
    Control,
    /// To the hub.
    Hub,
}

#[derive(Debug)]
struct Entry {
    way: Way,
    engine: Option<(u32, String)>,
    reply: Option<oneshot::Sender<Result<Reply, RequestError>>>,
    outputs: Option<mpsc::UnboundedSender<Output>>,
    touched: Instant,
}

#[derive(Debug, Default)]
struct State {
    engines: BTreeMap<u32, String>,
    entries: HashMap<String, Entry>,
    notices: Vec<mpsc::UnboundedSender<Notice>>,
    /// A link is broken, and the hub has not yet answered since.
    away: bool,
    lost: bool,
}

/// What the client knows.
#[derive(Debug, Default)]
pub(super) struct Table(Mutex<State>);

impl State {
    fn tell(&mut self, notice: &Notice) {
        self.notices.retain(|listener| listener.send(notice.clone()).is_ok());
    }
}

impl Table {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn engines(&self) -> BTreeMap<u32, String> {
        self.state().engines.clone()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.state().lost
    }

    pub(super) fn is_away(&self) -> bool {
        self.state().away
    }

    pub(super) fn listen(&self) -> mpsc::UnboundedReceiver<Notice> {
        let (listener, notices) = mpsc::unbounded_channel();
        let mut state = self.state();
        if !state.lost {
            state.notices.push(listener);
        }
        notices
    }

    /// Takes note of a request and sends it, unless nobody would answer it.
    pub(super) fn submit(
        &self,
        expected: Vec<(String, Option<(u32, String)>)>,
        way: Way,
        send: impl FnOnce() -> bool,
    ) -> Result<Vec<Pending>, RequestError> {
        // Under one lock, so that an engine is not lost between the look and the note.
        let mut state = self.state();
        for (_, engine) in &expected {
            if let Some((id, uuid)) = engine
                && state.engines.get(id) != Some(uuid)
            {
                return Err(RequestError::NoSuchEngine(*id));
            }
        }
        if state.away && way != Way::Hub {
            return Err(RequestError::Away);
        }
        if state.lost || !send() {
            return Err(RequestError::ControllerLost);
        }
        let pending = expected.into_iter().map(|(msg_id, engine)| {
            let (reply, future) = oneshot::channel();
            let (outputs, stream) = mpsc::unbounded_channel();
            let pending = Pending {
                msg_id: msg_id.clone(),
                engine: engine.as_ref().map(|(id, _)| *id),
                reply: ReplyFuture(future),
                outputs: OutputStream(stream),
            };
            let outputs = matches!(way, Way::Engine | Way::Task).then_some(outputs);
            let reply = Some(reply);
            let entry = Entry { way, engine, reply, outputs, touched: Instant::now() };
            state.entries.insert(msg_id, entry);
            pending
        });
        Ok(pending.collect())
    }

    /// Gives a reply to whom waits for it.
    pub(super) fn reply(&self, message: Message) {
        let Some(parent) = &message.parent else { return };
        let mut state = self.state();
        let Some(entry) = state.entries.get_mut(&parent.msg_id) else { return };
        let Some(reply) = entry.reply.take() else { return };
        entry.touched = Instant::now();
        let status = message.content["status"].as_str();
        let ran = match status {
            Some("aborted") => false,
            Some("error") => {
                message.content["engine_info"].is_object()
                    && scheduler_error(&message, entry.way).is_none()
            }
            _ => true,
        };
        // An engine says when its outputs are complete, if it ran the request.
        if !ran || entry.outputs.as_ref().is_none_or(mpsc::UnboundedSender::is_closed) {
            let entry = state.entries.remove(&parent.msg_id);
            let way = entry.map_or(Way::Hub, |entry| entry.way);
            let _ = reply.send(outcome(message, way, &state.engines));
        } else {
            let _ = reply.send(outcome(message, entry.way, &state.engines));
        }
    }

    /// Gives an output to whom listens for it.
    pub(super) fn output(&self, message: Message) {
        let Some(parent) = &message.parent else { return };
        let mut state = self.state();
        let Some(entry) = state.entries.get_mut(&parent.msg_id) else { return };
        entry.touched = Instant::now();
        if message.kind() == "status" && message.content["execution_state"] == "idle" {
            entry.outputs = None;
            if entry.reply.is_none() {
                state.entries.remove(&parent.msg_id);
            }
        } else if let Some(outputs) = &entry.outputs
            && let Some(output) = Output::of(message)
        {
            let _ = outputs.send(output);
        }
    }

    /// Ends the outputs of requests whose last output was lost.
    pub(super) fn sweep(&self) {
        let now = Instant::now();
        self.state()
            .entries
            .retain(|_, entry| entry.reply.is_some() || now.duration_since(entry.touched) < GRACE);
    }

    pub(super) fn engine_came(&self, id: u32, uuid: String) {
        let mut state = self.state();
        if state.engines.insert(id, uuid.clone()).is_none() {
            state.tell(&Notice::Came { id, uuid });
        }
    }

    /// Takes an engine off the list; nothing more can be sent to it.
    pub(super) fn engine_left(&self, uuid: &str) {
        let mut state = self.state();
        let id = state.engines.iter().find(|(_, known)| *known == uuid).map(|(id, _)| *id);
        if let Some(id) = id {
            state.engines.remove(&id);
            state.tell(&Notice::Left { id, uuid: uuid.to_owned() });
        }
    }

    /// Fails what an engine that left has not answered. The task queue says itself what
    /// becomes of its tasks.
    pub(super) fn fail_engine(&self, uuid: &str) {
        let mut state = self.state();
        let of_engine =
            |entry: &Entry| entry.engine.as_ref().is_some_and(|(_, engine)| engine == uuid);
        for (_, entry) in state.entries.extract_if(|_, entry| of_engine(entry)) {
            let engine = entry.engine.map(|(id, _)| id);
            entry.reply.map(|reply| reply.send(Err(RequestError::EngineLost { engine })));
        }
    }

    /// Fails what was under way on a link that broke.
    pub(super) fn interrupted(&self, way: Way) {
        let mut state = self.state();
        state.away = true;
        for (_, entry) in state.entries.extract_if(|_, entry| entry.way == way) {
            entry.reply.map(|reply| reply.send(Err(RequestError::Interrupted)));
        }
    }

    /// Fails everything: nobody will answer any more.
    pub(super) fn controller_lost(&self) {
        let mut state = self.state();
        state.lost = true;
        state.engines.clear();
        for (_, entry) in state.entries.drain() {
            entry.reply.map(|reply| reply.send(Err(RequestError::ControllerLost)));
        }
        state.tell(&Notice::ControllerLost);
        state.notices.clear();
    }

    /// Takes the hub's word for which engines there are: it is there.
    pub(super) fn set_engines(&self, listed: &Value) {
        let listed: BTreeMap<u32, String> = listed
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(id, uuid)| Some((id.parse().ok()?, uuid.as_str()?.to_owned())))
            .collect();
        for (id, uuid) in self.engines() {
            if listed.get(&id) != Some(&uuid) {
                self.engine_left(&uuid);
                self.fail_engine(&uuid);
            }
        }
        for (id, uuid) in listed {
            self.engine_came(id, uuid);
        }
        self.state().away = false;
    }
}

/// What the task scheduler says in the name of engines that cannot any more.
fn scheduler_error(message: &Message, way: Way) -> Option<RequestError> {
    match message.content["ename"].as_str() {
        Some("EngineError") if way == Way::Task => Some(RequestError::EngineLost { engine: None }),
        Some("ImpossibleDependency") if way == Way::Task => Some(RequestError::NoEngineLeft),
        _ => None,
    }
}

fn outcome(
    message: Message,
    way: Way,
    engines: &BTreeMap<u32, String>,
) -> Result<Reply, RequestError> {
    match message.content["status"].as_str() {
        Some("aborted") => return Err(RequestError::Aborted),
        Some("error") => {
            return Err(match scheduler_error(&message, way) {
                Some(error) => error,
                None => RequestError::Failed(Failure::of(&message.content)),
            });
        }
        _ => {}
    }
    if let Some(refusal) = message.refusal {
        return Err(refusal.into());
    }
    let uuid = message.metadata.get("engine").and_then(Value::as_str);
    let engine = engines.iter().find(|(_, known)| Some(known.as_str()) == uuid);
    let engine = engine.map(|(id, _)| *id);
    let Message { content, buffers, metadata, .. } = message;
    Ok(Reply { content, buffers, metadata, engine })
}
