//! A cell to run.

use serde::{Deserialize, Serialize};

/// A cell to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// The Rust in it, with evcxr's commands.
    pub code: String,
    /// As the person wrote it, magics and all; the same lines.
    pub written: String,
    /// How errors name the cell: `cell [3]`, or a file.
    pub label: String,
}

impl Cell {
    /// One that is all that was written.
    #[must_use]
    pub fn whole(code: String, label: &str) -> Self {
        Self { written: code.clone(), code, label: label.to_owned() }
    }
}
