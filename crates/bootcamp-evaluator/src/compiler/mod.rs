//! The compiler role: cargo starts this program instead of rustc for a cell.
//!
//! Cargo starts it (`RUSTC_WORKSPACE_WRAPPER`) with rustc's path and arguments. For the empty crate
//! that stands for a cell it adds the prebuilt `bootcamp` and remembers the whole command. The
//! cells are compiled by that command ([`RustcLine`]), with the crate's name ([`generation`]) and
//! with hooked code ([`hooks`]).

mod generation;
mod hooks;
mod line;
mod runtime;
mod rustc;
mod source;
mod store;
mod variables;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
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
/// The file in which the compiler role leaves the command that compiles a cell.
pub(crate) const LINE_FILE: &str = "line.json";

/// Runs rustc if cargo started this process as its wrapper.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let work = PathBuf::from(env::var_os(VARIABLE)?);
    let arguments = wrapped();
    let is_cell =
        arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == CELL_CRATE);
    if is_cell && let Err(error) = record(&work) {
        crate::log::say(&format!("cannot compile the cell: {error:#}"));
        return Some(ExitCode::FAILURE);
    }
    if !is_cell {
        // evcxr may have made this program cargo's `RUSTC_WRAPPER`, too.
        evcxr_words::run_if_wrapper();
    }
    become_wrapped(&arguments, &[])
}

/// Returns rustc and its arguments. If evcxr has made this program cargo's `RUSTC_WRAPPER`, too, the
/// first argument is its own path.
fn wrapped() -> Vec<OsString> {
    let own = crate::program::path().ok();
    let is_own = |argument: &OsString| own.as_deref().is_some_and(|own| own == argument);
    env::args_os().skip(1).skip_while(is_own).collect()
}

/// Writes down how cargo compiles a cell. What it compiles here is an empty crate.
fn record(work: &Path) -> anyhow::Result<()> {
    let line = RustcLine::of_this_process(&StandIn::read(work)?)?;
    fs::write(work.join(LINE_FILE), serde_json::to_vec(&line)?)?;
    Ok(())
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
