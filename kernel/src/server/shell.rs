//! The shell socket: requests of front ends.

use jupyter_protocol::{
    CommClose, CommInfoReply, HistoryReply, IsCompleteReply, JupyterMessage, JupyterMessageContent,
    KernelInfoReply,
};
use jupyter_zmq_client::{RouterRecvConnection, RouterSendConnection, RuntimeError};
use tokio::sync::mpsc;

use super::message::{Parent, reply};
use super::publisher::Publisher;
use crate::cli::say;

/// Sends the replies that come through the queue.
pub(super) fn start_replies(
    mut socket: RouterSendConnection,
    mut replies: mpsc::Receiver<JupyterMessage>,
) {
    tokio::spawn(async move {
        while let Some(message) = replies.recv().await {
            // The front end may be gone; others may not.
            let _ = socket.send(message).await;
        }
    });
}

/// Reads requests; what needs evcxr goes to `executions`, the rest is answered here.
pub(super) fn start(
    mut socket: RouterRecvConnection,
    publisher: Publisher,
    replies: mpsc::Sender<JupyterMessage>,
    executions: mpsc::UnboundedSender<Parent>,
    info: KernelInfoReply,
) {
    tokio::spawn(async move {
        loop {
            let message = match socket.read().await {
                Ok(message) => message,
                Err(error) if survives(&error) => continue,
                Err(_) => return,
            };
            let parent = Parent::new(message);
            let content: JupyterMessageContent = match &parent.0.content {
                JupyterMessageContent::ExecuteRequest(_)
                | JupyterMessageContent::CompleteRequest(_)
                | JupyterMessageContent::InspectRequest(_) => {
                    let _ = executions.send(parent);
                    continue;
                }
                JupyterMessageContent::KernelInfoRequest(_) => info.clone().into(),
                JupyterMessageContent::IsCompleteRequest(_) => IsCompleteReply::unknown().into(),
                JupyterMessageContent::HistoryRequest(_) => HistoryReply::new(Vec::new()).into(),
                JupyterMessageContent::CommInfoRequest(_) => CommInfoReply::default().into(),
                JupyterMessageContent::CommOpen(open) => {
                    // No target is known here: the specification asks to close it.
                    let comm_id = open.comm_id.clone();
                    let close = CommClose { comm_id, ..CommClose::default() };
                    publisher.busy(&parent).await;
                    publisher.publish(close.into(), &parent).await;
                    publisher.idle(&parent).await;
                    continue;
                }
                _ => continue,
            };
            publisher.busy(&parent).await;
            let _ = replies.send(reply(content, &parent)).await;
            publisher.idle(&parent).await;
        }
    });
}

/// Whether a message that cannot be read is only refused. A bad signature or a malformed
/// message is the sender's affair; a broken socket is the end.
pub(super) fn survives(error: &RuntimeError) -> bool {
    let refused = !matches!(error, RuntimeError::ZmqError(_) | RuntimeError::IoError(_));
    match error {
        RuntimeError::VerifyError(_) => {
            say("refused a message: its signature is not made with this kernel's key");
        }
        _ if refused => say(&format!("refused a message: {error}")),
        _ => {}
    }
    refused
}
