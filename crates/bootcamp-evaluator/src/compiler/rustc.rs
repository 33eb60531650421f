//! The result of a run of rustc for a cell.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

use super::hooks::{Hooked, Hooks};
use crate::passes::Hook;
use crate::signals::CancelGuard;
use crate::stand_in::{CellSettings, StandIn};

/// Errors that evcxr's wrapper around a cell neither causes nor changes: names, types and traits
/// that do not fit.
const FINAL_ERRORS: [&str; 14] = [
    "E0061", "E0282", "E0283", "E0308", "E0369", "E0405", "E0412", "E0422", "E0423", "E0425",
    "E0432", "E0433", "E0599", "E0609",
];
/// The file with the errors of the last failed pass, in the working folder.
const ERRORS_FILE: &str = "errors.json";

/// The result of a run of rustc for a cell.
pub(super) struct RustcRun {
    pub(super) status: ExitStatus,
    /// Lines of JSON: diagnostics, and, for cargo, the files that were written.
    pub(super) messages: Vec<String>,
    /// The time that linking took; zero if it was not measured.
    pub(super) link_ms: f64,
}

/// Runs the compiler until it ends or its cell is interrupted.
pub(super) fn run(stand_in: &StandIn, command: &mut Command) -> io::Result<RustcRun> {
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let guard = CancelGuard::of(&child, stand_in.work());
    let mut messages = Vec::new();
    let mut link_ms = 0.0;
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            if line.starts_with('{') {
                messages.push(without_our_trait(line));
            } else if let Some(seconds) = link_seconds(&line) {
                link_ms = seconds * 1000.0;
            } else if !line.starts_with("time:") {
                // Other lines come from a compiler that fails itself.
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
    }
    drop(guard);
    Ok(RustcRun { status: child.wait()?, messages, link_ms })
}

/// Returns the message without help that names our trait, which the author of a cell does not know.
/// evcxr would also take the mistake of its own first attempt for the author's.
fn without_our_trait(line: String) -> String {
    const TRAIT: &str = "ShowDebug";
    if !line.contains(TRAIT) {
        return line;
    }
    let Ok(mut message) = serde_json::from_str::<Value>(&line) else { return line };
    if let Some(children) = message["children"].as_array_mut() {
        children.retain(|child| !child.to_string().contains(TRAIT));
    }
    message.to_string()
}

/// Returns the message with its notes, but without their places. evcxr does not take an expression
/// that it shows for the author's own code. A note about a function of an earlier cell does point
/// into such code, and evcxr would take it for the error.
fn without_places_of_notes(diagnostic: &str) -> Cow<'_, str> {
    let message = serde_json::from_str::<Value>(diagnostic);
    let Ok(mut message) = message else { return diagnostic.into() };
    for child in message["children"].as_array_mut().into_iter().flatten() {
        if child["level"] == "note" {
            child["spans"] = Value::Array(Vec::new());
        }
    }
    message.to_string().into()
}

/// Returns the time in a line that begins with `time:   0.037;` and ends in `run_linker`.
fn link_seconds(line: &str) -> Option<f64> {
    let (time, rest) = line.strip_prefix("time:")?.split_once(';')?;
    rest.ends_with("run_linker").then(|| time.trim().parse().ok())?
}

impl RustcRun {
    /// Writes the diagnostics as cargo writes them. `shows_last` says whether the code shows its
    /// last expression.
    pub(super) fn report(&self, shows_last: bool) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        for diagnostic in self.diagnostics() {
            let diagnostic =
                &*if shows_last { without_places_of_notes(diagnostic) } else { diagnostic.into() };
            writeln!(stdout, "{{\"reason\":\"compiler-message\",\"message\":{diagnostic}}}")?;
        }
        Ok(())
    }

    /// Returns fewer hooks, if the present ones may have caused the errors.
    pub(super) fn hooks_to_blame<'a>(
        &self,
        hooks: Hooks<'a>,
        hooked: &Hooked,
    ) -> Option<Hooks<'a>> {
        if self.status.success() {
            return None;
        }
        // A trait of the user's has a method of the same name as our trait. Then the user's is
        // used.
        let shows_debug = hooks.shows_debug && !self.codes().any(|code| code == "E0034");
        // A macro can use a variable that the cell's text does not name.
        let is_missed = |name: &String| {
            let quoted = format!("`{name}`");
            self.diagnostics().any(|diagnostic| diagnostic.contains(&quoted))
        };
        let leaves_variables = hooks.leaves_variables && !hooked.left_out.iter().any(is_missed);
        // A macro can contain an `.await` that the cell's text does not show; other errors may
        // follow from it.
        let leaves_runtime = hooks.leaves_runtime && !hooked.fired.contains(&Hook::Runtime);
        let fewer = Hooks { shows_debug, leaves_variables, leaves_runtime, ..hooks };
        (fewer != hooks).then_some(fewer)
    }

    pub(super) fn failed_to_link(&self) -> bool {
        let begins = |text: &String| text.contains("\"message\":\"linking with `");
        !self.status.success() && self.diagnostics().any(begins)
    }

    fn diagnostics(&self) -> impl Iterator<Item = &String> {
        self.messages.iter().filter(|text| text.contains("\"$message_type\":\"diagnostic\""))
    }

    /// Returns the codes of the errors. An error without a code gives an empty text.
    pub(super) fn codes(&self) -> impl Iterator<Item = String> {
        self.diagnostics().filter_map(|text| {
            let diagnostic: Value = serde_json::from_str(text).ok()?;
            let message = diagnostic["message"].as_str()?;
            if diagnostic["level"] != "error" || message.starts_with("aborting due to") {
                return None;
            }
            Some(diagnostic["code"]["code"].as_str().unwrap_or("").to_owned())
        })
    }
}

/// Keeps the cell's number and the codes of its errors, or replaces older ones by an empty list.
pub(super) fn remember_errors(work: &Path, cell: &CellSettings, outcome: Option<&RustcRun>) {
    let file = work.join(ERRORS_FILE);
    let codes: Vec<String> = outcome.map(|outcome| outcome.codes().collect()).unwrap_or_default();
    // If the file is missing, evcxr's second attempt is compiled.
    let _ = match serde_json::to_vec(&(cell.number, codes)) {
        Ok(text) => fs::write(file, text),
        Err(_) => fs::remove_file(file),
    };
}

/// Says whether the last errors were this cell's, and all of them are [`FINAL_ERRORS`].
pub(super) fn has_final_errors(work: &Path, cell: usize) -> bool {
    let known = || -> Option<(usize, Vec<String>)> {
        serde_json::from_slice(&fs::read(work.join(ERRORS_FILE)).ok()?).ok()
    };
    known().is_some_and(|(number, codes)| {
        let is_final = |code: &String| FINAL_ERRORS.contains(&code.as_str());
        number == cell && !codes.is_empty() && codes.iter().all(is_final)
    })
}
