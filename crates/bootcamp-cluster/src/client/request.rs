//! What is sent to engines.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::wire::{Message, Session};

/// A request that can be sent to one engine, to many, or to whichever is free.
///
/// ```
/// use bootcamp_cluster::client::Request;
/// use serde_json::json;
///
/// let run = Request::execute("let x = 1;");
/// assert_eq!(run.kind(), "execute_request");
///
/// let own = Request::new("blob_request", json!({"name": "points"})).buffer(vec![1, 2, 3]);
/// assert_eq!(own.kind(), "blob_request");
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    kind: String,
    content: Value,
    buffers: Vec<Bytes>,
    metadata: Map<String, Value>,
    name: Option<String>,
}

impl Request {
    /// A request of this type, which ends in `_request`; the content is a JSON object.
    #[must_use]
    pub fn new(kind: &str, content: Value) -> Self {
        Self {
            kind: kind.to_owned(),
            content,
            buffers: Vec::new(),
            metadata: Map::new(),
            name: None,
        }
    }

    /// Code to run; its outputs and its result come back.
    #[must_use]
    pub fn execute(code: &str) -> Self {
        Self::new(
            "execute_request",
            json!({
                "code": code, "silent": false, "store_history": true, "allow_stdin": false,
                "stop_on_error": true, "user_expressions": {},
            }),
        )
    }

    /// The same without the echo of the code and its result; prints and pictures still come.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.content["silent"] = true.into();
        self.content["store_history"] = false.into();
        self
    }

    /// The same with one buffer more.
    #[must_use]
    pub fn buffer(mut self, buffer: impl Into<Bytes>) -> Self {
        self.buffers.push(buffer.into());
        self
    }

    /// The same with something for the engine in its metadata.
    #[must_use]
    pub fn metadata(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(field.to_owned(), value.into());
        self
    }

    /// The same under this name, by which the hub is asked for its result. It has to be sent
    /// once only.
    #[must_use]
    pub fn named(mut self, msg_id: &str) -> Self {
        self.name = Some(msg_id.to_owned());
        self
    }

    /// The type of the request.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    pub(super) fn message(&self, session: &Session, metadata: Value) -> Message {
        let mut message = session.message(&self.kind, self.content.clone());
        if let Some(name) = &self.name {
            message.header.msg_id.clone_from(name);
        }
        message.metadata.clone_from(&self.metadata);
        if let Value::Object(fields) = metadata {
            message.metadata.extend(fields);
        }
        message.buffers.clone_from(&self.buffers);
        message
    }
}
