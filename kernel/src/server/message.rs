//! Making messages: every one is the child of a request.

use std::sync::Arc;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};

/// The version of the messaging specification that the kernel follows.
pub(super) const PROTOCOL_VERSION: &str = "5.4";

/// The request that a message answers.
#[derive(Clone, Debug)]
pub(crate) struct Parent(pub(super) Arc<JupyterMessage>);

impl Parent {
    pub(super) fn new(message: JupyterMessage) -> Self {
        Self(Arc::new(message))
    }
}

/// A message for the socket on which the request came.
pub(super) fn reply(content: impl Into<JupyterMessageContent>, parent: &Parent) -> JupyterMessage {
    let mut message = JupyterMessage::new(content, Some(&parent.0));
    PROTOCOL_VERSION.clone_into(&mut message.header.version);
    "kernel".clone_into(&mut message.header.username);
    message
}

/// A message for everybody who listens; its topic is its type.
pub(super) fn broadcast(
    content: impl Into<JupyterMessageContent>,
    parent: Option<&Parent>,
) -> JupyterMessage {
    let mut message = JupyterMessage::new(content, parent.map(|parent| &*parent.0));
    PROTOCOL_VERSION.clone_into(&mut message.header.version);
    "kernel".clone_into(&mut message.header.username);
    let topic = message.message_type().as_bytes().to_vec();
    message.with_zmq_identities(vec![topic.into()])
}
