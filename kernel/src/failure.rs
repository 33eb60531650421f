//! Why a cell failed, as Jupyter is told.

use serde::{Deserialize, Serialize};

/// The content of an `error` reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) ename: String,
    pub(crate) evalue: String,
    /// What people see: lines, with ANSI colours.
    pub(crate) traceback: Vec<String>,
}

impl Failure {
    /// A failure without a place in a cell.
    pub(crate) fn plain(ename: &str, evalue: &str) -> Self {
        let traceback = vec![format!("\u{1b}[31m{ename}:\u{1b}[0m {evalue}")];
        Self { ename: ename.to_owned(), evalue: evalue.to_owned(), traceback }
    }

    /// The failure of a cell that was stopped.
    pub(crate) fn interrupted() -> Self {
        Self::plain("Interrupted", "the cell was interrupted")
    }

    /// Adds a line that says what follows from the failure.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.traceback.push(note.to_owned());
        self
    }
}
