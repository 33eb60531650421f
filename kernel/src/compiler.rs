//! The compiler role: this program stands between cargo and rustc for a cell.
//!
//! Cargo starts it (`RUSTC_WORKSPACE_WRAPPER`) with rustc's path and arguments. Two things
//! change for a cell, everything else is rustc's own:
//!
//! * panics name the file `cell-N`, so that the kernel knows whose line it is;
//! * a `?` that fails at the top level tells the panic hook its place, type and text.
//!   evcxr's own code would print the text only, and nobody would know where it was.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use crate::evaluator;

/// Set by the kernel for cargo's runs; the value is the kernel's working folder.
pub(crate) const VARIABLE: &str = "BOOTCAMP_COMPILER";
/// The file in the working folder that holds the number of the cell being compiled.
pub(crate) const CELL_FILE: &str = "cell";

/// Becomes rustc when cargo started this process as its wrapper.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let work = PathBuf::from(env::var_os(VARIABLE)?);
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let is_cell = arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == "ctx");
    if !is_cell {
        // evcxr's `:cache` makes this program cargo's other wrapper, too.
        evaluator::run_if_wrapper();
    }
    let mut arguments = arguments.into_iter();
    let mut rustc = Command::new(arguments.next()?);
    rustc.args(arguments);
    if is_cell {
        let cell = fs::read_to_string(work.join(CELL_FILE)).unwrap_or_default();
        rustc.arg(format!("--remap-path-prefix=src={}", file_prefix(cell.trim())));
        rustc.arg("--remap-path-scope=macro");
        report_question_marks(Path::new("src/lib.rs"));
    }
    let error = rustc.exec();
    crate::cli::say(&format!("cannot run rustc: {error}"));
    Some(ExitCode::FAILURE)
}

/// The folder that stands for evcxr's `src` in the panics of a cell.
fn file_prefix(cell: &str) -> String {
    format!("cell-{cell}")
}

/// The number of the cell that a panic's file name means.
pub(crate) fn cell_of_file(file: &str) -> Option<usize> {
    file.strip_prefix("cell-")?.strip_suffix("/lib.rs")?.parse().ok()
}

/// Changes evcxr's conversion of a failed `?`, in place: cargo watches this very file.
fn report_question_marks(file: &Path) {
    let Ok(source) = fs::read_to_string(file) else { return };
    if let Some(changed) = with_reported_question_marks(&source) {
        // The cell works without the change, its error only says less.
        let _ = fs::write(file, changed);
    }
}

/// The source with the conversion changed; `None` when it has none. Lines stay lines.
fn with_reported_question_marks(source: &str) -> Option<String> {
    const FUNCTION: &str = "fn from(error: T) -> Self {";
    let start = source.find("for EvcxrUserCodeError {")?;
    let function = start + source[start..].find(FUNCTION)?;
    let print = function + source[function..].find("eprintln!(")?;
    let print_end = print + source[print..].find(");")? + ");".len();
    let printed = &source[print + "eprintln!".len()..print_end - 1];
    Some(format!(
        "{}#[track_caller] {}::std::panic::panic_any((::std::any::type_name::<T>(), \
         ::std::format!{printed}));{}",
        &source[..function],
        &source[function..print],
        &source[print_end..],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_question_mark_is_reported_and_lines_are_kept() {
        let source = "struct EvcxrUserCodeError {}\n\
            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {\n\
                fn from(error: T) -> Self {\n\
                    eprintln!(\"{}\", error);\n\
                    EvcxrUserCodeError {}\n}\n}\n";
        let changed = with_reported_question_marks(source).expect("there is a conversion");
        assert_eq!(changed.lines().count(), source.lines().count());
        assert!(changed.contains("#[track_caller] fn from(error: T)"));
        assert!(
            changed.contains(
                "panic_any((::std::any::type_name::<T>(), ::std::format!(\"{}\", error)));"
            )
        );
        assert!(!changed.contains("eprintln"));
        assert_eq!(with_reported_question_marks("fn main() {}"), None);
    }

    #[test]
    fn a_panics_file_names_its_cell() {
        assert_eq!(cell_of_file(&format!("{}/lib.rs", file_prefix("12"))), Some(12));
        assert_eq!(cell_of_file("src/lib.rs"), None);
        assert_eq!(cell_of_file("cell-x/lib.rs"), None);
    }
}
