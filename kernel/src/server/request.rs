//! Reads requests. A malformed one is refused with one line, and the kernel continues.

use bootcamp_evaluator::log::say;
use jupyter_zmq_client::{Connection, RawMessage};
use zeromq::SocketRecv;

use crate::frontend::{Parent, Refusal, parse};

/// Returns the next message of a socket that can be read, or `None` when the socket is closed.
pub(super) async fn next<S: SocketRecv>(socket: &mut Connection<S>, name: &str) -> Option<Parent> {
    loop {
        let frames = socket.socket.recv().await.ok()?;
        let message = RawMessage::from_multipart(frames, &socket.mac);
        match message.map_err(Refusal::from).and_then(parse) {
            Ok(request) => {
                if let Some(why) = &request.malformed {
                    let kind = &request.message.header.msg_type;
                    say(&format!("refused the content of {kind:.40}: {why}"));
                }
                return Some(request);
            }
            Err(refusal) => say(&format!("refused a message on the {name} socket: {refusal}")),
        }
    }
}
