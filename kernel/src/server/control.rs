//! The control socket, which never waits for a running cell.

use jupyter_zmq_client::KernelControlConnection;

use super::common::Common;
use super::request;
use crate::frontend::{Publisher, reply};

/// Answers requests until the socket is closed.
pub(super) async fn serve(
    mut socket: KernelControlConnection,
    publisher: &Publisher,
    common: &Common,
) {
    while let Some(parent) = request::next(&mut socket, "control").await {
        // A request on this socket must not wait, not even for slow subscribers.
        publisher.try_busy(&parent);
        if let Some(content) = common.answer(&parent) {
            let _ = socket.send(reply(content, &parent)).await;
        }
        publisher.try_idle(&parent);
        common.end_if_asked(&parent.message);
    }
}
