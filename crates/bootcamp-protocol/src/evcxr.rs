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
