//! What every message says of itself.

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of Jupyter's messaging specification that ipyparallel 9 writes.
pub const PROTOCOL_VERSION: &str = "5.3";

/// The header of a message, and the parent header of what answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Different for every message.
    pub msg_id: String,
    /// What the message asks or answers, as `execute_request`.
    pub msg_type: String,
    /// Who runs the program that made it.
    #[serde(default)]
    pub username: String,
    /// The program that made it; of an engine, its uuid.
    #[serde(default)]
    pub session: String,
    /// When it was made, in ISO 8601 with a zone.
    #[serde(default)]
    pub date: String,
    /// The version of the messaging specification.
    #[serde(default)]
    pub version: String,
    /// Fields that others add: a reply's parent header is the request's whole header.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// This moment, as headers write it. The hub reads the zone.
pub(crate) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, false)
}
