//! The sockets of another kernel, as its client: they send requests and receive messages.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html>

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::{fs, io};

use jupyter_protocol::{ConnectionInfo, JupyterMessage, JupyterMessageContent, Transport};
use jupyter_zmq_client::{
    Connection as Socket, RawMessage, RuntimeError, create_client_control_connection,
    create_client_iopub_connection, create_client_shell_connection_with_identity,
    create_client_stdin_connection_with_identity, peer_identity_for_session,
};
use serde_json::Value;
use tokio::sync::mpsc;
use zeromq::{DealerRecvHalf, DealerSendHalf, SocketRecv};

/// The number of messages that may wait to be shown before reading from their socket stops.
const WAITING: usize = 256;

/// The socket of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Channel {
    Shell,
    IoPub,
    Stdin,
}

/// A message of the kernel. Its content stays JSON, so that parts that are unknown here are passed
/// on unchanged.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) channel: Channel,
    pub(super) kind: String,
    /// The id of the request that it belongs to.
    pub(super) parent: String,
    pub(super) content: Value,
}

/// The sockets.
#[derive(Debug)]
pub(super) struct Connection {
    requests: mpsc::UnboundedSender<(Channel, JupyterMessage)>,
    control: mpsc::UnboundedSender<JupyterMessage>,
    pub(super) messages: mpsc::Receiver<Message>,
    session: String,
}

/// Returns a key that no other program knows.
pub(super) fn secret() -> String {
    JupyterMessage::new(jupyter_protocol::Status::busy(), None).header.msg_id
}

/// Chooses ports for a kernel, and writes them with the key into its connection file, which only
/// this user can read.
pub(super) fn prepare(file: &Path, key: String, name: &str) -> io::Result<ConnectionInfo> {
    // The ports are free again until the kernel opens them. Jupyter's own launchers do the same.
    let listeners = (0..5)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<io::Result<Vec<_>>>()?;
    let port_of = |listener: &TcpListener| io::Result::Ok(listener.local_addr()?.port());
    let mut ports = listeners.iter().map(port_of);
    let mut port = || ports.next().unwrap_or(Ok(0));
    let info = ConnectionInfo {
        ip: Ipv4Addr::LOCALHOST.to_string(),
        transport: Transport::TCP,
        shell_port: port()?,
        iopub_port: port()?,
        stdin_port: port()?,
        control_port: port()?,
        hb_port: port()?,
        key,
        signature_scheme: "hmac-sha256".to_owned(),
        kernel_name: Some(name.to_owned()),
    };
    fs::write(file, serde_json::to_vec(&info)?)?;
    Ok(info)
}

impl Connection {
    /// Connects to a kernel, and waits until it listens.
    pub(super) async fn open(info: &ConnectionInfo) -> Result<Self, RuntimeError> {
        let session = JupyterMessage::new(jupyter_protocol::Status::busy(), None).header.session;
        let identity = peer_identity_for_session(&session)?;
        let iopub = create_client_iopub_connection(info, "", &session).await?;
        let shell =
            create_client_shell_connection_with_identity(info, &session, identity.clone()).await?;
        let stdin = create_client_stdin_connection_with_identity(info, &session, identity).await?;
        let control = create_client_control_connection(info, &session).await?;

        let (sender, messages) = mpsc::channel(WAITING);
        let (shell_out, shell_in) = shell.split();
        let (stdin_out, stdin_in) = stdin.split();
        tokio::spawn(forward(iopub, Channel::IoPub, sender.clone()));
        tokio::spawn(forward(shell_in, Channel::Shell, sender.clone()));
        tokio::spawn(forward(stdin_in, Channel::Stdin, sender));
        let (requests, queue) = mpsc::unbounded_channel();
        tokio::spawn(send(shell_out, stdin_out, queue));
        let (control_requests, mut control_queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (mut out, mut answers): (Socket<DealerSendHalf>, Socket<DealerRecvHalf>) =
                control.split();
            // Replies on this socket are not needed, but have to be read, or they would pile up.
            let read = async { while answers.socket.recv().await.is_ok() {} };
            let write = async {
                while let Some(message) = control_queue.recv().await {
                    if out.send(message).await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! { () = read => {}, () = write => {} }
        });
        Ok(Self { requests, control: control_requests, messages, session })
    }

    /// Sends a request on the shell socket, or an answer on the stdin socket. Returns its id.
    pub(super) fn send(
        &self,
        channel: Channel,
        content: impl Into<JupyterMessageContent>,
    ) -> String {
        let message = self.message(content);
        let id = message.header.msg_id.clone();
        let _ = self.requests.send((channel, message));
        id
    }

    /// Sends a request on the control socket, where it overtakes other requests.
    pub(super) fn send_control(&self, content: impl Into<JupyterMessageContent>) {
        let _ = self.control.send(self.message(content));
    }

    fn message(&self, content: impl Into<JupyterMessageContent>) -> JupyterMessage {
        JupyterMessage::new(content, None).with_session(&self.session)
    }
}

async fn send(
    mut shell: Socket<DealerSendHalf>,
    mut stdin: Socket<DealerSendHalf>,
    mut queue: mpsc::UnboundedReceiver<(Channel, JupyterMessage)>,
) {
    while let Some((channel, message)) = queue.recv().await {
        let sent = match channel {
            Channel::Stdin => stdin.send(message).await,
            Channel::Shell | Channel::IoPub => shell.send(message).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Passes on messages from a socket, until the receiver is dropped.
async fn forward<S: SocketRecv>(
    mut socket: Socket<S>,
    channel: Channel,
    messages: mpsc::Sender<Message>,
) {
    loop {
        let received = tokio::select! {
            received = socket.socket.recv() => received,
            () = messages.closed() => return,
        };
        let Ok(frames) = received else { return };
        // A message without our key's signature, or that is not a Jupyter message, is not the
        // kernel's.
        let Ok(raw) = RawMessage::from_multipart(frames, &socket.mac) else { continue };
        let Some(message) = read(&raw, channel) else { continue };
        if messages.send(message).await.is_err() {
            return;
        }
    }
}

fn read(raw: &RawMessage, channel: Channel) -> Option<Message> {
    let part = |index: usize| serde_json::from_slice::<Value>(raw.jparts.get(index)?).ok();
    let header = part(0)?;
    let parent = part(1)?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Some(Message {
        channel,
        kind: text(&header, "msg_type"),
        parent: text(&parent, "msg_id"),
        content: part(3)?,
    })
}
