//! What a cell showed, and how it ended.

use std::time::Duration;

use jupyter_protocol::{
    ExecuteReply, JupyterMessage, JupyterMessageContent, ReplyStatus, Stdio as Stream,
};
use serde_json::Value;

/// What a cell showed, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Text of standard output.
    Stdout(String),
    /// Text of standard error.
    Stderr(String),
    /// A display: its formats by their MIME types.
    Display(Value),
    /// A display that may be replaced.
    DisplayWithId {
        /// Its name.
        id: String,
        /// Its formats.
        data: Value,
    },
    /// What takes the place of a display.
    Update {
        /// The display's name.
        id: String,
        /// The new formats.
        data: Value,
    },
    /// What was shown so far is taken away.
    Clear {
        /// Whether only when something new comes.
        wait: bool,
    },
    /// The cell's result: its formats.
    Result(Value),
    /// Why the cell failed.
    Error {
        /// The name of the error.
        ename: String,
        /// Its line.
        evalue: String,
        /// What people see, with colours.
        traceback: String,
    },
}

/// A cell that has run.
#[derive(Debug)]
pub struct Run {
    /// The reply to its request.
    pub reply: ExecuteReply,
    /// What the kernel says beside the reply.
    pub metadata: Value,
    /// What it has shown, in order.
    pub shown: Vec<Shown>,
    /// How long it took until the cell was idle.
    pub idle: Duration,
}

impl Run {
    /// Whether it ran to its end.
    pub fn is_ok(&self) -> bool {
        self.reply.status == ReplyStatus::Ok
    }

    /// The number of the cell: it was counted.
    pub fn number(&self) -> usize {
        self.reply.execution_count.value()
    }

    /// All text of standard output.
    pub fn stdout(&self) -> String {
        stdout(&self.shown)
    }

    /// All text of standard error.
    pub fn stderr(&self) -> String {
        self.shown
            .iter()
            .filter_map(|s| if let Shown::Stderr(t) = s { Some(&t[..]) } else { None })
            .collect()
    }

    /// The only error: (ename, evalue, traceback without colours).
    pub fn error(&self) -> (String, String, String) {
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
    pub fn result(&self) -> Option<String> {
        self.shown.iter().find_map(|shown| match shown {
            Shown::Result(data) => data["text/plain"].as_str().map(str::to_owned),
            _ => None,
        })
    }
}

/// All text of standard output.
pub fn stdout(shown: &[Shown]) -> String {
    shown
        .iter()
        .filter_map(|s| if let Shown::Stdout(t) = s { Some(&t[..]) } else { None })
        .collect()
}

/// What a published message shows, if anything.
pub(crate) fn part(message: JupyterMessage) -> Option<Shown> {
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
pub fn without_colors(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        rest = rest[start..].find('m').map_or("", |end| &rest[start + end + 1..]);
    }
    plain + rest
}
