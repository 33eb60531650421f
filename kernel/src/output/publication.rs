//! Chooses which output of a cell is published, and in which form.

use std::mem;

use jupyter_protocol::JupyterMessageContent;

use super::CellOutput;
use super::console::Console;
use super::text::Stream;
use crate::frontend::showing;

impl Console {
    /// Publishes the earlier display of the cell, and then gathers text of its standard output.
    pub(super) async fn print(&mut self, text: &str) {
        self.publish_bundle(false).await;
        self.gather(Stream::Stdout, text);
    }

    pub(super) fn gather(&mut self, stream: Stream, text: &str) {
        if self.listening().is_some() {
            self.text.print(stream, text);
        }
    }

    /// Says whether content blocks that nothing follows are the cell's result.
    pub(super) fn may_be_result(&self) -> bool {
        let ends_in_expression = self.cell.as_ref().is_some_and(|cell| cell.ends_in_expression);
        self.running && !self.stopped && ends_in_expression
    }

    pub(super) async fn publish_all(&mut self) {
        self.publish_text().await;
        self.publish_bundle(false).await;
    }

    pub(super) async fn publish_text(&mut self) {
        for content in self.text.take() {
            self.publish(content.into()).await;
        }
    }

    /// Publishes the content blocks since the last text.
    pub(super) async fn publish_bundle(&mut self, is_result: bool) {
        self.bundle_due = None;
        let bundle = mem::take(&mut self.bundle);
        // A loop is an expression, too, but its value `()` is of no interest.
        let is_unit = bundle.data().len() == 1 && bundle.get("text/plain") == Some("()");
        if bundle.is_empty() || is_unit {
            return;
        }
        self.publish_text().await;
        let count = self.cell.as_ref().map_or(0, |cell| cell.execution_count);
        let content = if is_result {
            showing::result(bundle, count).into()
        } else {
            showing::display(bundle, None).into()
        };
        self.publish(content).await;
    }

    pub(super) async fn publish(&self, content: JupyterMessageContent) {
        if let Some(cell) = self.listening() {
            self.publisher.publish(content, &cell.parent).await;
        }
    }

    /// Returns the cell, if its output is published.
    fn listening(&self) -> Option<&CellOutput> {
        self.cell.as_ref().filter(|cell| !cell.silent)
    }
}
