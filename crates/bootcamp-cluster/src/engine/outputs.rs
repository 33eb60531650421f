//! What user code prints and shows.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::publisher::{Body, Item, Parcel, Publisher};
use crate::Failure;
use crate::wire::Header;

/// Where the outputs of one request go. Clones may be used from any thread, at any time;
/// what comes late still belongs to the request.
#[derive(Clone, Debug)]
pub struct Outputs {
    publisher: Arc<Publisher>,
    parent: Arc<Header>,
    execution_count: u32,
    silent: bool,
}

impl Outputs {
    pub(super) fn new(publisher: Arc<Publisher>, parent: Header) -> Self {
        Self { publisher, parent: Arc::new(parent), execution_count: 0, silent: true }
    }

    pub(super) fn of_run(mut self, execution_count: u32, silent: bool) -> Self {
        self.execution_count = execution_count;
        self.silent = silent;
        self
    }

    /// Prints text. Prints that follow each other quickly travel together.
    pub fn stdout(&self, text: &str) {
        self.stream("stdout", text);
    }

    /// Prints text as an error.
    pub fn stderr(&self, text: &str) {
        self.stream("stderr", text);
    }

    /// Shows something in the formats of a MIME bundle, as
    /// `json!({"text/plain": "a red dot", "image/svg+xml": "<svg .."})`. What has an id can be
    /// shown anew in its place.
    pub fn display_data(&self, data: Value, metadata: Value, display_id: Option<&str>) {
        let content = display(data, metadata, display_id);
        self.publish("displaypub", "display_data", content, Vec::new());
    }

    /// Shows something in the place of what has this id.
    pub fn update_display_data(&self, data: Value, metadata: Value, display_id: &str) {
        let content = display(data, metadata, Some(display_id));
        self.publish("displaypub", "update_display_data", content, Vec::new());
    }

    /// Takes away what the request has shown, at once or when the next output comes.
    pub fn clear_output(&self, wait: bool) {
        self.publish("displaypub", "clear_output", json!({ "wait": wait }), Vec::new());
    }

    /// The value of the code, as `Out [3]`; not published if the request is silent.
    pub fn execute_result(&self, data: Value, metadata: Value) {
        if !self.silent {
            let mut content = display(data, metadata, None);
            content["execution_count"] = self.execution_count.into();
            self.publish("execute_result", "execute_result", content, Vec::new());
        }
    }

    /// An error that is no failure of the request; the engine publishes those itself.
    pub fn error(&self, failure: &Failure) {
        self.publish("error", "error", failure.content(), Vec::new());
    }

    /// Any other message, as `comm_msg`.
    pub fn other(&self, msg_type: &str, content: Value, buffers: Vec<Bytes>) {
        self.publish("other", msg_type, content, buffers);
    }

    pub(super) fn input(&self, code: &str) {
        if !self.silent {
            let content = json!({ "code": code, "execution_count": self.execution_count });
            self.publish("execute_input", "execute_input", content, Vec::new());
        }
    }

    pub(super) fn status(&self, state: &str) {
        self.publish("status", "status", json!({ "execution_state": state }), Vec::new());
    }

    fn stream(&self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.push(name, "stream", Body::Text(text.to_owned()));
        }
    }

    fn publish(&self, topic: &'static str, kind: &str, content: Value, buffers: Vec<Bytes>) {
        self.push(topic, kind, Body::Content(content, buffers));
    }

    fn push(&self, topic: &'static str, kind: &str, body: Body) {
        let parent = self.parent.clone();
        let item = Item { topic, kind: kind.to_owned(), body, parent };
        self.publisher.push(Parcel::Output(item));
    }
}

fn display(data: Value, metadata: Value, display_id: Option<&str>) -> Value {
    let transient = display_id.map_or_else(|| json!({}), |id| json!({ "display_id": id }));
    let mut content = json!({ "metadata": {}, "transient": transient });
    // Moved in, not copied: a picture may be large.
    content["data"] = data;
    if metadata.is_object() {
        content["metadata"] = metadata;
    }
    content
}
