//! A helper crate: what the cells of the example have without asking for it.

/// What the code around a cell calls.
pub use bootcamp_runtime as runtime;

/// Greets somebody.
#[must_use]
pub fn hello(name: &str) -> String {
    format!("Hello, {name}!")
}
