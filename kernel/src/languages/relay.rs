//! What another kernel prints and shows, on its way to the notebook.

use bootcamp_cell::Bundle;
use jupyter_protocol::{ClearOutput, JupyterMessageContent, StreamContent};
use serde_json::{Value, json};

use super::connection::Message;
use crate::evaluator::Failure;
use crate::output::media;

/// So much text is published at once.
const PIECE: usize = 64 * 1024;

/// Where it is shown, and who answers questions.
pub(crate) trait Audience {
    fn publish(&mut self, content: JupyterMessageContent);
    /// As in `Out[3]`.
    fn execution_count(&self) -> usize;
    /// An error of the second kind says why nobody can be asked.
    fn ask(&mut self, prompt: &str, password: bool) -> Result<Result<String, String>, Failure>;
    fn is_interrupted(&self) -> bool;
}

/// Keeps what is printed, and shows nothing.
pub(super) struct Hidden<'a> {
    pub(super) before: &'a dyn Audience,
    pub(super) printed: String,
}

impl Audience for Hidden<'_> {
    fn publish(&mut self, content: JupyterMessageContent) {
        if let JupyterMessageContent::StreamContent(stream) = content {
            self.printed += &stream.text;
        }
    }

    fn execution_count(&self) -> usize {
        self.before.execution_count()
    }

    fn ask(&mut self, _: &str, _: bool) -> Result<Result<String, String>, Failure> {
        Ok(Err("nobody sees this cell".to_owned()))
    }

    fn is_interrupted(&self) -> bool {
        self.before.is_interrupted()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stream {
    Stdout,
    Stderr,
}

/// Passes messages on.
pub(super) struct Relay<'a> {
    audience: &'a mut dyn Audience,
    /// Text that is published with what follows soon.
    pending: String,
    stream: Stream,
    /// Whether a printed error may be the cell's failure.
    prints_errors: bool,
    /// What begins with a printed error.
    withheld: Option<String>,
}

impl<'a> Relay<'a> {
    pub(super) fn new(audience: &'a mut dyn Audience, prints_errors: bool) -> Self {
        let (pending, stream) = (String::new(), Stream::Stdout);
        Self { audience, pending, stream, prints_errors, withheld: None }
    }

    /// Shows a message, if it is one of those that show something. The error of a cell is that of
    /// its reply.
    pub(super) fn show(&mut self, message: Message) {
        let Message { kind, mut content, .. } = message;
        match kind.as_str() {
            "stream" => {
                let stream =
                    if content["name"] == "stderr" { Stream::Stderr } else { Stream::Stdout };
                self.print(stream, content["text"].as_str().unwrap_or_default());
            }
            "display_data" | "update_display_data" | "execute_result" => {
                self.flush();
                let id = content["transient"]["display_id"].as_str().map(str::to_owned);
                if let Some(bundle) = bundle(&mut content) {
                    let count = self.audience.execution_count();
                    self.audience.publish(match (kind.as_str(), id) {
                        ("execute_result", _) => media::result(bundle, count).into(),
                        ("update_display_data", Some(id)) => media::update(bundle, id).into(),
                        (_, id) => media::display(bundle, id).into(),
                    });
                }
            }
            "clear_output" => {
                self.flush();
                let wait = content["wait"].as_bool().unwrap_or(false);
                self.audience.publish(ClearOutput { wait }.into());
            }
            _ => {}
        }
    }

    fn print(&mut self, stream: Stream, text: &str) {
        if let Some(withheld) = &mut self.withheld {
            withheld.push_str(text);
            return;
        }
        if stream != self.stream || self.pending.len() > PIECE {
            self.flush();
            self.stream = stream;
        }
        self.pending += text;
    }

    /// Publishes the text that came so far.
    pub(super) fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.pending);
        if self.prints_errors && self.withheld.is_none() {
            self.withheld = error_in(&text).map(|at| text.split_off(at));
        }
        if !text.is_empty() {
            self.audience.publish(match self.stream {
                Stream::Stdout => StreamContent::stdout(&text).into(),
                Stream::Stderr => StreamContent::stderr(&text).into(),
            });
        }
    }

    /// Publishes the rest, and gives what a printed error has begun.
    pub(super) fn end(mut self) -> Option<String> {
        self.flush();
        self.withheld
    }

    pub(super) fn ask(
        &mut self,
        prompt: &str,
        password: bool,
    ) -> Result<Result<String, String>, Failure> {
        self.flush();
        self.audience.ask(prompt, password)
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.audience.is_interrupted()
    }
}

fn bundle(content: &mut Value) -> Option<Bundle> {
    let (data, metadata) = (content["data"].take(), content["metadata"].take());
    let metadata = if metadata.is_object() { metadata } else { json!({}) };
    serde_json::from_value(json!({ "data": data, "metadata": metadata })).ok()
}

/// Where a printed error begins.
pub(super) fn error_in(printed: &str) -> Option<usize> {
    let begins = |line: &str| ["error: ", "parse error"].iter().any(|mark| line.starts_with(mark));
    let mut at = 0;
    for line in printed.split_inclusive('\n') {
        if begins(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::connection::Channel;

    #[derive(Default)]
    struct Shown(Vec<String>);

    impl Audience for Shown {
        fn publish(&mut self, content: JupyterMessageContent) {
            self.0.push(match content {
                JupyterMessageContent::StreamContent(stream) => stream.text,
                other => other.message_type().to_owned(),
            });
        }

        fn execution_count(&self) -> usize {
            3
        }

        fn ask(&mut self, _: &str, _: bool) -> Result<Result<String, String>, Failure> {
            unreachable!("nobody asks")
        }

        fn is_interrupted(&self) -> bool {
            false
        }
    }

    fn message(kind: &str, content: Value) -> Message {
        let (kind, parent) = (kind.to_owned(), String::new());
        Message { channel: Channel::IoPub, kind, parent, content }
    }

    fn text(text: &str) -> Message {
        message("stream", json!({ "name": "stdout", "text": text }))
    }

    #[test]
    fn text_is_gathered_and_displays_keep_their_place() {
        let mut shown = Shown::default();
        let mut relay = Relay::new(&mut shown, false);
        relay.show(text("a"));
        relay.show(text("b\n"));
        relay.show(message("display_data", json!({ "data": { "text/plain": "x" } })));
        relay.show(message("display_data", json!({ "data": 7 })));
        relay.show(message("comm_open", json!({})));
        relay.show(text("error: c"));
        assert_eq!(relay.end(), None);
        assert_eq!(shown.0, ["ab\n", "display_data", "error: c"]);
    }

    #[test]
    fn a_printed_error_is_withheld_where_it_may_be_the_cells() {
        let mut shown = Shown::default();
        let mut relay = Relay::new(&mut shown, true);
        relay.show(text("no error: here\nerror: bad\n"));
        relay.show(text("more\n"));
        relay.flush();
        relay.show(text("and more\n"));
        assert_eq!(relay.end().as_deref(), Some("error: bad\nmore\nand more\n"));
        assert_eq!(shown.0, ["no error: here\n"]);
    }
}
