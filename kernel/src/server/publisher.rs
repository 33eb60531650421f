//! The `IOPub` socket: what everybody who listens is told.

use std::net::TcpListener;
use std::time::Duration;

use jupyter_protocol::{
    ConnectionInfo, IoPubWelcome, JupyterMessage, JupyterMessageContent, Status, Transport,
};
use jupyter_zmq_client::{Connection, KernelIoPubXPubConnection, RuntimeError, SubscriptionEvent};
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::sync::mpsc;
use zeromq::{Socket as _, XPubSocket, ZmqError};

use super::message::{Parent, broadcast};

/// How long a listener may read nothing while something waits for it; then it is disconnected.
/// A busy Jupyter server reads again in time, and who connects again misses messages.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the socket. The library waits for every listener; so the system, which sees when one
/// does not read, ends its connection. (A Unix socket has no such option.)
pub(super) async fn listen(
    connection: &ConnectionInfo,
    session: &str,
) -> Result<KernelIoPubXPubConnection, RuntimeError> {
    let mut socket = XPubSocket::new();
    match connection.transport {
        Transport::TCP => {
            let host = connection.ip.trim_matches(['[', ']']);
            let listener =
                TcpListener::bind((host, connection.iopub_port)).map_err(ZmqError::from)?;
            // Connections have it from their listener.
            set_tcp_user_timeout(&listener, PATIENCE.as_millis() as u32)
                .map_err(|error| ZmqError::from(std::io::Error::from(error)))?;
            socket.bind_listener(listener).await?;
        }
        Transport::IPC => {
            socket.bind(&connection.iopub_url()).await?;
        }
    }
    Ok(Connection::new(socket, &connection.key, session))
}

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
