//! A Jupyter kernel for Rust, built on evcxr.
//!
//! One binary plays several roles; `run` finds out which one:
//!
//! * the **kernel** that Jupyter starts with `--control_file FILE` (`server`);
//! * the **child**, the process that loads compiled cells and holds their variables
//!   (`child`); evcxr starts it;
//! * the **cargo stand-in**, which evcxr and rust-analyzer run when they mean cargo
//!   (`cargo`);
//! * the **compiler**, which stands in front of rustc when the real cargo compiles a cell
//!   (`compiler`);
//! * the **engine** of an ipyparallel cluster (`engine`);
//! * the **workshop**, which compiles cells for engines (`workshop`);
//! * people's verbs: `install` and `warm` (`cli`).
//!
//! A cell goes from `server` to a worker thread (`worker`), where its magics are taken off
//! (`magics`), and through evcxr
//! (`evaluator`, the only module that calls it) into the child. What the cell prints
//! and shows comes back live through `output`. A cell in another language goes to that language's
//! own kernel (`languages`). What needs no evcxr, `server` answers itself:
//! whether a cell is whole, what was run before (`history`). A person's code is read by
//! the crate `bootcamp-syntax` alone.

mod cargo;
mod child;
mod cli;
mod cluster;
mod code;
mod compiler;
mod engine;
mod error;
mod evaluator;
mod history;
mod house;
mod kernelspec;
mod languages;
mod magics;
mod output;
mod phases;
mod program;
mod server;
mod signals;
mod stand_in;
mod terminal;
mod toolchain;
mod type_name;
mod verdict;
mod work;
mod worker;
mod workshop;

pub use cli::run;
