//! What a cell showed, and how it ended.

use std::time::Duration;

use jupyter_protocol::{
    ExecuteReply, JupyterMessage, JupyterMessageContent, ReplyStatus, Stdio as Stream,
};
use serde_json::Value;

/// What a cell showed, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    Stdout(String),
    Stderr(String),
    Display(Value),
    /// A display that may be replaced.
    DisplayWithId {
        id: String,
        data: Value,
    },
    Update {
        id: String,
        data: Value,
    },
    Clear {
        wait: bool,
    },
    Result(Value),
    Error {
        ename: String,
        evalue: String,
        traceback: String,
    },
}

/// A cell that has run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) reply: ExecuteReply,
    /// What the kernel says beside the reply.
    pub(crate) metadata: Value,
    pub(crate) shown: Vec<Shown>,
    /// How long it took until the cell was idle.
    pub(crate) idle: Duration,
}

impl Run {
    pub(crate) fn is_ok(&self) -> bool {
        self.reply.status == ReplyStatus::Ok
    }

    /// The number of the cell: it was counted.
    pub(crate) fn number(&self) -> usize {
        self.reply.execution_count.value()
    }

    /// All text of one stream.
    pub(crate) fn stdout(&self) -> String {
        stdout(&self.shown)
    }

    pub(crate) fn stderr(&self) -> String {
        self.shown
            .iter()
            .filter_map(|s| if let Shown::Stderr(t) = s { Some(&t[..]) } else { None })
            .collect()
    }

    /// The only error: (ename, evalue, traceback without colours).
    pub(crate) fn error(&self) -> (String, String, String) {
        let errors: Vec<_> =
            self.shown.iter().filter(|shown| matches!(shown, Shown::Error { .. })).collect();
        let [Shown::Error { ename, evalue, traceback }] = errors[..] else {
            panic!("one error was expected: {self:#?}");
        };
        let sent = self.reply.error.as_deref().expect("the reply carries the error, too");
        assert_eq!((&sent.ename, &sent.evalue), (ename, evalue));
        (ename.clone(), evalue.clone(), without_colors(traceback))
    }

    /// The text of the result.
    pub(crate) fn result(&self) -> Option<String> {
        self.shown.iter().find_map(|shown| match shown {
            Shown::Result(data) => data["text/plain"].as_str().map(str::to_owned),
            _ => None,
        })
    }
}

/// All text of standard output.
pub(crate) fn stdout(shown: &[Shown]) -> String {
    shown
        .iter()
        .filter_map(|s| if let Shown::Stdout(t) = s { Some(&t[..]) } else { None })
        .collect()
}

/// What a published message shows, if anything.
pub(super) fn part(message: JupyterMessage) -> Option<Shown> {
    Some(match message.content {
        JupyterMessageContent::StreamContent(stream) => match stream.name {
            Stream::Stdout => Shown::Stdout(stream.text),
            Stream::Stderr => Shown::Stderr(stream.text),
        },
        JupyterMessageContent::DisplayData(display) => {
            let data = serde_json::to_value(display.data).unwrap();
            match display.transient.and_then(|transient| transient.display_id) {
                Some(id) => Shown::DisplayWithId { id, data },
                None => Shown::Display(data),
            }
        }
        JupyterMessageContent::UpdateDisplayData(update) => Shown::Update {
            id: update.transient.display_id.expect("an update says of what"),
            data: serde_json::to_value(update.data).unwrap(),
        },
        JupyterMessageContent::ClearOutput(clear) => Shown::Clear { wait: clear.wait },
        JupyterMessageContent::ExecuteResult(result) => {
            Shown::Result(serde_json::to_value(result.data).unwrap())
        }
        JupyterMessageContent::ErrorOutput(error) => Shown::Error {
            ename: error.ename,
            evalue: error.evalue,
            traceback: error.traceback.join("\n"),
        },
        JupyterMessageContent::Status(_) | JupyterMessageContent::ExecuteInput(_) => return None,
        other => panic!("no test expects this: {other:?}"),
    })
}

/// Removes ANSI colour sequences.
pub(crate) fn without_colors(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        rest = rest[start..].find('m').map_or("", |end| &rest[start + end + 1..]);
    }
    plain + rest
}
