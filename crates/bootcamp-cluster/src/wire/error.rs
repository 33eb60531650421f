//! Why a message is not read, or not written.

/// Frames that are not a message of this cluster.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// Nothing says where the message begins.
    #[error("the delimiter <IDS|MSG> is missing")]
    Delimiter,
    /// Parts are missing after the delimiter.
    #[error("it has {0} of the 5 parts that follow <IDS|MSG>")]
    Parts(usize),
    /// It is signed with another key, or was changed on its way.
    #[error(
        "its signature is not made with this cluster's key: use the connection file of the running controller"
    )]
    Signature,
    /// It is larger than any message this library makes.
    #[error("its {part} has {size} bytes or frames, more than the {limit} that are accepted")]
    Size {
        /// The part that is too large.
        part: &'static str,
        /// How large it is.
        size: usize,
        /// How large it may be.
        limit: usize,
    },
    /// A part is not the JSON that the protocol asks for.
    #[error("its {part} is not JSON as it should be: {why}")]
    Malformed {
        /// The part.
        part: &'static str,
        /// What the parser says.
        why: serde_json::Error,
    },
    /// The content of a message must be a JSON object.
    #[error("the content of {0} is not a JSON object: write json!({{..}})")]
    NotAnObject(String),
}

/// Why the buffers of a message are not given to anybody. The rest of it is signed and can
/// be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BufferRefusal {
    /// The signature does not cover buffers; without digests anybody may have changed them.
    #[error("the buffers of {0} must come with their SHA-256 in its content's `{field}`, because the signature does not cover them", field = super::DIGESTS)]
    Unsigned(String),
    /// A buffer is not the one that was sent.
    #[error("buffer {0} was changed on its way: its SHA-256 is not the signed one")]
    Digest(usize),
    /// Buffers were taken away, added, or their digests are no list of digests.
    #[error("{buffers} buffers came with digests of {digests}")]
    Count {
        /// How many buffers came.
        buffers: usize,
        /// How many digests were signed.
        digests: usize,
    },
}
