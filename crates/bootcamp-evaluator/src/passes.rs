//! The runs of the compiler for a cell, and the changes to the code that evcxr generated.

use serde::{Deserialize, Serialize};

/// One run of the compiler for a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pass {
    /// The time that it took, in milliseconds.
    pub compile_ms: f64,
    /// The time of linking, which is part of it; zero if it was not measured.
    pub link_ms: f64,
    /// True if the compiler found no error.
    pub went_well: bool,
    /// The changes to the code that evcxr generated.
    pub hooks: Vec<Hook>,
}

/// A change to the code that evcxr generated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hook {
    /// The store of variables is `bootcamp`'s.
    Store,
    /// A `?` that fails reports its place, type and text to the panic hook.
    QuestionMark,
    /// The code that catches panics is `bootcamp`'s.
    Catch,
    /// The last expression is shown by our trait.
    LastExpression,
    /// Variables stay in the store.
    Variables,
    /// The cell enters tokio's runtime, which does not run it.
    Runtime,
    /// Variables whose types the cell changes are dropped by their names.
    Redefined,
}
