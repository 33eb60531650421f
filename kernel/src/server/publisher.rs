//! The `IOPub` socket: what everybody who listens is told.

use jupyter_protocol::{IoPubWelcome, JupyterMessage, JupyterMessageContent, Status};
use jupyter_zmq_client::{KernelIoPubXPubConnection, SubscriptionEvent};
use tokio::sync::mpsc;

use super::message::{Parent, broadcast};

/// A handle to the `IOPub` socket. It accepts no more than it can send, so that a flood of
/// output slows down the cell and not the kernel.
#[derive(Clone, Debug)]
pub(crate) struct Publisher {
    queue: mpsc::Sender<JupyterMessage>,
}

impl Publisher {
    pub(super) fn start(mut socket: KernelIoPubXPubConnection) -> Self {
        let (queue, mut messages) = mpsc::channel(256);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    event = socket.recv_subscription() => {
                        if let Ok(SubscriptionEvent::Subscribe(topic)) = event {
                            let welcome = IoPubWelcome::new(topic);
                            let _ = socket.send(broadcast(welcome, None)).await;
                        }
                    }
                    message = messages.recv() => match message {
                        // A listener that went away is no reason to stop.
                        Some(message) => { let _ = socket.send(message).await; }
                        None => return,
                    }
                }
            }
        });
        Self { queue }
    }

    pub(crate) async fn publish(&self, content: JupyterMessageContent, parent: &Parent) {
        if parent.on_publish(&content) {
            let _ = self.queue.send(broadcast(content, Some(parent))).await;
        }
    }

    /// As [`busy`](Self::busy), unless the queue is full.
    pub(super) fn try_busy(&self, parent: &Parent) {
        let _ = self.queue.try_send(broadcast(Status::busy(), Some(parent)));
    }

    /// As [`idle`](Self::idle), unless the queue is full.
    pub(super) fn try_idle(&self, parent: &Parent) {
        let _ = self.queue.try_send(broadcast(Status::idle(), Some(parent)));
    }

    pub(super) async fn busy(&self, parent: &Parent) {
        self.publish(Status::busy().into(), parent).await;
    }

    pub(super) async fn idle(&self, parent: &Parent) {
        self.publish(Status::idle().into(), parent).await;
    }
}
