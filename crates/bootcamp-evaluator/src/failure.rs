//! The failure of a cell, in the form that Jupyter expects.

use serde::{Deserialize, Serialize};

/// The content of an `error` reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The name of the failure: a code of the compiler, the type of an error, or a word.
    pub ename: String,
    /// The message, in one line.
    pub evalue: String,
    /// The text that people see: lines, with ANSI colours.
    pub traceback: Vec<String>,
}

impl Failure {
    /// Returns a failure without a place in a cell.
    #[must_use]
    pub fn plain(ename: &str, evalue: &str) -> Self {
        let traceback = vec![format!("\u{1b}[31m{ename}:\u{1b}[0m {evalue}")];
        Self { ename: ename.to_owned(), evalue: evalue.to_owned(), traceback }
    }

    /// Returns the failure of a cell that was interrupted.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::plain("Interrupted", "the cell was interrupted")
    }

    /// Adds a line that says what follows from the failure.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        self.traceback.push(note.to_owned());
        self
    }
}
