//! What a notebook cell says to its kernel: show this picture, show how far I am, ask that
//! question.
//!
//! ```
//! use bootcamp_cell::{Bundle, display};
//!
//! let bundle = Bundle::new()
//!     .text("text/plain", "a red dot")
//!     .text("text/html", "<b style='color:red'>●</b>");
//! assert_eq!(bundle.get("text/plain"), Some("a red dot"));
//! display(&bundle); // appears under the cell at once; call it as often as you like
//! ```
//!
//! On the bootcamp kernel a display travels over [the channel](crate::channel):
//! it is shown live, in order with prints, and a cell may show many. On any other
//! kernel (or in a plain program) it falls back on the text protocol of
//! [`evcxr_runtime`], which keeps the last display of each MIME type only.
//!
//! # The modules
//! * `display`, `progress`: what is shown, and how far a computation is
//! * `input`: asks the person at the notebook
//! * `interrupt`: stops a running cell without losing its variables
//! * `captured`: what `%%capture` keeps of a cell
//! * [`cluster`]: the engines of the kernel's cluster
//! * [`channel`]: the socket between a cell and its kernel
//! * [`payload`]: what a panic carries
#![deny(missing_docs, missing_debug_implementations)]

mod captured;
pub mod channel;
pub mod cluster;
mod display;
mod input;
mod interrupt;
#[doc(hidden)]
pub mod payload;
mod progress;

pub use bootcamp_protocol::{Bundle, bundle, html, table};
pub use captured::Captured;
pub use cluster::Client;
pub use display::{DisplayHandle, clear_output, display, display_with_id};
pub use input::{input, password};
#[cfg(feature = "kernel")]
pub use interrupt::bootcamp_cell_watch;
pub use interrupt::{Interrupt, check_interrupt, interrupted, sleep};
pub use progress::{Progress, ProgressItems, progress};
