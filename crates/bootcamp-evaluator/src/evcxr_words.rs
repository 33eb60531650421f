//! Every word that evcxr and this crate have in common: those of its processes, of its folder,
//! those that cells print for it, and the code that it generates.
//!
//! A new version of evcxr is met here. `tests/kernel/contract.rs` of the kernel compares the
//! generated code with what evcxr writes, and names the constant to edit.

/// What a cell prints for evcxr: after a panic, after a failed `?`, and, with a name, when a
/// variable's type was defined anew.
pub use bootcamp_cell::body::PANIC_NOTIFICATION as PANIC_LINE;
pub use bootcamp_cell::store::{
    USER_ERROR_OCCURRED as ERROR_LINE, VARIABLE_CHANGED_TYPE as LOST_LINE,
};

/// How each line begins that cells print for evcxr, but for those of generated code.
pub const MARK: &str = "EVCXR_";
/// What begins a block of content that a cell shows; its MIME type follows.
pub const BEGIN_CONTENT: &str = "EVCXR_BEGIN_CONTENT ";
/// What ends it, a line of its own.
pub const END_CONTENT: &str = "\nEVCXR_END_CONTENT\n";
/// How a cell asks the person for a line; the question follows.
pub const INPUT: &str = "EVCXR_INPUT_REQUEST:";
/// How it asks for one that nobody shall see.
pub const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";
/// What shows at once all that came so far.
pub const FLUSH: &str = "EVCXR_FLUSH_OUTPUT";

/// Set by evcxr for the process that runs cells.
pub const CHILD_VARIABLE: &str = "EVCXR_IS_RUNTIME";
/// How evcxr asks it to load a library and to call a function of it; their names follow.
pub(crate) const LOAD_AND_RUN: &str = "LOAD_AND_RUN ";
/// What evcxr waits for after a cell.
pub(crate) const CELL_DONE: &str = "EVCXR_EXECUTION_COMPLETE";
/// Names, for evcxr's own cargo, the file that is to hold the library's path.
pub(crate) const LIBRARY_FILE_VARIABLE: &str = "EVCXR_EXECUTION_SO_PATH";
/// The folder in which evcxr writes and compiles cells.
pub(crate) const FOLDER_VARIABLE: &str = "EVCXR_TMPDIR";
/// Variables by which it compiles in another way.
pub(crate) const CACHE_VARIABLE: &str = "EVCXR_CACHE_ENABLED";
pub(crate) const DYLIB_VARIABLE: &str = "EVCXR_FORCE_DYLIB";

/// The crate of a cell.
pub(crate) const CELL_CRATE: &str = "ctx";
/// How its manifest says that it is one, beside its name.
pub(crate) const CELL_KIND: &str = "[\"cdylib\"]";
/// The last part of its manifest; the person's dependencies follow.
pub(crate) const DEPENDENCIES: &str = "[dependencies]";
/// How the names of the libraries begin that it copies cells to.
pub(crate) const CELL_LIBRARY: &str = "libcode_";

/// The child as stock evcxr has it; does not return.
pub fn run_plain_child() {
    evcxr::runtime_hook();
}

/// Plays rustc with evcxr's cache in front, and ends, when evcxr asked for it.
pub fn run_if_wrapper() {
    evcxr::runtime_hook();
}

/// The code that it generates for a cell.
pub(crate) mod generated {
    /// The module of the store of variables.
    pub(crate) const STORE_MODULE: &str = "evcxr_internal_runtime";

    /// The type that a failed `?` makes of its error, and how it does so.
    pub(crate) const ERROR_TYPE: &str = "EvcxrUserCodeError";
    pub(crate) const CONVERSION: &str = "fn from(error: T) -> Self {";
    pub(crate) const PRINT: &str = "eprintln!(";

    /// How the function of a cell begins.
    pub(crate) const FUNCTION: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn ";
    pub(crate) const FUNCTION_NAME: &str = "run_user_code_";

    /// How the code of a cell begins and ends where its panics are caught, with variables and
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

    /// How a last expression is shown.
    pub(crate) const SHOWS: &str = ").evcxr_display();";

    /// The store of variables in the function of a cell.
    pub(crate) const STORE: &str = "evcxr_variable_store";
    /// The line above the checks of variables.
    pub(crate) const CHECKS: &str = "{let mut vars_ok = true;\n";

    /// How the lines for a variable begin. They stand on lines of their own.
    pub(crate) const CHECK: &str = "vars_ok &= evcxr_variable_store.check_variable::<";
    pub(crate) const TAKE: &str = " = evcxr_variable_store.take_variable::<";
    pub(crate) const PUT: &str = "evcxr_variable_store.put_variable::<";

    /// How code begins and ends that tokio's runtime runs.
    pub(crate) const BEGIN: &str = "let mut mutex =\n\
    evcxr_variable_store.lazy_arc(\"evcxr_tokio_runtime\", ||\n\
    std::sync::Mutex::new(tokio::runtime::Runtime::new().unwrap())); match\n\
    mutex.lock() { Ok(guard) => guard, Err(poisoned) => poisoned.into_inner(), }\n\
    .block_on(async {\n";
    pub(crate) const END: &str = "});\n";
}
