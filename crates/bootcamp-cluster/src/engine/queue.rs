//! Requests that wait for their turn.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::wire::Message;

/// Aborts of requests that never come are forgotten after this many others.
const REMEMBERED: usize = 10_000;

/// The socket on which a request came and its reply goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Mux,
    Task,
    Broadcast,
    Control,
}

/// What came on a socket.
#[derive(Debug)]
pub(super) struct Request {
    pub channel: Channel,
    pub message: Message,
}

impl Request {
    fn is(&self, msg_id: &str) -> bool {
        // The broadcast scheduler gives every engine's copy a name of its own.
        self.message.header.msg_id == msg_id
            || self.message.metadata.get("original_msg_id").is_some_and(|id| id == msg_id)
    }
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Request>,
    aborted: VecDeque<String>,
}

/// The requests that wait, in order of arrival.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Notify,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request behind the others; gives it back if it was aborted before it came.
    pub(super) fn push(&self, request: Request) -> Option<Request> {
        let mut state = self.state();
        if let Some(place) = state.aborted.iter().position(|msg_id| request.is(msg_id)) {
            state.aborted.remove(place);
            return Some(request);
        }
        state.waiting.push_back(request);
        self.filled.notify_one();
        None
    }

    /// Puts a request in front of the others: control does not wait for the queue.
    pub(super) fn push_front(&self, request: Request) {
        self.state().waiting.push_front(request);
        self.filled.notify_one();
    }

    /// The next request.
    pub(super) async fn next(&self) -> Request {
        loop {
            if let Some(request) = self.state().waiting.pop_front() {
                return request;
            }
            self.filled.notified().await;
        }
    }

    /// Takes the requests with these ids out, those too that have not come yet; all that
    /// wait, if there are no ids.
    pub(super) fn abort(&self, msg_ids: &[String]) -> Vec<Request> {
        let mut state = self.state();
        let (control, waiting): (VecDeque<_>, VecDeque<_>) =
            state.waiting.drain(..).partition(|request| request.channel == Channel::Control);
        state.waiting = control;
        if msg_ids.is_empty() {
            return waiting.into();
        }
        let (aborted, kept): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|request| msg_ids.iter().any(|id| request.is(id)));
        state.waiting.extend(kept);
        for msg_id in msg_ids {
            if !aborted.iter().any(|request| request.is(msg_id)) {
                state.aborted.push_back(msg_id.clone());
            }
        }
        let surplus = state.aborted.len().saturating_sub(REMEMBERED);
        state.aborted.drain(..surplus);
        aborted
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(msg_id: &str) -> Request {
        let mut message = Message::new("execute_request", json!({}));
        message.header.msg_id = msg_id.to_owned();
        Request { channel: Channel::Mux, message }
    }

    fn ids(requests: &[Request]) -> Vec<&str> {
        requests.iter().map(|request| &*request.message.header.msg_id).collect()
    }

    #[tokio::test]
    async fn aborted_requests_never_run() {
        let queue = Queue::default();
        for msg_id in ["1", "2", "3", "4"] {
            assert!(queue.push(request(msg_id)).is_none());
        }
        let early = "5".to_owned();
        assert_eq!(ids(&queue.abort(&["3".to_owned(), "1".to_owned(), early])), ["1", "3"]);
        assert_eq!(queue.next().await.message.header.msg_id, "2");
        assert!(queue.push(request("5")).is_some());
        assert!(queue.push(request("5")).is_none(), "an abort counts once");
        assert_eq!(ids(&queue.abort(&[])), ["4", "5"]);
    }
}
