//! A Jupyter kernel for Rust, built on evcxr.
//!
//! One binary plays several roles; [`run`] finds out which one:
//!
//! * the **kernel** that Jupyter starts with `--control_file FILE` (`server`);
//! * the **engine** of an ipyparallel cluster (`engine`);
//! * people's verbs: `install` and `warm` (`cli`);
//! * those that evcxr, cargo and rust-analyzer start, in `bootcamp-evaluator`.
//!
//! # The modules
//! Each uses only those above it. `bootcamp-syntax`'s test `rooms` holds them to this list.
//!
//! * `error`: what the kernel cannot do, in one line
//! * `prelude`: what cells have without asking for it
//! * `parts`: the files of a prebuilt image, as engines are sent them
//! * `terminal`: the terminal that the kernel was started from
//! * `code`: what is seen of a cell without compiling it
//! * `history`: what was run before
//! * `frontend`: what a front end asks of the kernel, is told by it, and is asked by it
//! * `output`: what cells print and show, on its way to the front end
//! * `outcome`: what the end of a cell means for whoever sent it
//! * `interrupts`: what becomes of the cell that runs, and who may end it
//! * `languages`: cells in other languages, in those languages' own kernels
//! * `engine_protocol`: what a kernel and its engines say to each other
//! * `engine`: a member of a cluster that runs Rust
//! * `cluster`: drives engines
//! * `session`: what a cell, and the magics in it, may do
//! * `magics`: what a cell says to the kernel and not to Rust
//! * `worker`: the thread that runs cells one after the other
//! * `server`: Jupyter's five sockets, and what each message means
//! * `kernelspec`: tells Jupyter about the kernel
//! * `cli`: the command line
//!
//! A person's code is read by the crate `bootcamp-syntax` alone.

mod cli;
mod cluster;
mod code;
mod engine;
mod engine_protocol;
mod error;
mod frontend;
mod history;
mod interrupts;
mod kernelspec;
mod languages;
mod magics;
mod outcome;
mod output;
mod parts;
mod prelude;
mod server;
mod session;
mod terminal;
mod worker;

pub use cli::run;
