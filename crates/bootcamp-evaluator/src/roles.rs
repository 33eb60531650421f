//! The roles of this program when another program starts it.

use std::process::ExitCode;

use crate::compile_server::relay;
use crate::error::Error;
use crate::evaluator::build_session;
use crate::prebuilt::{Prebuilt, generators};
use crate::{cargo, child, compiler, evcxr_words};

/// Plays the role that the environment asks for; evcxr and cargo choose the arguments. Returns
/// `None` if it asks for none; the program then does its own work.
///
/// Call it before anything else, while the process has one thread.
#[must_use]
pub fn run_if_asked() -> Option<ExitCode> {
    let roles = [
        generators::run_if_asked,
        compiler::run_if_asked,
        cargo::run_if_asked,
        relay::run_if_asked,
        child::run_if_asked,
    ];
    let code = roles.iter().find_map(|role| role());
    if code.is_none() {
        // After `:allow_static_linking 0`, cargo asks for rustc's version through this program.
        evcxr_words::run_if_wrapper();
    }
    code
}

/// Builds the prebuilt image, if it is missing or incomplete. Cargo's progress goes to standard
/// error.
///
/// # Errors
/// When the crate does not compile, or the files cannot be written.
///
/// # Safety
/// The process has one thread: its environment is changed, and it is of no other use afterwards.
pub unsafe fn build(prebuilt: &Prebuilt) -> Result<(), Error> {
    // SAFETY: the caller's process has one thread; the first session is started in it.
    prebuilt.build(|prebuilt, toolchain| unsafe { build_session(prebuilt, toolchain) })
}
