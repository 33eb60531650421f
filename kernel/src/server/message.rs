//! Making messages: every one is the child of a request.

use std::mem;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jupyter_protocol::{JupyterMessage, JupyterMessageContent, Media, UnknownMessage};
use serde_json::Value;

use super::kept::Kept;

/// The version of the messaging specification that the kernel follows.
pub(super) const PROTOCOL_VERSION: &str = "5.5";

/// The request that a message answers, and who is told of what comes of it.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(super) message: Arc<JupyterMessage>,
    /// What is wrong with its content, if it cannot be followed.
    pub(super) malformed: Option<String>,
    /// The text of the cell's result.
    result: Arc<OnceLock<String>>,
    /// Where all that is published goes in place of the front ends.
    kept: Option<Arc<Mutex<Kept>>>,
}

impl Parent {
    pub(super) fn new(message: JupyterMessage) -> Self {
        Self { message: Arc::new(message), malformed: None, result: Arc::default(), kept: None }
    }

    /// The same request, for code of which no front end is told.
    pub(super) fn kept(&self, content: impl Into<JupyterMessageContent>) -> Self {
        let message = JupyterMessage { content: content.into(), ..(*self.message).clone() };
        Self { kept: Some(Arc::default()), ..Self::new(message) }
    }

    /// The same request, for a part of its code of which no front end is told.
    pub(crate) fn captured(&self) -> Self {
        Self { result: Arc::default(), kept: Some(Arc::default()), ..self.clone() }
    }

    /// Takes note of what is about to be published; gives whether it is to be.
    pub(super) fn on_publish(&self, content: &JupyterMessageContent) -> bool {
        if let JupyterMessageContent::ExecuteResult(result) = content
            && let Some(text) = plain_text(&result.data)
        {
            let _ = self.result.set(text);
        }
        let Some(kept) = &self.kept else { return true };
        kept.lock().unwrap_or_else(PoisonError::into_inner).take(content);
        false
    }

    /// The text of the result that was published.
    pub(super) fn result(&self) -> Option<&str> {
        self.result.get().map(String::as_str)
    }

    /// The last display or result that was kept.
    pub(super) fn last_kept(&self) -> Option<Media> {
        self.kept.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// All that was kept.
    pub(crate) fn take_kept(&self) -> Kept {
        let take = |kept: &Arc<Mutex<Kept>>| {
            mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
        };
        self.kept.as_ref().map(take).unwrap_or_default()
    }
}

fn plain_text(media: &Media) -> Option<String> {
    serde_json::to_value(media).ok()?["text/plain"].as_str().map(str::to_owned)
}

/// Formats by their MIME types.
pub(super) fn media(bundle: Value) -> Media {
    serde_json::from_value(bundle).unwrap_or_default()
}

/// Content in a form that the protocol's Rust types do not have.
pub(super) fn content(kind: &str, content: Value) -> JupyterMessageContent {
    UnknownMessage { msg_type: kind.to_owned(), content }.into()
}

/// A message for the socket on which the request came.
pub(super) fn reply(content: impl Into<JupyterMessageContent>, parent: &Parent) -> JupyterMessage {
    signed(JupyterMessage::new(content, Some(&parent.message)))
}

/// A message for everybody who listens; its topic is its type.
pub(super) fn broadcast(
    content: impl Into<JupyterMessageContent>,
    parent: Option<&Parent>,
) -> JupyterMessage {
    let message = signed(JupyterMessage::new(content, parent.map(|parent| &*parent.message)));
    let topic = message.message_type().as_bytes().to_vec();
    message.with_zmq_identities(vec![topic.into()])
}

fn signed(mut message: JupyterMessage) -> JupyterMessage {
    PROTOCOL_VERSION.clone_into(&mut message.header.version);
    "kernel".clone_into(&mut message.header.username);
    message
}
