//! The meaning of evcxr's lines in the output of a cell.

use bootcamp_evaluator::evcxr_words::{
    BEGIN_CONTENT, ERROR_LINE, FLUSH, INPUT, LOST_LINE, PANIC_LINE, PASSWORD,
};
use bootcamp_protocol::bundle::refusal;

/// A part of the output of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Text(String),
    /// A block of content: its MIME type and text.
    Content(String, String),
    Input {
        prompt: String,
        password: bool,
    },
    /// A line that generated code prints for evcxr.
    ForEvcxr(String),
    /// All earlier output is to be shown now.
    Flush,
}

/// The result of reading a place where one of evcxr's lines may begin: an event and its length in
/// bytes.
pub(super) enum Mark {
    Event(Event, usize),
    Incomplete,
    None,
}

impl Event {
    /// Returns the meaning of a whole line, if it is one of evcxr's lines that are complete alone.
    pub(super) fn of_line(line: String) -> Option<Self> {
        Some(if line == PANIC_LINE || line == ERROR_LINE || line.starts_with(LOST_LINE) {
            Self::ForEvcxr(line)
        } else if line == FLUSH {
            Self::Flush
        } else if let Some(prompt) = line.strip_prefix(PASSWORD) {
            Self::Input { prompt: prompt.to_owned(), password: true }
        } else if let Some(prompt) = line.strip_prefix(INPUT) {
            Self::Input { prompt: prompt.to_owned(), password: false }
        } else {
            return None;
        })
    }

    /// Returns the replacement for a content block that is too large to be shown.
    pub(super) fn too_large(mime: &str, bytes: usize) -> Self {
        Self::Content("text/plain".to_owned(), refusal(mime, bytes))
    }
}

/// Says whether a line may be the beginning of one of evcxr's.
pub(super) fn may_begin(line: &str) -> bool {
    [PANIC_LINE, ERROR_LINE, LOST_LINE, BEGIN_CONTENT, INPUT, PASSWORD, FLUSH]
        .iter()
        .any(|mark| mark.starts_with(line) || line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_found() {
        let input = |prompt: &str, password| Event::Input { prompt: prompt.to_owned(), password };
        let of_line = |line: &str| Event::of_line(line.to_owned());
        assert_eq!(of_line("EVCXR_INPUT_REQUEST:name: "), Some(input("name: ", false)));
        assert_eq!(of_line("EVCXR_INPUT_REQUEST_PASSWORD:pin"), Some(input("pin", true)));
        assert_eq!(of_line("EVCXR_INPUT"), None);
        assert!(may_begin("EVCXR_INPUT") && !may_begin("EVCXR_OUTPUT"));
    }
}
