//! Creates messages. Each one is the child of a request.

use std::mem;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bootcamp_cluster::engine;
use jupyter_protocol::{
    ExecuteRequest, JupyterMessage, JupyterMessageContent, Media, Stdio, UnknownMessage,
};
use serde_json::Value;

use super::kept::Kept;

/// The version of the messaging specification that the kernel follows.
pub(crate) const PROTOCOL_VERSION: &str = "5.5";

/// The request that a message answers, and the receiver of its outputs.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(crate) message: Arc<JupyterMessage>,
    /// The error in its content, if the content cannot be read.
    pub(crate) malformed: Option<String>,
    /// The text of the cell's result.
    result: Arc<OnceLock<String>>,
    recipient: Recipient,
}

/// The receiver of what is published.
#[derive(Clone, Debug)]
enum Recipient {
    FrontEnds,
    /// No receiver: the outputs are kept.
    Kept(Arc<Mutex<Kept>>),
    /// The client that sent the request to this engine of a cluster.
    Cluster(engine::Outputs),
}

impl Parent {
    pub(crate) fn new(message: JupyterMessage) -> Self {
        Self {
            message: Arc::new(message),
            malformed: None,
            result: Arc::default(),
            recipient: Recipient::FrontEnds,
        }
    }

    /// Returns a request to an engine, which cannot ask for input.
    pub(crate) fn of_engine(outputs: engine::Outputs) -> Self {
        let request = ExecuteRequest { allow_stdin: false, ..ExecuteRequest::new(String::new()) };
        let recipient = Recipient::Cluster(outputs);
        Self { recipient, ..Self::new(JupyterMessage::new(request, None)) }
    }

    /// Returns the same request with other content, for code whose outputs are kept.
    pub(crate) fn kept(&self, content: impl Into<JupyterMessageContent>) -> Self {
        let message = JupyterMessage { content: content.into(), ..(*self.message).clone() };
        Self { recipient: Recipient::Kept(Arc::default()), ..Self::new(message) }
    }

    /// Returns the same request, for a part of its code whose outputs are kept.
    pub(crate) fn captured(&self) -> Self {
        let recipient = Recipient::Kept(Arc::default());
        Self { result: Arc::default(), recipient, ..self.clone() }
    }

    /// Notes content that is about to be published, and returns true if it is to be published.
    pub(crate) fn on_publish(&self, content: &JupyterMessageContent) -> bool {
        if let JupyterMessageContent::ExecuteResult(result) = content
            && let Some(text) = plain_text(&result.data)
        {
            let _ = self.result.set(text);
        }
        match &self.recipient {
            Recipient::FrontEnds => return true,
            Recipient::Kept(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).take(content);
            }
            Recipient::Cluster(outputs) => pass_on(content, outputs),
        }
        false
    }

    /// Returns the text of the result that was published.
    pub(crate) fn result(&self) -> Option<&str> {
        self.result.get().map(String::as_str)
    }

    /// Removes the last display or result that was kept, and returns it.
    pub(crate) fn last_kept(&self) -> Option<Media> {
        self.keeper()?.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Returns all outputs that were kept.
    pub(crate) fn take_kept(&self) -> Kept {
        let take = |kept: &Arc<Mutex<Kept>>| {
            mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
        };
        self.keeper().map(take).unwrap_or_default()
    }

    fn keeper(&self) -> Option<&Arc<Mutex<Kept>>> {
        if let Recipient::Kept(kept) = &self.recipient { Some(kept) } else { None }
    }
}

/// Sends the same content in the form of an engine of a cluster.
fn pass_on(content: &JupyterMessageContent, outputs: &engine::Outputs) {
    // Text is sent first, because a flood of text must not be converted to JSON for nothing.
    if let JupyterMessageContent::StreamContent(stream) = content {
        return match stream.name {
            Stdio::Stdout => outputs.stdout(&stream.text),
            Stdio::Stderr => outputs.stderr(&stream.text),
        };
    }
    let Ok(mut fields) = serde_json::to_value(content) else { return };
    let mut take = |field: &str| fields[field].take();
    match content {
        JupyterMessageContent::DisplayData(display) => {
            let id = display.transient.as_ref().and_then(|transient| transient.display_id.clone());
            outputs.display_data(take("data"), take("metadata"), id.as_deref());
        }
        JupyterMessageContent::UpdateDisplayData(update) => {
            let id = &update.transient.display_id;
            outputs.update_display_data(
                take("data"),
                take("metadata"),
                id.as_deref().unwrap_or(""),
            );
        }
        JupyterMessageContent::ExecuteResult(_) => {
            outputs.execute_result(take("data"), take("metadata"));
        }
        JupyterMessageContent::ClearOutput(clear) => outputs.clear_output(clear.wait),
        other => outputs.other(other.message_type(), fields, Vec::new()),
    }
}

fn plain_text(media: &Media) -> Option<String> {
    serde_json::to_value(media).ok()?["text/plain"].as_str().map(str::to_owned)
}

/// Converts a map from MIME types to formats.
pub(crate) fn media(bundle: Value) -> Media {
    serde_json::from_value(bundle).unwrap_or_default()
}

/// Returns content in a form that the protocol's Rust types do not have.
pub(crate) fn content(kind: &str, content: Value) -> JupyterMessageContent {
    UnknownMessage { msg_type: kind.to_owned(), content }.into()
}

/// Returns a message for the socket on which the request came.
pub(crate) fn reply(content: impl Into<JupyterMessageContent>, parent: &Parent) -> JupyterMessage {
    signed(JupyterMessage::new(content, Some(&parent.message)))
}

/// Returns a message for all subscribers. Its topic is its type.
pub(crate) fn broadcast(
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
