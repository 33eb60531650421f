//! The heartbeat: what comes goes back.

use jupyter_protocol::ConnectionInfo;
use zeromq::{RouterSocket, Socket as _, SocketRecv as _, SocketSend as _, ZmqResult};

/// Answers whoever asks. Not with a reply socket: the library's own fails for good when
/// somebody who speaks no `ZeroMQ` connects. The frames say where an answer goes.
pub(super) async fn start(connection: &ConnectionInfo) -> ZmqResult<()> {
    let mut socket = RouterSocket::new();
    socket.bind(&connection.hb_url()).await?;
    tokio::spawn(async move {
        while let Ok(beat) = socket.recv().await {
            // The one who asked may be gone; the next one counts.
            let _ = socket.send(beat).await;
        }
    });
    Ok(())
}
