//! Requests that both the shell and the control socket answer.

use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{
    InterruptReply, JupyterMessage, JupyterMessageContent, ReplyStatus, ShutdownReply,
};
use serde_json::json;
use tokio::sync::Notify;

use crate::frontend::{Parent, content};
use crate::worker::Worker;

/// The values that these answers need.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) info: JupyterMessageContent,
    pub(super) connection: JupyterMessageContent,
    pub(super) worker: Worker,
    /// Notified when the kernel is to end.
    pub(super) ending: Arc<Notify>,
}

impl Common {
    /// Returns the reply, if this is such a request.
    pub(super) fn answer(&self, parent: &Parent) -> Option<JupyterMessageContent> {
        let request = &parent.message;
        if let Some(why) = &parent.malformed {
            return refusal(&request.header.msg_type, why);
        }
        Some(match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => self.info.clone(),
            JupyterMessageContent::InterruptRequest(_) => {
                self.worker.interrupt();
                InterruptReply::default().into()
            }
            JupyterMessageContent::ShutdownRequest(request) => {
                let restart = request.restart;
                ShutdownReply { restart, status: ReplyStatus::Ok, error: None }.into()
            }
            _ if request.header.msg_type == "connect_request" => self.connection.clone(),
            _ => return None,
        })
    }

    /// Ends the kernel, if the request asked for it. Call it after the reply was sent.
    pub(super) fn end_if_asked(&self, request: &JupyterMessage) {
        if matches!(request.content, JupyterMessageContent::ShutdownRequest(_)) {
            let ending = Arc::clone(&self.ending);
            tokio::spawn(async move {
                // The replies are in the sockets' queues, and need a moment to be sent.
                tokio::time::sleep(Duration::from_millis(50)).await;
                ending.notify_one();
            });
        }
    }
}

/// Returns the reply to a request whose content cannot be read.
fn refusal(kind: &str, why: &str) -> Option<JupyterMessageContent> {
    let kind = kind.strip_suffix("_request")?;
    let error =
        json!({ "status": "error", "ename": "MalformedRequest", "evalue": why, "traceback": [] });
    Some(content(&format!("{kind}_reply"), error))
}
