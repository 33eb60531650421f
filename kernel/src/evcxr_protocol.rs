//! What evcxr and the process with the variables say to each other, word for word, and the parts
//! that evcxr itself plays in this program.
//!
//! What evcxr generates for a cell is in [`crate::compiler`]'s `text`.

/// What a cell prints for evcxr: after a panic, after a failed `?`, and, with a name, when a
/// variable's type was defined anew.
pub(crate) use bootcamp_cell::body::PANIC_NOTIFICATION as PANIC_LINE;
pub(crate) use bootcamp_cell::store::{
    USER_ERROR_OCCURRED as ERROR_LINE, VARIABLE_CHANGED_TYPE as LOST_LINE,
};

/// Set by evcxr for the process that runs cells.
pub(crate) const CHILD_VARIABLE: &str = "EVCXR_IS_RUNTIME";
/// How evcxr asks it to load a library and to call a function of it; their names follow.
pub(crate) const LOAD_AND_RUN: &str = "LOAD_AND_RUN ";
/// What evcxr waits for after a cell.
pub(crate) const CELL_DONE: &str = "EVCXR_EXECUTION_COMPLETE";
/// Names, for evcxr's own cargo, the file that is to hold the library's path.
pub(crate) const LIBRARY_FILE_VARIABLE: &str = "EVCXR_EXECUTION_SO_PATH";
/// The folder in which evcxr writes and compiles cells.
pub(crate) const FOLDER_VARIABLE: &str = "EVCXR_TMPDIR";

/// The child as stock evcxr has it; does not return.
pub(crate) fn run_plain_child() {
    evcxr::runtime_hook();
}

/// Plays rustc with evcxr's cache in front, and ends, when evcxr asked for it.
pub(crate) fn run_if_wrapper() {
    evcxr::runtime_hook();
}
