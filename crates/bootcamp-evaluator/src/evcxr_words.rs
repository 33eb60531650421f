//! All words that evcxr and this crate share: those of its processes and its folder, and the code that
//! it generates. Those that cells print for it are of `bootcamp_protocol::evcxr`, which cells have, too.
//!
//! For a new version of evcxr, this file is edited. `tests/kernel/contract.rs` of the kernel
//! compares the generated code with what evcxr writes, and names the constant to edit.

/// The line that a cell prints for evcxr after a panic, after a failed `?`, and, followed by a
/// name, when the type of a variable was defined anew.
pub use bootcamp_protocol::evcxr::PANIC_NOTIFICATION as PANIC_LINE;
/// The words by which a cell shows content and asks for a line.
pub use bootcamp_protocol::evcxr::{BEGIN_CONTENT, END_CONTENT, INPUT, PASSWORD};
pub use bootcamp_protocol::evcxr::{
    USER_ERROR_OCCURRED as ERROR_LINE, VARIABLE_CHANGED_TYPE as LOST_LINE,
};

/// The beginning of every line that cells print for evcxr, except those of generated code.
pub const MARK: &str = "EVCXR_";
/// The line that makes all earlier output visible at once.
pub const FLUSH: &str = "EVCXR_FLUSH_OUTPUT";

/// The variable that evcxr sets for the process that runs cells.
pub const CHILD_VARIABLE: &str = "EVCXR_IS_RUNTIME";
/// evcxr's command to load a library and to call a function of it; their names follow.
pub(crate) const LOAD_AND_RUN: &str = "LOAD_AND_RUN ";
/// The line that evcxr waits for after a cell.
pub(crate) const CELL_DONE: &str = "EVCXR_EXECUTION_COMPLETE";
/// The variable by which evcxr tells its own cargo the file that gets the library's path.
pub(crate) const LIBRARY_FILE_VARIABLE: &str = "EVCXR_EXECUTION_SO_PATH";
/// The folder in which evcxr writes and compiles cells.
pub(crate) const FOLDER_VARIABLE: &str = "EVCXR_TMPDIR";
/// Variables that change how evcxr compiles.
pub(crate) const CACHE_VARIABLE: &str = "EVCXR_CACHE_ENABLED";
pub(crate) const DYLIB_VARIABLE: &str = "EVCXR_FORCE_DYLIB";

/// The name of the crate of a cell.
pub(crate) const CELL_CRATE: &str = "ctx";
/// The part of its manifest that says, beside the name, that it is a cell.
pub(crate) const CELL_KIND: &str = "[\"cdylib\"]";
/// The name of the crate by which evcxr asks cargo whether a dependency exists.
pub(crate) const QUESTION_CRATE: &str = "evcxr_dummy_validate_dep";
/// The last part of its manifest; the person's dependencies follow.
pub(crate) const DEPENDENCIES: &str = "[dependencies]";
/// The beginning of the names of evcxr's own variables.
pub const OWN_VARIABLE: &str = "evcxr_";
/// The beginning of the names of the libraries to which evcxr copies compiled cells.
pub(crate) const CELL_LIBRARY: &str = "libcode_";

/// Runs the child as stock evcxr has it; does not return.
pub(crate) fn run_plain_child() {
    evcxr::runtime_hook();
}

/// Runs rustc with evcxr's cache and ends the process, if evcxr asked for it.
pub(crate) fn run_if_wrapper() {
    evcxr::runtime_hook();
}

/// The method with which a type of a cell may show itself.
pub(crate) const DISPLAY: &str = "evcxr_display";

/// The code that evcxr generates for a cell.
pub(crate) mod generated {
    /// The module of the store of variables.
    pub(crate) const STORE_MODULE: &str = "evcxr_internal_runtime";

    /// The type to which a failed `?` converts its error, and the code of the conversion.
    pub(crate) const ERROR_TYPE: &str = "EvcxrUserCodeError";
    pub(crate) const CONVERSION: &str = "fn from(error: T) -> Self {";
    pub(crate) const PRINT: &str = "eprintln!(";

    /// The beginning of the function of a cell.
    pub(crate) const FUNCTION: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn ";
    pub(crate) const FUNCTION_NAME: &str = "run_user_code_";

    /// The beginning and the end of a cell's code where its panics are caught, with variables and
    /// without.
    pub(crate) const CATCHES: [[&str; 2]; 2] = [
        [
            "match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{\n",
            "})) { \n  Ok(_) => {}\n  Err(_) => {\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}\n",
        ],
        [
            "if std::panic::catch_unwind(||{\n",
            "}).is_err() {\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}\n",
        ],
    ];

    /// The call that shows a last expression.
    pub(crate) const SHOWS: &str = ").evcxr_display();";

    /// The name of the store of variables in the function of a cell.
    pub(crate) const STORE: &str = "evcxr_variable_store";
    /// The line above the checks of variables.
    pub(crate) const CHECKS: &str = "{let mut vars_ok = true;\n";

    /// The beginnings of the statements for a variable, each on a line of its own.
    pub(crate) const CHECK: &str = "vars_ok &= evcxr_variable_store.check_variable::<";
    pub(crate) const TAKE: &str = " = evcxr_variable_store.take_variable::<";
    pub(crate) const PUT: &str = "evcxr_variable_store.put_variable::<";

    /// The beginning and the end of code that tokio's runtime runs.
    pub(crate) const BEGIN: &str = "let mut mutex =\n\
    evcxr_variable_store.lazy_arc(\"evcxr_tokio_runtime\", ||\n\
    std::sync::Mutex::new(tokio::runtime::Runtime::new().unwrap())); match\n\
    mutex.lock() { Ok(guard) => guard, Err(poisoned) => poisoned.into_inner(), }\n\
    .block_on(async {\n";
    pub(crate) const END: &str = "});\n";
}
