//! The command line of the benches.

use std::env;
use std::path::PathBuf;

/// What is asked for on the command line.
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) json: Option<PathBuf>,
    /// Only rows whose name contains this.
    rows: String,
}

impl Options {
    pub(crate) fn of_command_line() -> Self {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)
        };
        Self {
            quick: arguments.iter().any(|argument| argument == "--quick"),
            json: value("--json").map(PathBuf::from),
            rows: value("--rows").cloned().unwrap_or_default(),
        }
    }

    pub(crate) fn wants(&self, row: &str) -> bool {
        row.contains(&self.rows)
    }

    /// How often a cell is run.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 3 } else { 9 }
    }
}
