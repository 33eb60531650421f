//! The `IOPub` socket, which sends messages to all subscribers.

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{
    ConnectionInfo, IoPubWelcome, JupyterMessage, JupyterMessageContent, Status, Transport,
};
use jupyter_zmq_client::{Connection, KernelIoPubXPubConnection, RuntimeError, SubscriptionEvent};
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use zeromq::{Socket as _, XPubSocket, ZmqError};

use super::message::{Parent, broadcast};

/// The time for which a subscriber may read nothing while messages wait for it; then it is
/// disconnected. A busy Jupyter server reads again in time; a client that connects again has missed
/// messages.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the socket. The library waits for slow subscribers. So the system, which notices when one
/// does not read, ends its connection. (A Unix socket has no such option.)
pub(crate) async fn listen(
    connection: &ConnectionInfo,
    session: &str,
) -> Result<KernelIoPubXPubConnection, RuntimeError> {
    let mut socket = XPubSocket::new();
    match connection.transport {
        Transport::TCP => {
            let host = connection.ip.trim_matches(['[', ']']);
            let listener =
                TcpListener::bind((host, connection.iopub_port)).map_err(ZmqError::from)?;
            // Connections inherit the option from their listener.
            set_tcp_user_timeout(&listener, PATIENCE.as_millis() as u32)
                .map_err(|error| ZmqError::from(io::Error::from(error)))?;
            socket.bind_listener(listener).await?;
        }
        Transport::IPC => {
            socket.bind(&connection.iopub_url()).await?;
        }
    }
    Ok(Connection::new(socket, &connection.key, session))
}

/// The number of messages that may wait, and their size in kilobytes.
const MESSAGES: usize = 256;
const KILOBYTES: u32 = 32 * 1024;

/// A handle to the `IOPub` socket. It accepts no more than it can send, so that a flood of output
/// slows down the cell and not the kernel.
#[derive(Clone, Debug)]
pub(crate) struct Publisher {
    queue: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

/// A message that waits to be sent, and the room that it takes in the queue until then.
#[derive(Debug)]
struct Waiting {
    message: JupyterMessage,
    _room: OwnedSemaphorePermit,
}

impl Publisher {
    pub(crate) fn start(mut socket: KernelIoPubXPubConnection) -> Self {
        let (queue, mut messages) = mpsc::channel::<Waiting>(MESSAGES);
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
                        // A subscriber that disconnected is no reason to stop.
                        Some(waiting) => { let _ = socket.send(waiting.message).await; }
                        None => return,
                    }
                }
            }
        });
        Self { queue, room: Arc::new(Semaphore::new(KILOBYTES as usize)) }
    }

    /// Returns a handle without a socket, for requests whose outputs go elsewhere.
    pub(crate) fn closed() -> Self {
        let (queue, _) = mpsc::channel(1);
        Self { queue, room: Arc::new(Semaphore::new(0)) }
    }

    pub(crate) async fn publish(&self, content: JupyterMessageContent, parent: &Parent) {
        if !parent.on_publish(&content) {
            return;
        }
        let room = Arc::clone(&self.room).acquire_many_owned(kilobytes(&content)).await;
        if let Ok(room) = room {
            let message = broadcast(content, Some(parent));
            let _ = self.queue.send(Waiting { message, _room: room }).await;
        }
    }

    /// Publishes the status [`busy`](Self::busy), unless the queue is full.
    pub(crate) fn try_busy(&self, parent: &Parent) {
        self.try_publish(Status::busy(), parent);
    }

    /// Publishes the status [`idle`](Self::idle), unless the queue is full.
    pub(crate) fn try_idle(&self, parent: &Parent) {
        self.try_publish(Status::idle(), parent);
    }

    fn try_publish(&self, status: Status, parent: &Parent) {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            let message = broadcast(status, Some(parent));
            let _ = self.queue.try_send(Waiting { message, _room: room });
        }
    }

    pub(crate) async fn busy(&self, parent: &Parent) {
        self.publish(Status::busy().into(), parent).await;
    }

    pub(crate) async fn idle(&self, parent: &Parent) {
        self.publish(Status::idle().into(), parent).await;
    }
}

/// Returns the room that content takes. Content larger than the queue waits until the queue is
/// empty.
fn kilobytes(content: &JupyterMessageContent) -> u32 {
    let mut length = Length(0);
    // Content that cannot be written is refused when it is sent.
    let _ = serde_json::to_writer(&mut length, content);
    u32::try_from(length.0 / 1024 + 1).map_or(KILOBYTES, |room| room.min(KILOBYTES))
}

/// A writer that counts the bytes.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
