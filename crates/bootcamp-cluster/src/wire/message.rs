//! A message, and how it becomes frames.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{BufferRefusal, DIGESTS, Header, Key, WireError, sha256};

/// What separates the addresses of a message from the message.
pub const DELIMITER: &[u8] = b"<IDS|MSG>";

/// More addresses than a message passes on its way through a controller.
const MAX_IDENTS: usize = 64;
/// More buffers than anybody sends.
const MAX_BUFFERS: usize = 1 << 16;
/// Texts longer than this belong into a buffer.
const MAX_JSON: usize = 256 << 20;
/// What all buffers of a message hold together.
const MAX_BUFFER_BYTES: usize = 16 << 30;

/// One message of Jupyter's protocol.
///
/// ```
/// use bootcamp_cluster::wire::{Key, Message};
/// use serde_json::json;
///
/// let key = Key::new("secret");
/// let mut message = Message::new("blob_request", json!({"name": "points"}));
/// message.buffers.push(vec![1, 2, 3].into());
/// let frames = message.encode(&key)?;
///
/// let same = Message::decode(frames.clone(), &key)?;
/// assert_eq!(same.content["name"], "points");
/// assert_eq!(same.buffers[0][..], [1, 2, 3]);
///
/// let mut changed = frames;
/// *changed.last_mut().unwrap() = vec![1, 2, 4].into();
/// let refused = Message::decode(changed, &key)?;
/// assert!(refused.buffers.is_empty());
/// assert!(refused.refusal.unwrap().to_string().starts_with("buffer 0 was changed"));
/// # Ok::<(), bootcamp_cluster::wire::WireError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Where it goes to or came from: the frames in front of [`DELIMITER`].
    pub idents: Vec<Bytes>,
    /// What it says of itself.
    pub header: Header,
    /// The header of the request that it answers.
    pub parent: Option<Header>,
    /// What the schedulers read.
    pub metadata: Map<String, Value>,
    /// What it says, a JSON object.
    pub content: Value,
    /// Binary data. Of a message that came: only what its signature covers, or what cannot
    /// be code.
    pub buffers: Vec<Bytes>,
    /// Why `buffers` of a message that came is empty though some were sent.
    pub refusal: Option<BufferRefusal>,
}

impl Message {
    /// A message of this type that answers nothing. Its header still needs an id and a date;
    /// a [`Session`](super::Session) makes whole ones.
    #[must_use]
    pub fn new(msg_type: &str, content: Value) -> Self {
        let header = Header { msg_type: msg_type.to_owned(), ..Header::default() };
        Self { header, content, ..Self::default() }
    }

    /// What the message asks or answers.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.header.msg_type
    }

    /// The frames of the message, signed, with the SHA-256 of every buffer in its content.
    ///
    /// # Errors
    /// If the content is not a JSON object.
    pub fn encode(mut self, key: &Key) -> Result<Vec<Bytes>, WireError> {
        let Value::Object(content) = &mut self.content else {
            return Err(WireError::NotAnObject(self.header.msg_type));
        };
        if !self.buffers.is_empty() {
            let digests = self.buffers.iter().map(|buffer| sha256(buffer).into()).collect();
            content.insert(DIGESTS.to_owned(), Value::Array(digests));
        }
        let write = |part, value: serde_json::Result<Vec<u8>>| {
            value.map_err(|why| WireError::Malformed { part, why })
        };
        let header = write("header", serde_json::to_vec(&self.header))?;
        let parent = match &self.parent {
            Some(parent) => write("parent header", serde_json::to_vec(parent))?,
            None => b"{}".to_vec(),
        };
        let metadata = write("metadata", serde_json::to_vec(&self.metadata))?;
        let content = write("content", serde_json::to_vec(&self.content))?;
        let signature = key.sign(&[&header, &parent, &metadata, &content]);

        let mut frames = self.idents;
        frames.reserve(6 + self.buffers.len());
        frames.push(Bytes::from_static(DELIMITER));
        frames.push(signature.into());
        frames.extend([header, parent, metadata, content].map(Bytes::from));
        frames.extend(self.buffers);
        Ok(frames)
    }

    /// Reads a message whose signature is right. Frames of any bytes are refused, never a
    /// reason to panic.
    ///
    /// # Errors
    /// If the frames are not a message that was signed with this key.
    pub fn decode(frames: Vec<Bytes>, key: &Key) -> Result<Self, WireError> {
        let within = |part, size, limit| {
            if size > limit { Err(WireError::Size { part, size, limit }) } else { Ok(()) }
        };
        let mut rest = frames.into_iter();
        let mut idents = Vec::new();
        loop {
            match rest.next() {
                Some(frame) if frame == DELIMITER => break,
                Some(frame) => idents.push(frame),
                None => return Err(WireError::Delimiter),
            }
            within("address", idents.len(), MAX_IDENTS)?;
        }
        let parts = rest.len();
        let mut next = || rest.next().ok_or(WireError::Parts(parts));
        let signature = next()?;
        let [header, parent, metadata, content] = [next()?, next()?, next()?, next()?];
        for part in [&header, &parent, &metadata, &content] {
            within("text", part.len(), MAX_JSON)?;
        }
        if !key.verifies(&signature, &[&header, &parent, &metadata, &content]) {
            return Err(WireError::Signature);
        }
        within("list of buffers", rest.len(), MAX_BUFFERS)?;
        let buffers: Vec<Bytes> = rest.collect();
        within("buffers", buffers.iter().map(Bytes::len).sum(), MAX_BUFFER_BYTES)?;

        let header: Header = read("header", &header)?;
        let parent: Map<String, Value> = read("parent header", &parent)?;
        let parent = if parent.is_empty() {
            None
        } else {
            let part = "parent header";
            let parent = serde_json::from_value(parent.into());
            Some(parent.map_err(|why| WireError::Malformed { part, why })?)
        };
        let metadata = read("metadata", &metadata)?;
        let mut content: Map<String, Value> = read("content", &content)?;
        let digests = content.remove(DIGESTS);
        let refusal = check_buffers(&header.msg_type, &buffers, digests).err();
        let buffers = if refusal.is_some() { Vec::new() } else { buffers };
        Ok(Self { idents, header, parent, metadata, content: content.into(), buffers, refusal })
    }
}

fn read<T: serde::de::DeserializeOwned>(part: &'static str, bytes: &[u8]) -> Result<T, WireError> {
    serde_json::from_slice(bytes).map_err(|why| WireError::Malformed { part, why })
}

fn check_buffers(
    kind: &str,
    buffers: &[Bytes],
    digests: Option<Value>,
) -> Result<(), BufferRefusal> {
    let Some(digests) = digests else {
        let harmless = buffers.is_empty() || carries_no_code(kind);
        return if harmless { Ok(()) } else { Err(BufferRefusal::Unsigned(kind.to_owned())) };
    };
    let digests = digests.as_array().map(Vec::as_slice).unwrap_or_default();
    if digests.len() != buffers.len() {
        return Err(BufferRefusal::Count { buffers: buffers.len(), digests: digests.len() });
    }
    let same = |(buffer, digest): (&Bytes, &Value)| digest.as_str() == Some(&sha256(buffer));
    match buffers.iter().zip(digests).position(|pair| !same(pair)) {
        Some(changed) => Err(BufferRefusal::Digest(changed)),
        None => Ok(()),
    }
}

/// Python peers do not sign their buffers. That is borne where buffers are pictures or the
/// state of a widget, and where a client asked for data; never where somebody runs them.
fn carries_no_code(kind: &str) -> bool {
    !kind.ends_with("_request")
}
