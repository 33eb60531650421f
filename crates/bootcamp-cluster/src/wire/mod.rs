//! Messages as frames: addresses, `<IDS|MSG>`, a signature, four texts, and buffers.
//!
//! ipyparallel does not sign buffers. Peers of this library write the SHA-256 of every
//! buffer into the signed content ([`DIGESTS`]) and hand nobody a buffer whose digest is
//! wrong. Of peers that write none, Python's, buffers are taken only in replies and outputs,
//! never in requests.

mod error;
mod header;
mod key;
mod message;
mod session;
#[cfg(test)]
mod tests;

pub use error::{BufferRefusal, WireError};
pub(crate) use header::now;
pub use header::{Header, PROTOCOL_VERSION};
pub use key::{Key, sha256};
pub use message::{DELIMITER, Message};
pub use session::Session;

/// The field of a message's content that holds the SHA-256 of each buffer. The signature
/// covers the content and so, through it, the buffers.
pub const DIGESTS: &str = "buffer_sha256";
