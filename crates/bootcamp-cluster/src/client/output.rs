//! What a request prints and shows while it runs.

use bytes::Bytes;
use serde_json::Value;

use crate::Failure;
use crate::wire::Message;

/// One output of a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Output {
    /// Text that was printed.
    Stdout(String),
    /// Text that was printed as an error.
    Stderr(String),
    /// Something shown, as a MIME bundle.
    Display {
        /// Its formats.
        data: Value,
        /// What a notebook needs to know about them.
        metadata: Value,
        /// The name of its place, for updates.
        display_id: Option<String>,
        /// It goes to the place that has this name already.
        update: bool,
    },
    /// The value of the code.
    Result {
        /// Its formats.
        data: Value,
        /// What a notebook needs to know about them.
        metadata: Value,
        /// The number of the run on its engine.
        execution_count: u32,
    },
    /// Why the code failed.
    Error(Failure),
    /// What was shown so far is to be taken away.
    Clear {
        /// Only when the next output comes.
        wait: bool,
    },
    /// Something else, as a message of a widget.
    Other {
        /// The type of the message.
        kind: String,
        /// What it says.
        content: Value,
        /// Its buffers.
        buffers: Vec<Bytes>,
    },
}

impl Output {
    /// The output in a message; none in those that only say how far a request is.
    pub(super) fn of(message: Message) -> Option<Self> {
        let content = message.content;
        let object = |field: &str| content[field].clone();
        Some(match message.header.msg_type.as_str() {
            "status" | "execute_input" => return None,
            "stream" => {
                let text = content["text"].as_str().unwrap_or_default().to_owned();
                if content["name"] == "stderr" { Self::Stderr(text) } else { Self::Stdout(text) }
            }
            kind @ ("display_data" | "update_display_data") => Self::Display {
                data: object("data"),
                metadata: object("metadata"),
                display_id: content["transient"]["display_id"].as_str().map(str::to_owned),
                update: kind == "update_display_data",
            },
            "execute_result" => Self::Result {
                data: object("data"),
                metadata: object("metadata"),
                execution_count: content["execution_count"].as_u64().unwrap_or(0) as u32,
            },
            "error" => Self::Error(Failure::of(&content)),
            "clear_output" => Self::Clear { wait: content["wait"].as_bool().unwrap_or(false) },
            _ => Self::Other { kind: message.header.msg_type, content, buffers: message.buffers },
        })
    }
}
