//! The compiler role: cargo starts this program instead of rustc for a cell.
//!
//! Cargo starts it (`RUSTC_WORKSPACE_WRAPPER`) with rustc's path and arguments. For a cell
//! it adds the prebuilt `bootcamp`, names the crate ([`generation`]), remembers the whole
//! command for the cells that follow ([`RustcLine`]) and compiles hooked code ([`hooks`]).
//! Other crates pass unchanged.

mod generation;
mod hooks;
mod line;
mod runtime;
mod rustc;
mod source;
mod store;
mod variables;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use crate::evcxr_words::{self, CELL_CRATE};
use crate::program::become_wrapped;
use crate::stand_in::StandIn;

pub(crate) use line::{Goal, RustcLine};
pub(crate) use runtime::makes_runtime;

/// The variable that the cargo stand-in sets for cargo's runs. Its value is the kernel's working
/// folder.
pub(crate) const VARIABLE: &str = "BOOTCAMP_COMPILER";
/// The file in which the compiler role leaves the command that it ran for a cell.
pub(crate) const LINE_FILE: &str = "line.json";

/// Runs rustc if cargo started this process as its wrapper.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let work = PathBuf::from(env::var_os(VARIABLE)?);
    let arguments = wrapped();
    let is_cell =
        arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == CELL_CRATE);
    if !is_cell {
        // After evcxr's `:cache`, this program is also cargo's `RUSTC_WRAPPER`.
        evcxr_words::run_if_wrapper();
        return become_wrapped(&arguments, &[]);
    }
    Some(compile_cell(&work).unwrap_or_else(|error| {
        crate::log::say(&format!("cannot compile the cell: {error:#}"));
        ExitCode::FAILURE
    }))
}

/// Returns rustc and its arguments. After evcxr's `:cache`, this program is also cargo's
/// `RUSTC_WRAPPER`, and its first argument is then its own path.
fn wrapped() -> Vec<OsString> {
    let own = crate::program::path().ok();
    let is_own = |argument: &OsString| own.as_deref().is_some_and(|own| own == argument);
    env::args_os().skip(1).skip_while(is_own).collect()
}

fn compile_cell(work: &std::path::Path) -> anyhow::Result<ExitCode> {
    let stand_in = StandIn::read(work)?;
    let line = RustcLine::of_this_process(&stand_in)?;
    fs::write(work.join(LINE_FILE), serde_json::to_vec(&line)?)?;
    let code = line.run_for_cargo(&stand_in)?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Returns the name of the folder that replaces evcxr's `src` in the panics of a cell.
fn file_prefix(cell: usize) -> String {
    format!("cell-{cell}")
}

/// Returns the number of the cell that the file name of a panic means.
pub(crate) fn cell_of_file(file: &str) -> Option<usize> {
    file.strip_prefix("cell-")?.strip_suffix("/lib.rs")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panics_file_names_its_cell() {
        assert_eq!(cell_of_file(&format!("{}/lib.rs", file_prefix(12))), Some(12));
        assert_eq!(cell_of_file("src/lib.rs"), None);
        assert_eq!(cell_of_file("cell-x/lib.rs"), None);
    }
}
