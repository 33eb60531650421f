//! The key of a cluster, and what is made with it.

use std::fmt;

use data_encoding::HEXLOWER;
use ring::{digest, hmac};

/// The secret that a controller shares with its engines and clients. Whoever has it runs code
/// as you.
#[derive(Clone)]
pub struct Key(Option<hmac::Key>);

impl Key {
    /// The `key` of a connection file, taken as the text it is.
    ///
    /// ```
    /// use bootcamp_cluster::wire::Key;
    ///
    /// let key = Key::new("e3cec0b5");
    /// let signature = key.sign(&[b"{}", b"{}"]);
    /// assert_eq!(signature.len(), 64);
    /// assert!(key.verifies(signature.as_bytes(), &[b"{}", b"{}"]));
    /// assert!(!Key::new("another").verifies(signature.as_bytes(), &[b"{}", b"{}"]));
    /// ```
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(Some(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes())))
    }

    /// No key: for controllers that encrypt instead, and so know who they speak to.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// The HMAC-SHA256 of the parts, one after the other, in hexadecimal digits; nothing if the
    /// controller encrypts instead.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> String {
        self.0.as_ref().map(|key| HEXLOWER.encode(tag(key, parts).as_ref())).unwrap_or_default()
    }

    /// Whether the signature is the one of these parts; takes the same time whichever of its
    /// digits is wrong.
    #[must_use]
    pub fn verifies(&self, signature: &[u8], parts: &[&[u8]]) -> bool {
        let Some(key) = &self.0 else { return true };
        let Ok(theirs) = HEXLOWER.decode(signature) else { return false };
        let ours = tag(key, parts);
        // ring compares in constant time only what it signs itself: the tags of both tags.
        hmac::verify(key, &theirs, hmac::sign(key, ours.as_ref()).as_ref()).is_ok()
    }
}

fn tag(key: &hmac::Key, parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    context.sign()
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(..)")
    }
}

/// The SHA-256 of some bytes in hexadecimal digits.
///
/// ```
/// let digest = bootcamp_cluster::wire::sha256(b"abc");
/// assert!(digest.starts_with("ba7816bf"));
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}
