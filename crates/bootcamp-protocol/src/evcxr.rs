//! The lines that a cell prints for evcxr, word for word as evcxr's own code prints them.
//!
//! ```
//! use bootcamp_protocol::evcxr::{PANIC_NOTIFICATION, VARIABLE_CHANGED_TYPE};
//!
//! let is_for_evcxr = |line: &str| {
//!     line == PANIC_NOTIFICATION || line.starts_with(VARIABLE_CHANGED_TYPE)
//! };
//! assert!(is_for_evcxr("EVCXR_VARIABLE_CHANGED_TYPE:points") && !is_for_evcxr("points"));
//! ```

/// A cell prints this when it panicked.
pub const PANIC_NOTIFICATION: &str = "EVCXR_PANIC_NOTIFICATION";
/// A cell prints this and a name when the type of a variable is another one now.
pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// A cell prints this when a `?` at its top level failed.
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";
/// The beginning of a block of content that a cell shows; its MIME type follows.
pub const BEGIN_CONTENT: &str = "EVCXR_BEGIN_CONTENT ";
/// The end of such a block, on a line of its own.
pub const END_CONTENT: &str = "\nEVCXR_END_CONTENT\n";
/// The beginning of a cell's question for a line; the question follows.
pub const INPUT: &str = "EVCXR_INPUT_REQUEST:";
/// The beginning of a cell's question for a password, which is not shown while it is typed.
pub const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";
