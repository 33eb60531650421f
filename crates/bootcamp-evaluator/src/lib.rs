//! A cell's code in, a compiled and run cell out.
//!
//! [`Evaluator`] runs [`Cell`]s of Rust one after the other, by evcxr. Variables live in a process
//! of their own, the [`child`]. What every cell can use, a [`Prelude`], is built once per
//! computer ([`Prebuilt`]) and then costs a cell nothing. It knows no Jupyter.
//!
//! The program that has an evaluator plays other roles, too: evcxr, cargo and rust-analyzer start
//! it by other names and with other environments. It calls [`run_if_asked`] first of all.
//!
//! # The modules
//! Each uses only those above it. `bootcamp-syntax`'s test `rooms` holds them to this list.
//!
//! * `log`: lines for the person at the terminal
//! * `error`: what keeps an evaluator from starting, in one line
//! * `failure`: why a cell failed
//! * `program`: this program's own file, and how it becomes another program
//! * `files`: files and folders as a whole
//! * `packages`: what cargo tells of packages
//! * `prelude`: the helper crate
//! * `type_name`: types without paths
//! * `toolchain`: the Rust that compiles cells
//! * `evcxr_words`: every word of evcxr's processes, folders and generated code
//! * `passes`: runs of the compiler for a cell
//! * `cell`: a cell to run
//! * `phases`: where a cell's time went
//! * `signals`: bytes that the processes of a session share
//! * `work`: a session's own folder
//! * `stand_in`: what the cargo stand-in has to know
//! * `compiler`: hooks the code that evcxr generates, and compiles it
//! * `prebuilt`: what a cell needs, built once per computer
//! * `cargo`: answers in cargo's place
//! * `child`: loads compiled cells and calls them
//! * `errors`: what the errors of cells look like
//! * `evaluator`: runs cells by evcxr
//! * `compile_server`: compiles cells that run elsewhere
//! * `roles`: what this program is when another program starts it

mod cargo;
mod cell;
pub mod child;
pub mod compile_server;
mod compiler;
mod error;
mod errors;
mod evaluator;
pub mod evcxr_words;
mod failure;
mod files;
pub mod log;
mod packages;
pub mod passes;
pub mod phases;
mod prebuilt;
mod prelude;
pub mod program;
mod roles;
pub mod signals;
pub mod stand_in;
mod toolchain;
pub mod type_name;
mod work;

pub use cell::Cell;
pub use error::Error;
pub use evaluator::{Completion, Completions, Ending, Evaluator};
pub use failure::Failure;
pub use prebuilt::{Prebuilt, cache_folder, sources_hash, standard};
pub use prelude::Prelude;
pub use roles::{build, run_if_asked};
pub use toolchain::Toolchain;
pub use work::{Work, remove_abandoned};
