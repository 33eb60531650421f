//! What the code around a notebook cell calls. A person's own code calls `bootcamp-cell`.
//!
//! ```
//! assert_eq!(bootcamp_runtime::shell::lines("echo one; echo two"), ["one", "two"]);
//! ```
//!
//! # The modules
//! * `store`: the variables that cells leave for later cells
//! * `body`: runs a cell's own code and catches its panics
//! * `last_expression`: shows the value of a cell
//! * `variables`: measures variables, for `%whos`
//! * [`testing`]: runs the tests of a cell, for `%%test`
//! * [`timeit`]: measures a piece of code, for `%timeit`
//! * [`program`]: runs a program's `main` in a cell
//! * [`shell`]: runs programs of the shell, for `!` and `%%bash`
//! * [`exchange`]: values to and from other languages, for `%%python`, `%%R` and `%%octave`
//! * [`environment`]: the folder and the environment of the cells' process, for `%cd` and `%env`
#![deny(missing_docs, missing_debug_implementations)]

#[cfg(feature = "kernel")]
pub mod body;
pub mod environment;
#[cfg(feature = "kernel")]
pub mod last_expression;
pub mod program;
pub mod shell;
#[cfg(feature = "kernel")]
mod slot;
#[cfg(feature = "kernel")]
pub mod store;
#[doc(hidden)]
pub mod testing;
#[doc(hidden)]
pub mod timeit;
pub mod variables;

pub use bootcamp_exchange as exchange;
