//! The sockets of a front end, and the next message of any of them.

use jupyter_protocol::{
    ConnectionInfo, Header, JupyterMessage, JupyterMessageContent, UnknownMessage,
};
use jupyter_zmq_client::{
    ClientControlConnection, ClientIoPubConnection, ClientShellConnection, ClientStdinConnection,
    Connection, RawMessage, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, create_client_stdin_connection_with_identity,
    peer_identity_for_session,
};
use serde_json::Value;
use zeromq::SocketRecv;

use crate::ledger::Reply;

const SESSION: &str = "test-session";

/// A message, by what it is.
pub(crate) enum Came {
    Published(JupyterMessage),
    Reply(Reply),
    Question(JupyterMessage),
}

pub(crate) struct Sockets {
    pub(crate) shell: ClientShellConnection,
    pub(crate) control: ClientControlConnection,
    iopub: ClientIoPubConnection,
    pub(crate) stdin: ClientStdinConnection,
    /// Which of them the kernel has closed: shell, control, iopub, stdin.
    closed: [bool; 4],
}

impl Sockets {
    /// Connects with a kernel whose ports are open.
    pub(crate) async fn connect(connection: &ConnectionInfo) -> Self {
        let identity = || peer_identity_for_session(SESSION).unwrap();
        let shell = create_client_shell_connection_with_identity(connection, SESSION, identity());
        let stdin = create_client_stdin_connection_with_identity(connection, SESSION, identity());
        Self {
            shell: shell.await.unwrap(),
            control: create_client_control_connection(connection, SESSION).await.unwrap(),
            iopub: create_client_iopub_connection(connection, "", SESSION).await.unwrap(),
            stdin: stdin.await.unwrap(),
            closed: [false; 4],
        }
    }

    /// The next message; `None` when the kernel has closed all sockets.
    pub(crate) async fn next(&mut self) -> Option<Came> {
        let Self { shell, control, iopub, stdin, closed } = self;
        let came = loop {
            let (socket, message) = tokio::select! {
                reply = read(shell), if !closed[0] => (0, reply.map(Came::Reply)),
                reply = read(control), if !closed[1] => (1, reply.map(Came::Reply)),
                message = read(iopub), if !closed[2] => (2, message.map(|(message, _)| Came::Published(message))),
                message = read(stdin), if !closed[3] => (3, message.map(|(message, _)| Came::Question(message))),
                else => return None,
            };
            match message {
                Some(came) => break came,
                None => closed[socket] = true,
            }
        };
        Some(came)
    }
}

/// The next message of a socket; `None` when it is closed.
async fn read<S: SocketRecv>(socket: &mut Connection<S>) -> Option<Reply> {
    let frames = socket.socket.recv().await.ok()?;
    let raw = RawMessage::from_multipart(frames, &socket.mac).expect("a signed message");
    let part = |number: usize| serde_json::from_slice::<Value>(&raw.jparts[number]);
    let header: Header = serde_json::from_slice(&raw.jparts[0]).expect("a header");
    let content = part(3).expect("content");
    // What the protocol's Rust types do not know (an input without an output) stays as it is.
    let typed = JupyterMessageContent::from_type_and_content(&header.msg_type, content.clone())
        .unwrap_or_else(|_| {
            UnknownMessage { msg_type: header.msg_type.clone(), content: content.clone() }.into()
        });
    let message = JupyterMessage {
        zmq_identities: raw.zmq_identities.clone(),
        // A message without a parent has an empty one.
        parent_header: serde_json::from_slice(&raw.jparts[1]).ok(),
        metadata: part(2).expect("metadata"),
        content: typed,
        buffers: raw.jparts[4..].to_vec(),
        header,
        channel: None,
    };
    Some((message, content))
}
