//! A Jupyter kernel for Rust, built on evcxr.
//!
//! The one binary plays several roles, and `run` chooses the role. Those whose modules have `evaluator`
//! before them are of the crate `bootcamp-evaluator`:
//!
//! * the **kernel** that Jupyter starts with `--control_file FILE` (`server`);
//! * the **child**, the process that loads compiled cells and holds their variables
//!   (`evaluator::child`); evcxr starts it;
//! * the **cargo stand-in**, which evcxr and rust-analyzer run instead of cargo
//!   (`evaluator::cargo`);
//! * the **compiler**, which the real cargo starts instead of rustc for a cell
//!   (`evaluator::compiler`), and the wrapper that compiles `rand` for the prebuilt image
//!   (`evaluator::prebuilt::generators`);
//! * the **engine** of an ipyparallel cluster (`engine`);
//! * the **compile server**, which compiles cells for engines, and its **relay**, which evcxr
//!   starts there instead of the child (`evaluator::compile_server`);
//! * the commands for people: `install` and `warm` (`cli`).
//!
//! # The modules
//! Each module uses only those above it. The test `rooms` of `bootcamp-syntax` checks this list.
//!
//! * `error`: the reasons why the kernel cannot serve, in one line each
//! * `prelude`: the crate that every cell has without asking for it
//! * `parts`: the files of a prebuilt image that are sent to engines
//! * `terminal`: the terminal that the kernel was started from
//! * `code`: checks of a cell's code without compiling it
//! * `history`: the cells that were run before
//! * `frontend`: requests of front ends, messages to them, and questions to them
//! * `output`: passes the outputs of cells on to the front end
//! * `outcome`: the outcome of a cell for the client that sent it
//! * `interrupts`: the state of the running cell, and the ways to end it
//! * `languages`: cells in other languages, in those languages' own kernels
//! * `engine_protocol`: the messages between a kernel and its engines
//! * `engine`: a member of a cluster that runs Rust
//! * `cluster`: drives engines
//! * `session`: the operations that a cell, and the magics in it, can use
//! * `magics`: the lines and cells that are for the kernel and not for Rust
//! * `worker`: the thread that runs cells one after the other
//! * `completion`: completes names and shows their documentation
//! * `server`: Jupyter's five sockets, and the meaning of each message
//! * `kernelspec`: installs the kernel for Jupyter
//! * `cli`: the command line
//!
//! Only the crate `bootcamp-syntax` reads the code of cells.

mod cli;
mod cluster;
mod code;
mod completion;
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
