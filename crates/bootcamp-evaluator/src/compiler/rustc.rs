//! What a run of rustc said about a cell.

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

/// Errors that evcxr's wrapper round a cell neither causes nor changes: names, types and
/// traits that do not fit.
const FINAL_ERRORS: [&str; 14] = [
    "E0061", "E0282", "E0283", "E0308", "E0369", "E0405", "E0412", "E0422", "E0423", "E0425",
    "E0432", "E0433", "E0599", "E0609",
];
/// The errors of the last failed pass, in the working folder.
const ERRORS_FILE: &str = "errors.json";

/// What a run of rustc said about a cell.
pub(super) struct RustcRun {
    pub(super) status: ExitStatus,
    /// Lines of JSON: diagnostics, and for cargo what was written.
    pub(super) messages: Vec<String>,
    /// How long linking took, when it was asked for.
    pub(super) link_ms: f64,
}

/// Runs the compiler, until its cell is interrupted.
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
                // The compiler itself is in trouble.
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
    }
    drop(guard);
    Ok(RustcRun { status: child.wait()?, messages, link_ms })
}

/// The message without help that names our trait, which a cell's author does not know. It
/// would also make evcxr take its own first try for the author's mistake.
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

/// The message with its notes, but not where these belong. To evcxr, an expression that it
/// shows is not the author's own code; a note about a function of an earlier cell is, and would
/// be taken for the error.
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

/// The time in a line that begins with `time:   0.037;` and ends in `run_linker`.
fn link_seconds(line: &str) -> Option<f64> {
    let (time, rest) = line.strip_prefix("time:")?.split_once(';')?;
    rest.ends_with("run_linker").then(|| time.trim().parse().ok())?
}

impl RustcRun {
    /// Writes the diagnostics as cargo writes them, for code that shows its last expression or
    /// does not.
    pub(super) fn report(&self, shows_last: bool) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        for diagnostic in self.diagnostics() {
            let diagnostic =
                &*if shows_last { without_places_of_notes(diagnostic) } else { diagnostic.into() };
            writeln!(stdout, "{{\"reason\":\"compiler-message\",\"message\":{diagnostic}}}")?;
        }
        Ok(())
    }

    /// Fewer hooks, when the errors may come of those that there were.
    pub(super) fn hooks_to_blame<'a>(
        &self,
        hooks: Hooks<'a>,
        hooked: &Hooked,
    ) -> Option<Hooks<'a>> {
        if self.status.success() {
            return None;
        }
        // A trait of the user's has a method of the same name as ours: then it is theirs.
        let shows_debug = hooks.shows_debug && !self.codes().any(|code| code == "E0034");
        // A macro can name a variable that no word of the cell does.
        let is_missed = |name: &String| {
            let quoted = format!("`{name}`");
            self.diagnostics().any(|diagnostic| diagnostic.contains(&quoted))
        };
        let leaves_variables = hooks.leaves_variables && !hooked.left_out.iter().any(is_missed);
        // A macro can wait where no word of the cell does; other errors may come of that.
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

    /// The codes of the errors; an error without one has an empty code.
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

/// Keeps the cell's number and the errors' codes, or forgets older ones.
pub(super) fn remember_errors(work: &Path, cell: &CellSettings, outcome: Option<&RustcRun>) {
    let file = work.join(ERRORS_FILE);
    let codes: Vec<String> = outcome.map(|outcome| outcome.codes().collect()).unwrap_or_default();
    // Without the file, evcxr's second try is compiled.
    let _ = match serde_json::to_vec(&(cell.number, codes)) {
        Ok(text) => fs::write(file, text),
        Err(_) => fs::remove_file(file),
    };
}

/// Whether the last errors were this cell's, and all of them of the kind that stays.
pub(super) fn has_final_errors(work: &Path, cell: usize) -> bool {
    let known = || -> Option<(usize, Vec<String>)> {
        serde_json::from_slice(&fs::read(work.join(ERRORS_FILE)).ok()?).ok()
    };
    known().is_some_and(|(number, codes)| {
        let is_final = |code: &String| FINAL_ERRORS.contains(&code.as_str());
        number == cell && !codes.is_empty() && codes.iter().all(is_final)
    })
}
