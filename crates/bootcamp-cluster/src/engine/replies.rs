//! Replies, with the metadata that schedulers and clients insist on.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::queue::Request;
use crate::Failure;
use crate::wire::{Message, Session, now};

/// The engine, as its replies name it.
#[derive(Debug)]
pub(super) struct Replier {
    pub session: Session,
    pub id: u32,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Error,
    Aborted,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Aborted => "aborted",
        }
    }
}

impl Replier {
    /// A reply to the request. Without `status` in its metadata the task scheduler loses it
    /// for ever; without the broadcast fields the broadcast schedulers do.
    pub(super) fn reply(
        &self,
        request: &Request,
        started: &str,
        status: Status,
        mut content: Value,
        buffers: Vec<Bytes>,
    ) -> Message {
        let of_request = |field: &str, default: Value| {
            request.message.metadata.get(field).cloned().unwrap_or(default)
        };
        let metadata = json!({
            "started": started,
            "dependencies_met": true,
            "engine": self.session.id(),
            "status": status.name(),
            "is_broadcast": of_request("is_broadcast", false.into()),
            "is_coalescing": of_request("is_coalescing", false.into()),
            "original_msg_id": of_request("original_msg_id", "".into()),
            "label": of_request("label", Value::Null),
        });
        if let Value::Object(content) = &mut content {
            content.insert("status".to_owned(), status.name().into());
        }
        let mut reply = self.session.message(&reply_kind(request.message.kind()), content);
        reply.idents.clone_from(&request.message.idents);
        reply.parent = Some(request.message.header.clone());
        reply.metadata = if let Value::Object(metadata) = metadata { metadata } else { Map::new() };
        reply.buffers = buffers;
        reply
    }

    /// A reply that needs nothing but its status.
    pub(super) fn plain(&self, request: &Request, status: Status) -> Message {
        self.reply(request, &now(), status, json!({}), Vec::new())
    }

    /// The reply of a request that failed.
    pub(super) fn failed(&self, request: &Request, started: &str, failure: &Failure) -> Message {
        let mut content = failure.content();
        let kind = request.message.kind();
        content["engine_info"] = json!({
            "engine_uuid": self.session.id(),
            "engine_id": self.id,
            "method": kind.strip_suffix("_request").unwrap_or(kind),
        });
        let mut reply = self.reply(request, started, Status::Error, content, Vec::new());
        reply.metadata.insert("dependencies_met".to_owned(), (!failure.is_unmet()).into());
        reply
    }
}

/// The type of the reply to a request of this type.
fn reply_kind(kind: &str) -> String {
    format!("{}_reply", kind.strip_suffix("_request").unwrap_or(kind))
}
