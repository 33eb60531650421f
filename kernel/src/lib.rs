//! A Jupyter kernel for Rust, built on evcxr.
//!
//! One binary plays several roles; `run` finds out which one:
//!
//! * the **kernel** that Jupyter starts with `--control_file FILE` (`server`);
//! * the **child**, the process that loads compiled cells and holds their variables (`child`);
//!   evcxr starts it;
//! * the **cargo stand-in**, which evcxr and rust-analyzer run when they mean cargo (`cargo`);
//! * the **compiler**, which stands in front of rustc when the real cargo compiles a cell
//!   (`compiler`), and the wrapper that compiles `rand` for the house (`house::generators`);
//! * the **engine** of an ipyparallel cluster (`engine`);
//! * the **compile server**, which compiles cells for engines, and its **relay**, which evcxr takes for
//!   the child there (`compile_server`);
//! * people's verbs: `install` and `warm` (`cli`).
//!
//! # The modules
//! Each uses only those above it. `bootcamp-syntax`'s test `rooms` holds them to this list.
//!
//! * `log`: lines for the person at the terminal
//! * `error`: what the kernel cannot do, in one line
//! * `failure`: why a cell failed, as Jupyter is told
//! * `program`: this program's own file, and how it becomes another program
//! * `files`: files and folders as a whole
//! * `packages`: what cargo tells of packages
//! * `type_name`: types without paths
//! * `terminal`: the terminal that the kernel was started from
//! * `toolchain`: the Rust that compiles cells
//! * `evcxr_protocol`: what evcxr and the process with the variables say to each other
//! * `passes`: runs of the compiler for a cell
//! * `phases`: where a cell's time went
//! * `signals`: bytes that the kernel's processes share
//! * `work`: a kernel's own folder
//! * `stand_in`: what the cargo stand-in has to know
//! * `compiler`: hooks the code that evcxr generates, and compiles it
//! * `house`: what a cell needs, built once per computer
//! * `cargo`: answers in cargo's place
//! * `child`: loads compiled cells and calls them
//! * `evaluator`: a cell's code in, a compiled and run cell out, by evcxr
//! * `code`: what is seen of a cell without compiling it
//! * `history`: what was run before
//! * `frontend`: what a front end asks of the kernel, is told by it, and is asked by it
//! * `output`: what cells print and show, on its way to the front end
//! * `verdict`: what the end of a cell means for whoever sent it
//! * `interrupts`: what becomes of the cell that runs, and who may end it
//! * `compile_server`: compiles cells that run elsewhere
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

mod cargo;
mod child;
mod cli;
mod cluster;
mod code;
mod compile_server;
mod compiler;
mod engine;
mod engine_protocol;
mod error;
mod evaluator;
mod evcxr_protocol;
mod failure;
mod files;
mod frontend;
mod history;
mod house;
mod interrupts;
mod kernelspec;
mod languages;
mod log;
mod magics;
mod output;
mod packages;
mod passes;
mod phases;
mod program;
mod server;
mod session;
mod signals;
mod stand_in;
mod terminal;
mod toolchain;
mod type_name;
mod verdict;
mod work;
mod worker;

pub use cli::run;
