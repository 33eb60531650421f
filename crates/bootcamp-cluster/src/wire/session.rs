//! Who makes messages: numbers them, dates them, signs them.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use serde_json::Value;

use super::header::now;
use super::{Header, Key, Message, PROTOCOL_VERSION, WireError};

/// The maker of one program's messages.
///
/// ```
/// use bootcamp_cluster::wire::{Key, Session};
/// use serde_json::json;
///
/// let session = Session::new(Key::new("secret"));
/// let first = session.message("connection_request", json!({}));
/// let second = session.message("connection_request", json!({}));
/// assert_ne!(first.header.msg_id, second.header.msg_id);
/// assert_eq!(first.header.session, session.id());
/// ```
#[derive(Debug)]
pub struct Session {
    key: Key,
    id: String,
    username: String,
    made: AtomicU64,
}

impl Session {
    /// A session with an id of its own.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let username = std::env::var("USER").unwrap_or_else(|_| "username".to_owned());
        let id = uuid::Uuid::new_v4().to_string();
        Self { key, id, username, made: AtomicU64::new(0) }
    }

    /// What all its messages carry. An engine's is its uuid: the hub knows it by this.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The next message.
    #[must_use]
    pub fn message(&self, msg_type: &str, content: Value) -> Message {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let header = Header {
            msg_id: format!("{}_{number}", self.id),
            msg_type: msg_type.to_owned(),
            username: self.username.clone(),
            session: self.id.clone(),
            date: now(),
            version: PROTOCOL_VERSION.to_owned(),
            ..Header::default()
        };
        Message { header, content, ..Message::default() }
    }

    /// The frames of a message.
    ///
    /// # Errors
    /// If the content is not a JSON object.
    pub fn encode(&self, message: Message) -> Result<Vec<Bytes>, WireError> {
        message.encode(&self.key)
    }

    /// The message of frames that came.
    ///
    /// # Errors
    /// If the frames are not a message that was signed with this key.
    pub fn decode(&self, frames: Vec<Bytes>) -> Result<Message, WireError> {
        Message::decode(frames, &self.key)
    }
}
