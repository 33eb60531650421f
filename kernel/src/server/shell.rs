//! The shell socket: requests of front ends.

use bootcamp_syntax::completeness::{Completeness, completeness};
use jupyter_protocol::{CommClose, JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::{RouterRecvConnection, RouterSendConnection};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::common::Common;
use super::comms::Comms;
use super::execution::Executions;
use super::request;
use crate::completion::Assistant;
use crate::frontend::{Parent, Publisher, content, reply};
use crate::history::{History, Query};

/// Sends the replies that come through the queue.
pub(super) fn start_replies(
    mut socket: RouterSendConnection,
    mut replies: mpsc::Receiver<JupyterMessage>,
) {
    tokio::spawn(async move {
        while let Some(message) = replies.recv().await {
            // This front end may have disconnected; the others need their replies.
            let _ = socket.send(message).await;
        }
    });
}

/// The task that answers requests of the shell socket.
pub(super) struct Shell {
    pub(super) publisher: Publisher,
    pub(super) replies: mpsc::Sender<JupyterMessage>,
    pub(super) executions: Executions,
    pub(super) assistant: Assistant,
    pub(super) history: History,
    pub(super) comms: Comms,
    pub(super) common: Common,
}

impl Shell {
    /// Reads requests. Work for evcxr is queued; everything else is answered at once.
    pub(super) fn start(self, mut socket: RouterRecvConnection) {
        tokio::spawn(async move {
            while let Some(parent) = request::next(&mut socket, "shell").await {
                self.on_request(parent).await;
            }
        });
    }

    async fn on_request(&self, parent: Parent) {
        let Some(parent) = self.executions.take(parent) else { return };
        self.publisher.busy(&parent).await;
        if parent.message.header.msg_type == "history_request" {
            return self.answer_history(parent);
        }
        match &parent.message.content {
            JupyterMessageContent::CommOpen(open) => {
                // The target of the comm is unknown, and the specification asks to close such a
                // comm.
                let comm_id = open.comm_id.clone();
                let close = CommClose { comm_id, ..CommClose::default() };
                self.publisher.publish(close.into(), &parent).await;
            }
            JupyterMessageContent::CommClose(close) => self.comms.close(&close.comm_id),
            _ => {}
        }
        if let Some(content) = self.answer(&parent) {
            let _ = self.replies.send(reply(content, &parent)).await;
        }
        self.publisher.idle(&parent).await;
        self.common.end_if_asked(&parent.message);
    }

    /// Returns the reply to a request that needs neither evcxr nor files, or `None` for an unknown
    /// one.
    fn answer(&self, parent: &Parent) -> Option<JupyterMessageContent> {
        Some(match &parent.message.content {
            JupyterMessageContent::IsCompleteRequest(request) => {
                content("is_complete_reply", is_complete(&request.code))
            }
            JupyterMessageContent::CommInfoRequest(request) => {
                self.comms.info(request.target_name.as_deref()).into()
            }
            request => {
                let answer = self.assistant.answer_at_once(request);
                return answer.or_else(|| self.common.answer(parent));
            }
        })
    }

    /// Answers when the history has been read, so that other requests do not wait for a slow home
    /// folder.
    fn answer_history(&self, parent: Parent) {
        let (history, publisher) = (self.history.clone(), self.publisher.clone());
        let replies = self.replies.clone();
        tokio::spawn(async move {
            let JupyterMessageContent::UnknownMessage(request) = &parent.message.content else {
                return;
            };
            let with_output = request.content["output"].as_bool().unwrap_or(false);
            let entries = history.ask(Query::from_request(&request.content)).await;
            let entries = entries.into_iter().map(|entry| {
                let input = Value::from(entry.input);
                let shown = if with_output { json!([input, entry.output]) } else { input };
                json!([entry.session, entry.line, shown])
            });
            let found = json!({ "status": "ok", "history": entries.collect::<Vec<_>>() });
            let _ = replies.send(reply(content("history_reply", found), &parent)).await;
            publisher.idle(&parent).await;
        });
    }
}

fn is_complete(code: &str) -> Value {
    match completeness(code) {
        Completeness::Complete => json!({ "status": "complete" }),
        Completeness::Incomplete { indent } => json!({ "status": "incomplete", "indent": indent }),
        Completeness::Invalid => json!({ "status": "invalid" }),
        Completeness::Unknown => json!({ "status": "unknown" }),
    }
}
