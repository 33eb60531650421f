//! Passes the outputs of another kernel on to the notebook.

use std::time::{Duration, Instant};

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Bundle;
use jupyter_protocol::{ClearOutput, JupyterMessageContent, Media, Payload, StreamContent};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::connection::Message;
use crate::frontend::showing;

/// Text longer than this is published without waiting for more.
const PIECE: usize = 64 * 1024;
/// Text waits no longer than this for more text.
const SOON: Duration = Duration::from_millis(50);

/// The receiver of outputs, which also answers questions.
pub(crate) trait LanguageAudience {
    fn publish(&mut self, content: JupyterMessageContent);
    /// Adds a payload to the cell's reply.
    fn add_payload(&mut self, payload: Payload);
    /// Returns the number of the cell, as in `Out[3]`.
    fn execution_count(&self) -> usize;
    /// Asks the person for a line. The inner error says why the person cannot be asked.
    fn ask(&mut self, prompt: &str, password: bool) -> Result<Result<String, String>, Failure>;
    fn is_interrupted(&self) -> bool;
}

/// An audience that drops all outputs and answers no questions.
pub(super) struct Hidden<'a>(pub(super) &'a dyn LanguageAudience);

impl LanguageAudience for Hidden<'_> {
    fn publish(&mut self, _: JupyterMessageContent) {}

    fn add_payload(&mut self, _: Payload) {}

    fn execution_count(&self) -> usize {
        self.0.execution_count()
    }

    fn ask(&mut self, _: &str, _: bool) -> Result<Result<String, String>, Failure> {
        Ok(Err("nobody sees this cell".to_owned()))
    }

    fn is_interrupted(&self) -> bool {
        self.0.is_interrupted()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stream {
    Stdout,
    Stderr,
}

/// Passes messages on to an audience.
pub(super) struct Relay<'a> {
    audience: &'a mut dyn LanguageAudience,
    /// Text that is published together with the text that follows soon.
    pending: String,
    /// The time since which there is pending text.
    since: Instant,
    stream: Stream,
}

impl<'a> Relay<'a> {
    pub(super) fn new(audience: &'a mut dyn LanguageAudience) -> Self {
        Self { audience, pending: String::new(), since: Instant::now(), stream: Stream::Stdout }
    }

    /// Shows a message, if its kind shows something. A cell's error is taken from its reply
    /// instead.
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
                        ("execute_result", _) => showing::result(bundle, count).into(),
                        ("update_display_data", Some(id)) => showing::update(bundle, id).into(),
                        (_, id) => showing::display(bundle, id).into(),
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

    /// Prints a message about the kernel in the notebook.
    pub(super) fn tell(&mut self, text: &str) {
        self.flush();
        self.audience.publish(StreamContent::stdout(text).into());
    }

    /// Passes on the pages of a reply that are shown beside the notebook, such as help in Python
    /// and R.
    pub(super) fn show_pages(&mut self, reply: &Value) {
        for payload in payloads(reply) {
            let is_page = payload["source"] == "page";
            // Kernels leave out where the page starts, or name it in another way.
            if let Some(data) = Media::deserialize(&payload["data"]).ok().filter(|_| is_page) {
                self.audience.add_payload(Payload::Page { data, start: 0 });
            }
        }
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let is_due = self.pending.len() > PIECE || self.since.elapsed() > SOON;
        if stream != self.stream || is_due {
            self.flush();
            self.stream = stream;
        }
        if self.pending.is_empty() {
            self.since = Instant::now();
        }
        self.pending += text;
    }

    /// Publishes the text that has arrived so far.
    pub(super) fn flush(&mut self) {
        // Octave's kernel reads the output of Octave from a terminal, which ends lines by `\r\n`.
        let text = std::mem::take(&mut self.pending).replace("\r\n", "\n");
        if !text.is_empty() {
            self.audience.publish(match self.stream {
                Stream::Stdout => StreamContent::stdout(&text).into(),
                Stream::Stderr => StreamContent::stderr(&text).into(),
            });
        }
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

/// Returns the payloads of a reply, which are for the front end.
pub(super) fn payloads(reply: &Value) -> impl Iterator<Item = &Value> {
    reply["payload"].as_array().into_iter().flatten()
}

fn bundle(content: &mut Value) -> Option<Bundle> {
    let (mut data, metadata) = (content["data"].take(), content["metadata"].take());
    if let Some(Value::String(svg)) = data.get_mut("image/svg+xml") {
        *svg = on_paper(svg);
    }
    let metadata = if metadata.is_object() { metadata } else { json!({}) };
    serde_json::from_value(json!({ "data": data, "metadata": metadata })).ok()
}

/// Returns a picture of gnuplot's with a white background, because its black letters cannot be read
/// on a dark page.
fn on_paper(svg: &str) -> String {
    match svg.split_once("<g id=\"gnuplot_canvas\">") {
        Some((_, canvas)) => {
            let head = &svg[..svg.len() - canvas.len()];
            head.to_owned() + &canvas.replacen(" fill=\"none\"/>", " fill=\"white\"/>", 1)
        }
        None => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::connection::Channel;

    #[derive(Default)]
    struct Shown(Vec<String>);

    impl LanguageAudience for Shown {
        fn publish(&mut self, content: JupyterMessageContent) {
            self.0.push(match content {
                JupyterMessageContent::StreamContent(stream) => stream.text,
                other => other.message_type().to_owned(),
            });
        }

        fn add_payload(&mut self, payload: Payload) {
            self.0.push(serde_json::to_string(&payload).unwrap());
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
        let mut relay = Relay::new(&mut shown);
        relay.show(text("a"));
        relay.show(text("b\r\n"));
        relay.show(message("display_data", json!({ "data": { "text/plain": "x" } })));
        relay.show(message("display_data", json!({ "data": 7 })));
        relay.show(message("comm_open", json!({})));
        relay.show(text("c"));
        relay.flush();
        assert_eq!(shown.0, ["ab\n", "display_data", "c"]);
    }

    #[test]
    fn a_picture_of_gnuplots_has_a_background() {
        let gnuplots = |fill: &str| {
            format!(
                "<svg><g id=\"gnuplot_canvas\"><rect x=\"0\" fill=\"{fill}\"/><path d=\"\" fill=\"none\"/>"
            )
        };
        assert_eq!(on_paper(&gnuplots("none")), gnuplots("white"));
        let other = "<svg><rect x=\"0\" fill=\"none\"/></svg>";
        assert_eq!(on_paper(other), other);
    }

    #[test]
    fn only_pages_of_a_reply_are_handed_over() {
        let mut shown = Shown::default();
        let page = json!({ "source": "page", "data": { "text/plain": "help" } });
        let input = json!({ "source": "set_next_input", "text": "1", "replace": true });
        let reply = json!({ "status": "ok", "payload": [input, { "source": "other" }, page] });
        let mut relay = Relay::new(&mut shown);
        relay.show_pages(&reply);
        relay.show_pages(&json!({ "status": "ok" }));
        let [handed] = &shown.0[..] else { panic!("{shown:?}", shown = shown.0) };
        let handed: Value = serde_json::from_str(handed).unwrap();
        assert_eq!((&handed["source"], &handed["data"]), (&page["source"], &page["data"]));
    }
}
