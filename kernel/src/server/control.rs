//! The control socket: never waits for a running cell.

use jupyter_protocol::{
    InterruptReply, JupyterMessageContent, KernelInfoReply, ReplyStatus, ShutdownReply,
};
use jupyter_zmq_client::KernelControlConnection;

use super::message::{Parent, reply};
use super::publisher::Publisher;
use super::shell::survives;
use crate::worker::Worker;

/// Answers requests until the kernel is told to shut down.
pub(super) async fn serve(
    mut socket: KernelControlConnection,
    publisher: &Publisher,
    worker: &Worker,
    info: KernelInfoReply,
) {
    loop {
        let message = match socket.read().await {
            Ok(message) => message,
            Err(error) if survives(&error) => continue,
            Err(_) => return,
        };
        let parent = Parent::new(message);
        // Control waits for nobody, not even for listeners that do not listen.
        publisher.try_busy(&parent);
        let mut shutdown = false;
        let content: Option<JupyterMessageContent> = match &parent.0.content {
            JupyterMessageContent::KernelInfoRequest(_) => Some(info.clone().into()),
            JupyterMessageContent::InterruptRequest(_) => {
                worker.interrupt();
                Some(InterruptReply::default().into())
            }
            JupyterMessageContent::ShutdownRequest(request) => {
                shutdown = true;
                let restart = request.restart;
                Some(ShutdownReply { restart, status: ReplyStatus::Ok, error: None }.into())
            }
            _ => None,
        };
        if let Some(content) = content {
            let _ = socket.send(reply(content, &parent)).await;
        }
        publisher.try_idle(&parent);
        if shutdown {
            // The replies are in the sockets' queues; they need a moment to leave.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            return;
        }
    }
}
