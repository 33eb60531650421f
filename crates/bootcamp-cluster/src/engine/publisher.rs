//! Outputs and replies on their way from any thread to the sockets.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::queue::Channel;
use crate::transport::Frames;
use crate::wire::Header;

/// Prints that follow each other travel together up to this size.
const CHUNK: usize = 64 << 10;
/// Code that prints faster than the network takes it has to wait from here on.
const FULL: usize = 4 << 20;

/// One output.
#[derive(Debug)]
pub(super) struct Item {
    /// The last part of its topic.
    pub topic: &'static str,
    pub kind: String,
    pub body: Body,
    pub parent: Arc<Header>,
}

#[derive(Debug)]
pub(super) enum Body {
    Text(String),
    Content(Value, Vec<Bytes>),
}

impl Item {
    /// The content and the buffers of its message.
    pub(super) fn into_parts(self) -> (Value, Vec<Bytes>) {
        match self.body {
            Body::Text(text) => (json!({ "name": self.topic, "text": text }), Vec::new()),
            Body::Content(content, buffers) => (content, buffers),
        }
    }
}

/// What waits to be sent.
#[derive(Debug)]
pub(super) enum Parcel {
    Output(Item),
    /// A reply goes behind the outputs of its request, though on another socket: clients
    /// that look at the reply first miss nothing then.
    Reply(Channel, Frames),
}

impl Parcel {
    fn size(&self) -> usize {
        let bytes = |buffers: &[Bytes]| buffers.iter().map(Bytes::len).sum::<usize>() + 256;
        match self {
            Self::Output(Item { body: Body::Text(text), .. }) => text.len(),
            Self::Output(Item { body: Body::Content(_, buffers), .. }) => bytes(buffers),
            Self::Reply(_, frames) => bytes(frames),
        }
    }
}

#[derive(Debug, Default)]
struct Queue {
    parcels: VecDeque<Parcel>,
    size: usize,
    closed: bool,
}

/// What is not yet sent, in order.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    queue: Mutex<Queue>,
    drained: Condvar,
    filled: Notify,
    sender: OnceLock<ThreadId>,
}

impl Publisher {
    /// Says that this thread takes everything out: it must never wait for itself.
    pub(super) fn drained_here(&self) {
        let _ = self.sender.set(thread::current().id());
    }

    /// Puts a parcel behind the others; waits while too much is there.
    pub(super) fn push(&self, parcel: Parcel) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sender.get() != Some(&thread::current().id()) {
            let full = |queue: &mut Queue| queue.size > FULL && !queue.closed;
            queue = self.drained.wait_while(queue, full).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.closed {
            return;
        }
        queue.size += parcel.size();
        match (queue.parcels.back_mut(), parcel) {
            (
                Some(Parcel::Output(Item { topic, body: Body::Text(last), parent, .. })),
                Parcel::Output(Item { topic: same, body: Body::Text(text), parent: of, .. }),
            ) if *topic == same && Arc::ptr_eq(parent, &of) && last.len() < CHUNK => {
                last.push_str(&text);
            }
            (_, parcel) => queue.parcels.push_back(parcel),
        }
        drop(queue);
        self.filled.notify_one();
    }

    /// The next parcel.
    pub(super) async fn next(&self) -> Parcel {
        loop {
            if let Some(parcel) = self.try_next() {
                return parcel;
            }
            self.filled.notified().await;
        }
    }

    /// The next parcel, if there is one.
    pub(super) fn try_next(&self) -> Option<Parcel> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let parcel = queue.parcels.pop_front()?;
        queue.size -= parcel.size();
        drop(queue);
        self.drained.notify_all();
        Some(parcel)
    }

    /// Takes nothing any more, and lets everybody go who waits.
    pub(super) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.drained.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(topic: &'static str, text: &str, parent: &Arc<Header>) -> Parcel {
        let body = Body::Text(text.to_owned());
        let parent = parent.clone();
        Parcel::Output(Item { topic, kind: "stream".to_owned(), body, parent })
    }

    #[test]
    fn prints_travel_together_in_order() {
        let (publisher, one, two) = (Publisher::default(), Arc::default(), Arc::default());
        for parcel in [
            text("stdout", "a", &one),
            text("stdout", "b", &one),
            text("stderr", "c", &one),
            text("stdout", "d", &one),
            text("stdout", "e", &two),
        ] {
            publisher.push(parcel);
        }
        let texts: Vec<_> = std::iter::from_fn(|| publisher.try_next())
            .map(|parcel| match parcel {
                Parcel::Output(item) => item.into_parts().0["text"].clone(),
                Parcel::Reply(..) => panic!("nobody replied"),
            })
            .collect();
        assert_eq!(texts, ["ab", "c", "d", "e"]);
    }

    #[test]
    fn the_thread_that_sends_never_waits_for_itself() {
        let (publisher, parent) = (Publisher::default(), Arc::default());
        publisher.drained_here();
        for _ in 0..20 {
            publisher.push(text("stdout", &"x".repeat(1 << 20), &parent));
        }
    }

    #[test]
    fn who_prints_too_fast_waits() {
        let publisher = Arc::new(Publisher::default());
        let parent = Arc::default();
        let line = "x".repeat(1 << 20);
        let writer = std::thread::spawn({
            let publisher = publisher.clone();
            move || (0..20).for_each(|_| publisher.push(text("stdout", &line, &parent)))
        });
        let mut taken = 0;
        while taken < 20 << 20 {
            assert!(publisher.queue.lock().unwrap().size <= FULL + (1 << 20));
            taken += publisher.try_next().map_or(0, |parcel| parcel.size());
        }
        writer.join().unwrap();
    }
}
