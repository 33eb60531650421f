//! Rust as notebook cells write it.
//!
//! This is the one place where a person's code is read. Text is never searched: a word in a
//! comment or in a string is no code. Nothing here compiles, and nothing here knows evcxr,
//! but for the forms of its commands and variables, which a cell has to follow.
//!
//! * [`token`]: the tokens of code, with the depth of brackets;
//! * [`command`]: the lines `:dep ...` at the head of a cell;
//! * [`mod@cell`]: the statements of a cell, as a syntax tree;
//! * [`definition`]: what a cell defines;
//! * [`redefinition`]: which types that changes;
//! * [`binding`]: the variables that a cell makes;
//! * [`closure`]: the closures among them;
//! * [`outline`]: names and places of definitions, also in code that is cut off;
//! * [`completeness`]: whether code is whole, or more has to come;
//! * [`cursor`]: the names round a cursor;
//! * [`magic`]: `%name`, `%%name` and `!command`, taken off a cell.
//!
//! ```
//! use bootcamp_syntax::{cell, redefinition::Definitions};
//!
//! assert!(cell::ends_in_expression("let s = \"http://a\"; // the end;\ns"));
//! let mut known = Definitions::default();
//! known.note("struct Point { x: f64 }");
//! assert!(known.changed_by("// struct Point { y: f64 }\nlet n = 1;").is_empty());
//! ```

pub mod binding;
pub mod cell;
pub mod closure;
pub mod command;
pub mod completeness;
pub mod cursor;
pub mod definition;
pub mod magic;
pub mod outline;
pub mod redefinition;
mod statement;
pub mod token;
