//! Reads messages from the wire. Fields that the specification lets a front end leave out get their
//! defaults.

use jupyter_protocol::{Header, JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::{RawMessage, RuntimeError};
use serde_json::{Map, Value, json};

use super::message::{Parent, content};

/// The reason why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("its signature is not made with this kernel's key")]
    Signature,
    #[error("it has {0} of the 4 parts that follow the signature")]
    Parts(usize),
    #[error("the delimiter <IDS|MSG> or the signature is missing")]
    Delimiter,
    #[error("its {part} is not JSON as it should be: {why}")]
    Malformed { part: &'static str, why: serde_json::Error },
}

impl From<RuntimeError> for Refusal {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::MissingDelimiter | RuntimeError::MissingHmac => Self::Delimiter,
            RuntimeError::InsufficientMessageParts(parts) => Self::Parts(parts),
            _ => Self::Signature,
        }
    }
}

/// Reads a message whose signature is right.
pub(crate) fn parse(raw: RawMessage) -> Result<Parent, Refusal> {
    let part = |index: usize, part: &'static str| {
        let bytes = raw.jparts.get(index).ok_or(Refusal::Parts(raw.jparts.len()))?;
        serde_json::from_slice::<Map<String, Value>>(bytes)
            .map_err(|why| Refusal::Malformed { part, why })
    };
    let mut header = part(0, "header")?;
    for field in ["username", "session", "version"] {
        header.entry(field).or_insert_with(|| "".into());
    }
    let header: Header = serde_json::from_value(header.into())
        .map_err(|why| Refusal::Malformed { part: "header", why })?;
    let metadata = part(2, "metadata")?;
    let (content, malformed) = read_content(&header.msg_type, part(3, "content")?);
    let message = JupyterMessage {
        parent_header: raw.jparts.get(1).and_then(|part| serde_json::from_slice(part).ok()),
        header,
        metadata: metadata.into(),
        content,
        buffers: raw.jparts.into_iter().skip(4).collect(),
        zmq_identities: raw.zmq_identities,
        channel: None,
    };
    let mut parent = Parent::new(message);
    parent.malformed = malformed;
    Ok(parent)
}

/// Reads the content of a request, with the specification's defaults for missing fields.
fn read_content(
    kind: &str,
    mut fields: Map<String, Value>,
) -> (JupyterMessageContent, Option<String>) {
    // The Rust type requires more fields than front ends send.
    if kind == "history_request" {
        return (content(kind, fields.into()), None);
    }
    for (field, value) in defaults(kind, &fields) {
        fields.entry(field).or_insert(value);
    }
    let fields = Value::Object(fields);
    match JupyterMessageContent::from_type_and_content(kind, fields) {
        Ok(content) => (content, None),
        Err(error) => (content(kind, json!({})), Some(error.to_string())),
    }
}

fn defaults(kind: &str, fields: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let end_of_code =
        || fields.get("code").and_then(Value::as_str).map_or(0, |code| code.chars().count());
    match kind {
        "execute_request" => {
            let silent = fields.get("silent").and_then(Value::as_bool).unwrap_or(false);
            vec![("silent", false.into()), ("store_history", (!silent).into())]
        }
        "complete_request" | "inspect_request" => vec![("cursor_pos", end_of_code().into())],
        "comm_open" => vec![("data", json!({})), ("target_name", "".into())],
        "comm_msg" | "comm_close" => vec![("data", json!({}))],
        "shutdown_request" => vec![("restart", false.into())],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_parts(parts: &[&str]) -> Result<Parent, Refusal> {
        let jparts = parts.iter().map(|part| part.as_bytes().to_vec().into()).collect();
        parse(RawMessage { zmq_identities: Vec::new(), jparts })
    }

    fn request(kind: &str, content: &str) -> Parent {
        let header = format!(r#"{{"msg_id":"1","msg_type":"{kind}"}}"#);
        parse_parts(&[&header, "{}", "{}", content]).unwrap()
    }

    #[test]
    fn fields_left_out_have_the_values_of_the_specification() {
        let request = request("execute_request", r#"{"code":"1","silent":true}"#);
        let JupyterMessageContent::ExecuteRequest(execute) = &request.message.content else {
            panic!("{request:?}");
        };
        assert!(execute.silent && !execute.store_history && execute.stop_on_error);
        for (kind, content) in [
            ("complete_request", r#"{"code":"é"}"#),
            ("inspect_request", r#"{"code":"x"}"#),
            ("history_request", "{}"),
            ("comm_info_request", "{}"),
            ("comm_msg", r#"{"comm_id":"1"}"#),
            ("shutdown_request", "{}"),
            ("nobody_knows_request", r#"{"a":[1]}"#),
        ] {
            let request = self::request(kind, content);
            assert_eq!(request.malformed, None, "{kind}");
        }
    }

    #[test]
    fn what_is_strange_is_refused() {
        let request = request("execute_request", r#"{"code":7}"#);
        assert!(request.malformed.is_some_and(|why| why.contains("expected a string")));
        let refused = |parts: &[&str]| parse_parts(parts).unwrap_err().to_string();
        assert_eq!(refused(&[]), "it has 0 of the 4 parts that follow the signature");
        assert!(refused(&["[]", "{}", "{}", "{}"]).starts_with("its header is not JSON"));
        assert!(refused(&["{}", "{}", "{}", "{}"]).contains("missing field"));
        let header = r#"{"msg_id":"1","msg_type":"execute_request"}"#;
        assert!(refused(&[header, "{}", "{}", "\u{0}"]).starts_with("its content is not JSON"));
        assert!(refused(&[header, "{}", "{}"]).starts_with("it has 3 of"));
    }
}
