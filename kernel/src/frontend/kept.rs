//! Outputs of code that are kept and not sent to front ends.

use bootcamp_protocol::{Bundle, Captured};
use jupyter_protocol::{JupyterMessageContent, Media, Stdio};
use serde_json::{Map, Value, json};

/// Text and displays that are kept instead of being published.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    stdout: String,
    stderr: String,
    displays: Vec<Display>,
    /// True if the next output removes everything that is kept.
    is_stale: bool,
}

#[derive(Debug)]
struct Display {
    /// The name by which it is replaced.
    id: Option<String>,
    data: Media,
    metadata: Map<String, Value>,
}

impl Kept {
    /// Keeps content that would have been published.
    pub(crate) fn take(&mut self, content: &JupyterMessageContent) {
        match content {
            JupyterMessageContent::StreamContent(stream) => {
                self.begin();
                match stream.name {
                    Stdio::Stdout => self.stdout += &stream.text,
                    Stdio::Stderr => self.stderr += &stream.text,
                }
            }
            JupyterMessageContent::ExecuteResult(result) => {
                self.begin();
                self.add(None, &result.data, &result.metadata);
            }
            JupyterMessageContent::DisplayData(display) => {
                self.begin();
                let transient = display.transient.as_ref();
                let id = transient.and_then(|transient| transient.display_id.clone());
                self.add(id, &display.data, &display.metadata);
            }
            JupyterMessageContent::UpdateDisplayData(update) => {
                let id = &update.transient.display_id;
                for display in self.displays.iter_mut().filter(|display| display.id == *id) {
                    display.data = update.data.clone();
                    display.metadata.clone_from(&update.metadata);
                }
            }
            JupyterMessageContent::ClearOutput(clear) if clear.wait => self.is_stale = true,
            JupyterMessageContent::ClearOutput(_) => *self = Self::default(),
            _ => {}
        }
    }

    fn begin(&mut self) {
        if self.is_stale {
            *self = Self::default();
        }
    }

    fn add(&mut self, id: Option<String>, data: &Media, metadata: &Map<String, Value>) {
        self.displays.push(Display { id, data: data.clone(), metadata: metadata.clone() });
    }

    /// Removes the last display and returns it.
    pub(crate) fn pop(&mut self) -> Option<Media> {
        self.displays.pop().map(|display| display.data)
    }

    /// Returns the outputs in the form that a cell's variable has.
    pub(crate) fn into_captured(self) -> Captured {
        let bundle = |Display { data, metadata, .. }| {
            let bundle = json!({ "data": data, "metadata": metadata });
            serde_json::from_value::<Bundle>(bundle).ok()
        };
        Captured {
            stdout: self.stdout,
            stderr: self.stderr,
            outputs: self.displays.into_iter().filter_map(bundle).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::showing;
    use jupyter_protocol::{ClearOutput, StreamContent};

    fn bundle(text: &str) -> Bundle {
        Bundle::new().text("text/plain", text).size("text/plain", 1, 2)
    }

    fn kept(contents: &[JupyterMessageContent]) -> Captured {
        let mut kept = Kept::default();
        for content in contents {
            kept.take(content);
        }
        kept.into_captured()
    }

    #[test]
    fn text_and_displays_are_kept_as_they_were() {
        let captured = kept(&[
            StreamContent::stdout("a").into(),
            showing::display(bundle("one"), Some("id".to_owned())).into(),
            StreamContent::stderr("b").into(),
            StreamContent::stdout("c").into(),
            showing::display(bundle("two"), None).into(),
            showing::update(bundle("three"), "id".to_owned()).into(),
            showing::update(bundle("nobody's"), "other".to_owned()).into(),
        ]);
        let outputs = vec![bundle("three"), bundle("two")];
        assert_eq!(captured, Captured { stdout: "ac".into(), stderr: "b".into(), outputs });
    }

    #[test]
    fn what_was_cleared_is_gone() {
        let show = |text: &str| showing::display(bundle(text), None).into();
        let clear = |wait| ClearOutput { wait }.into();
        let texts = |contents: &[JupyterMessageContent]| {
            let outputs = kept(contents).outputs;
            outputs.iter().map(|one| one.get("text/plain").unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&[show("1"), clear(false), show("2")]), ["2"]);
        assert_eq!(texts(&[show("1"), clear(true), show("2"), show("3")]), ["2", "3"]);
        assert_eq!(texts(&[show("1"), clear(true)]), ["1"]);
    }
}
