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
#![deny(missing_docs, missing_debug_implementations)]

#[cfg(feature = "kernel")]
pub mod body;
pub mod bundle;
mod captured;
pub mod channel;
pub mod cluster;
mod display;
pub mod environment;
pub mod exchange;
mod input;
mod interrupt;
#[cfg(feature = "kernel")]
pub mod last_expression;
pub mod processes;
pub mod program;
mod progress;
pub mod protocol;
pub mod shell;
#[cfg(feature = "kernel")]
pub mod store;
pub mod table;
#[doc(hidden)]
pub mod testing;
#[doc(hidden)]
pub mod timeit;
pub mod units;
pub mod variables;

pub use bundle::Bundle;
pub use captured::Captured;
pub use cluster::Client;
pub use display::{DisplayHandle, clear_output, display, display_with_id};
pub use input::{input, password};
#[cfg(feature = "kernel")]
pub use interrupt::bootcamp_cell_watch;
pub use interrupt::{Interrupt, check_interrupt, interrupted, sleep};
pub use progress::{Progress, ProgressItems, progress};
