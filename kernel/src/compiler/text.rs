//! What the kernel looks for in the code that evcxr generates, word for word.
//!
//! `tests/kernel/contract.rs` compares it with what evcxr writes, and names the constant to edit.

/// The module of the store of variables.
pub(super) const STORE_MODULE: &str = "evcxr_internal_runtime";

/// The type that a failed `?` makes of its error, and how it does so.
pub(super) const ERROR_TYPE: &str = "EvcxrUserCodeError";
pub(super) const CONVERSION: &str = "fn from(error: T) -> Self {";
pub(super) const PRINT: &str = "eprintln!(";

/// How the function of a cell begins.
pub(super) const FUNCTION: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn ";
pub(super) const FUNCTION_NAME: &str = "run_user_code_";

/// How the code of a cell begins and ends where its panics are caught, with variables and
/// without.
pub(super) const CATCHES: [[&str; 2]; 2] = [
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
pub(super) const SHOWS: &str = ").evcxr_display();";

/// The store of variables in the function of a cell.
pub(super) const STORE: &str = "evcxr_variable_store";
/// The line above the checks of variables.
pub(super) const CHECKS: &str = "{let mut vars_ok = true;\n";

/// How the lines for a variable begin. They stand on lines of their own.
pub(super) const CHECK: &str = "vars_ok &= evcxr_variable_store.check_variable::<";
pub(super) const TAKE: &str = " = evcxr_variable_store.take_variable::<";
pub(super) const PUT: &str = "evcxr_variable_store.put_variable::<";

/// How code begins and ends that tokio's runtime runs.
pub(super) const BEGIN: &str = "let mut mutex =\n\
    evcxr_variable_store.lazy_arc(\"evcxr_tokio_runtime\", ||\n\
    std::sync::Mutex::new(tokio::runtime::Runtime::new().unwrap())); match\n\
    mutex.lock() { Ok(guard) => guard, Err(poisoned) => poisoned.into_inner(), }\n\
    .block_on(async {\n";
pub(super) const END: &str = "});\n";
