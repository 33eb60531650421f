//! A scripted front end for tests and benchmarks of a Jupyter kernel.
//!
//! It starts the kernel as Jupyter does and talks to it over its real sockets. A [`FrontEnd`] of our
//! kernel is strict: whatever comes has to be somebody's, and to come in its turn; what nobody
//! claimed is a failure.
//!
//! ```no_run
//! use bootcamp_testkit::FrontEnd;
//!
//! let mut front_end = FrontEnd::start();
//! let run = front_end.run("println!(\"one\");\n1 + 1");
//! assert_eq!((run.stdout().as_str(), run.result().as_deref()), ("one\n", Some("2")));
//! assert_eq!(front_end.shut_down(), Some(0));
//! ```
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test fails by a panic, and throws away what it does not need"
)]

mod front_end;
pub mod ipyparallel;
mod ledger;
mod program;
mod requests;
mod shared;
pub mod shown;
mod sockets;
pub mod stock;

pub use front_end::{FrontEnd, free_connection};
pub use program::{folder, kernel, nowhere};
pub use shared::Shared;
