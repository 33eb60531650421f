//! Compiles and runs the cells of a Rust notebook.
//!
//! [`Evaluator`] runs [`Cell`]s of Rust one after the other, by evcxr. Variables live in a process
//! of their own, the [`child`]. The crate that every cell can use, a [`Prelude`], is built once per
//! computer into a prebuilt image ([`Prebuilt`]), and then costs a cell nothing. This crate does
//! not depend on Jupyter.
//!
//! The program that has an evaluator also plays other roles: evcxr, cargo and rust-analyzer start
//! it by other names and with other environments. It calls [`run_if_asked`] first of all.
//!
//! # The modules
//! Each module uses only those above it. The test `rooms` of `bootcamp-syntax` checks this list.
//!
//! * `log`: lines for the person at the terminal
//! * `error`: the reasons why an evaluator cannot start, in one line each
//! * `failure`: the failure of a cell
//! * `program`: this program's own file, and how it becomes another program
//! * `files`: files and folders as a whole
//! * `inventory`: folders that are built once and used by many processes
//! * `target_folder`: cargo's target folders
//! * `packages`: the answers of `cargo metadata`
//! * `prelude`: the helper crate
//! * `type_name`: types without paths
//! * `toolchain`: the Rust toolchain that compiles cells
//! * `evcxr_words`: the words of evcxr's processes, folders and generated code
//! * `passes`: runs of the compiler for a cell
//! * `cell`: a cell to run
//! * `phases`: the time of each phase of a cell
//! * `signals`: bytes that the processes of a session share
//! * `work`: a session's own folder
//! * `stand_in`: the settings of the cargo stand-in
//! * `compiler`: hooks the code that evcxr generates, and compiles it
//! * `prebuilt`: the prebuilt image, which has all that a cell needs
//! * `dependencies`: sets of dependencies, compiled once for a computer
//! * `cargo`: answers instead of cargo
//! * `child`: loads compiled cells and calls them
//! * `errors`: what the errors of cells look like
//! * `evaluator`: runs cells by evcxr
//! * `compile_server`: compiles cells that run elsewhere
//! * `roles`: the roles of this program when another program starts it

mod cargo;
mod cell;
pub mod child;
pub mod compile_server;
mod compiler;
mod dependencies;
mod error;
mod errors;
mod evaluator;
pub mod evcxr_words;
mod failure;
mod files;
mod inventory;
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
mod target_folder;
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
