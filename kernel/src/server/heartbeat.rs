//! The heartbeat, which sends every message back.

use jupyter_protocol::ConnectionInfo;
use zeromq::{RouterSocket, Socket as _, SocketRecv as _, SocketSend as _, ZmqResult};

/// Answers heartbeats. It does not use a reply socket, because the library's own fails for good
/// when a client without `ZeroMQ` connects. The frames of a message contain the address for its
/// answer.
pub(super) async fn start(connection: &ConnectionInfo) -> ZmqResult<()> {
    let mut socket = RouterSocket::new();
    socket.bind(&connection.hb_url()).await?;
    tokio::spawn(async move {
        while let Ok(beat) = socket.recv().await {
            // The client may have disconnected; others still need an answer.
            let _ = socket.send(beat).await;
        }
    });
    Ok(())
}
