//! The heartbeat: what comes goes back.

use jupyter_zmq_client::KernelHeartbeatConnection;
use zeromq::{SocketRecv as _, SocketSend as _};

pub(super) fn start(mut heartbeat: KernelHeartbeatConnection) {
    tokio::spawn(async move {
        while let Ok(beat) = heartbeat.socket.recv().await {
            // The one who asked may be gone; the next one counts.
            let _ = heartbeat.socket.send(beat).await;
        }
    });
}
