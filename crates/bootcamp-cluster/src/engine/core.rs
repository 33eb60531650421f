//! What the threads of an engine share.

use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::error::Departure;
use super::publisher::{Parcel, Publisher};
use super::queue::{Channel, Queue, Request};
use super::replies::{Replier, Status};
use super::runner::Interrupter;
use crate::transport::{Frames, Outgoing};
use crate::wire::Message;

/// The ways out to the controller.
#[derive(Debug)]
pub(super) struct Ways {
    pub mux: Outgoing,
    pub task: Outgoing,
    pub broadcast: Option<Outgoing>,
    pub control: Outgoing,
}

#[derive(Debug)]
pub(super) struct Core {
    pub replier: Replier,
    pub queue: Queue,
    pub publisher: Arc<Publisher>,
    pub ways: OnceLock<Ways>,
    pub interrupter: OnceLock<Option<Interrupter>>,
    /// Told when the engine is to leave, and again when it has said goodbye.
    leaving: watch::Sender<Option<Departure>>,
    gone: watch::Sender<bool>,
}

impl Core {
    pub(super) fn new(replier: Replier) -> Self {
        Self {
            replier,
            queue: Queue::default(),
            publisher: Arc::default(),
            ways: OnceLock::new(),
            interrupter: OnceLock::new(),
            leaving: watch::Sender::new(None),
            gone: watch::Sender::new(false),
        }
    }

    pub(super) fn uuid(&self) -> &str {
        self.replier.session.id()
    }

    /// Sends a reply back on the socket on which its request came, after all outputs.
    pub(super) fn reply(&self, channel: Channel, reply: Message) {
        if let Ok(frames) = self.replier.session.encode(reply) {
            self.publisher.push(Parcel::Reply(channel, frames));
        }
    }

    /// Sends a reply at once, past the outputs of what runs.
    pub(super) fn reply_at_once(&self, channel: Channel, reply: Message) {
        if let Ok(frames) = self.replier.session.encode(reply) {
            self.send(channel, frames);
        }
    }

    pub(super) fn send(&self, channel: Channel, frames: Frames) {
        let Some(ways) = self.ways.get() else { return };
        let way = match channel {
            Channel::Mux => &ways.mux,
            Channel::Task => &ways.task,
            Channel::Control => &ways.control,
            Channel::Broadcast => ways.broadcast.as_ref().unwrap_or(&ways.mux),
        };
        // A link that is closed is noticed where it is read.
        let _ = way.send(frames);
    }

    /// Answers requests that will not run.
    pub(super) fn aborted(&self, requests: impl IntoIterator<Item = Request>) {
        for request in requests {
            self.reply_at_once(request.channel, self.replier.plain(&request, Status::Aborted));
        }
    }

    /// Asks the engine to leave; the first reason counts.
    pub(super) fn leave(&self, departure: Departure) {
        self.leaving.send_if_modified(|reason| {
            let first = reason.is_none();
            reason.get_or_insert(departure);
            first
        });
    }

    /// Waits until the engine is to leave.
    pub(super) async fn leaving(&self) -> Departure {
        let mut leaving = self.leaving.subscribe();
        let reason = leaving.wait_for(Option::is_some).await;
        reason.ok().and_then(|reason| reason.clone()).unwrap_or(Departure::Left)
    }

    /// The goodbye has been said.
    pub(super) fn said_goodbye(&self) {
        self.publisher.close();
        self.gone.send_replace(true);
    }

    /// Waits until the engine has left.
    pub(super) async fn gone(&self) {
        let _ = self.gone.subscribe().wait_for(|gone| *gone).await;
    }
}
