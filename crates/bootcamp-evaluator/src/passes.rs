//! The runs of the compiler for a cell, and what was changed in the code that evcxr generated.

use serde::{Deserialize, Serialize};

/// One run of the compiler for a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pass {
    /// How long it took, in milliseconds.
    pub compile_ms: f64,
    /// The part of it that was linking, where it is known.
    pub link_ms: f64,
    /// Whether it found no error.
    pub went_well: bool,
    /// What was changed in the code that evcxr generated.
    pub hooks: Vec<Hook>,
}

/// A change that was made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hook {
    /// The store of variables is `bootcamp`'s.
    Store,
    /// A `?` that fails tells the panic hook its place, type and text.
    QuestionMark,
    /// What catches panics is `bootcamp`'s.
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
