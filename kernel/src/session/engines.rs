//! Runs a cell, or a part of it, on the engines of a cluster.

use bootcamp_cluster::client::Output;
use bootcamp_evaluator::Failure;
use bootcamp_protocol::Bundle;
use jupyter_protocol::StreamContent;
use serde_json::json;

use super::Session;
use crate::cluster::{Cluster, EngineAudience, Grouping, Lines, Shown};
use crate::frontend::showing;
use crate::outcome::Interrupt;

/// The notebook as the audience of engines.
struct EngineLines<'a, 'b> {
    session: &'a Session<'b>,
    lines: Lines,
}

impl Session<'_> {
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.shared.cluster
    }

    /// Says whether the cell is to stop.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.shared.state.interrupted() != Interrupt::None
    }

    /// Runs Rust on the engines that `which` names. Without `wait`, it only starts there.
    pub(crate) fn run_on_engines(
        &self,
        code: &str,
        which: &str,
        wait: bool,
        grouping: Grouping,
    ) -> Result<(), Failure> {
        let cell = self.cell(code);
        let count = self.output.execution_count;
        let mut notebook = EngineLines { session: self, lines: Lines::new(grouping) };
        let result = self.cluster().run(&cell, count, which, wait, &mut notebook);
        notebook.end();
        result
    }

    /// Waits for the code that was started. Returns false if there was none.
    pub(crate) fn finish_on_engines(&self, grouping: Grouping) -> Result<bool, Failure> {
        let mut notebook = EngineLines { session: self, lines: Lines::new(grouping) };
        let result = self.cluster().finish(&mut notebook);
        notebook.end();
        result
    }
}

impl EngineLines<'_, '_> {
    fn end(&mut self) {
        for shown in self.lines.end() {
            self.publish(shown);
        }
    }

    fn publish(&self, shown: Shown) {
        let content = match shown {
            Shown::Stdout(text) => StreamContent::stdout(&text).into(),
            Shown::Stderr(text) => StreamContent::stderr(&text).into(),
            Shown::Bundle { output, engine } => {
                let (data, metadata, id, update) = match output {
                    Output::Display { data, metadata, display_id, update } => {
                        (data, metadata, display_id, update)
                    }
                    Output::Result { data, metadata, .. } => (data, metadata, None, false),
                    _ => return,
                };
                let bundle = json!({ "data": data, "metadata": metadata });
                let Ok(bundle) = serde_json::from_value::<Bundle>(bundle) else { return };
                // Two engines may use the same id for their displays.
                let id = id.map(|id| format!("engine-{engine}-{id}"));
                match id {
                    Some(id) if update => showing::update(bundle, id).into(),
                    id => showing::display(bundle, id).into(),
                }
            }
        };
        self.session.publish(content);
    }
}

impl EngineAudience for EngineLines<'_, '_> {
    fn show(&mut self, engine: u32, output: Output) {
        for shown in self.lines.take(engine, output) {
            self.publish(shown);
        }
    }

    fn is_interrupted(&self) -> bool {
        self.session.is_interrupted()
    }

    fn note(&mut self, line: &str) {
        self.publish(Shown::Stdout(line.to_owned()));
    }
}
