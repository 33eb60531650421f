//! The outcome of a cell for the client that sent it.

use bootcamp_evaluator::child::Report;
use bootcamp_evaluator::compile_server::CompileServer;
use bootcamp_evaluator::{Ending, Evaluator, Failure};
use bootcamp_protocol::Bundle;
use serde::{Deserialize, Serialize};

use crate::output::Summary;

/// The consequence of the end of the cells' process.
const LOST: &str = "All variables are lost; functions, types and imports are kept.";
/// The advice for a cell that did not check for interrupts.
const HOW_TO_KEEP: &str =
    "A loop that calls `check_interrupt()` now and then stops at once and keeps them.";

/// Signals that end a process, each with its name as an error, and a possible reason.
const SIGNALS: [(&str, &str, &str); 5] = [
    ("SIGABRT", "Aborted", "something ended it on purpose, such as a panic in a destructor"),
    ("SIGBUS", "BusError", "it used memory of a file that became shorter"),
    ("SIGFPE", "ArithmeticError", "a C library divided by 0"),
    ("SIGKILL", "Killed", "the system does that when the memory runs out"),
    ("SIGSEGV", "SegmentationFault", "`unsafe` code or a C library used memory not its own"),
];

/// The compiler of a cell, which knows its lines.
pub(crate) trait Compiled {
    /// Returns the failure for a panic or a failed `?`, with the cell's own line.
    fn failure_of_report(&mut self, report: &Report) -> Failure;

    /// Returns one line about a panic that did not end the cell.
    fn note_of_report(&mut self, report: &Report) -> String;

    /// Notes that the cells' process has ended, and that its variables are lost.
    fn forget_variables(&mut self);
}

impl Compiled for Evaluator {
    fn failure_of_report(&mut self, report: &Report) -> Failure {
        self.failure_of_report(report)
    }

    fn note_of_report(&mut self, report: &Report) -> String {
        self.note_of_report(report)
    }

    fn forget_variables(&mut self) {
        self.forget_variables();
    }
}

impl Compiled for CompileServer {
    fn failure_of_report(&mut self, report: &Report) -> Failure {
        self.failure_of_report(report)
    }

    fn note_of_report(&mut self, report: &Report) -> String {
        self.note_of_report(report)
    }

    /// Does nothing. If one process had all variables, the relay has already reported its end to
    /// evcxr.
    fn forget_variables(&mut self) {}
}

/// The effect of an interrupt on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Interrupt {
    /// There was no interrupt.
    None,
    /// The cell was asked to stop.
    Asked,
    /// Its process was killed.
    Killed,
}

/// Returns the outcome of a cell for the client that sent it: its result, or why it failed. Panics
/// that did not end the cell are reported by `note`.
pub(crate) fn classify(
    compiled: &mut dyn Compiled,
    ending: Ending,
    interrupt: Interrupt,
    summary: &Summary,
    mut note: impl FnMut(String),
) -> Result<Option<Bundle>, Failure> {
    let interrupted = Failure::interrupted();
    let stopped = !matches!(ending, Ending::Ran(_)) || summary.stopped;
    match interrupt {
        Interrupt::Killed => {
            if !matches!(ending, Ending::ProcessEnded(_)) {
                // The process was killed, but evcxr has not noticed it, and keeps the variables.
                compiled.forget_variables();
            }
            return Err(interrupted.with_note(LOST).with_note(HOW_TO_KEEP));
        }
        // The process may also have ended by itself, just before the interrupt.
        Interrupt::Asked if stopped && !matches!(ending, Ending::ProcessEnded(_)) => {
            return Err(interrupted.with_note("All variables that were there before are kept."));
        }
        _ => {}
    }
    let reason = match &ending {
        Ending::Ran(_) if summary.stopped => summary.last_panic(),
        // A panic that cannot unwind, such as one in a destructor, aborts the process.
        Ending::ProcessEnded(how) if how.contains("SIGABRT") => summary.last_panic(),
        _ => None,
    };
    for (index, report) in summary.panics.iter().enumerate() {
        if Some(index) != reason {
            note(compiled.note_of_report(report));
        }
    }
    let failure = reason.map(|index| compiled.failure_of_report(&summary.panics[index]));
    match ending {
        Ending::Ran(_) if summary.stopped => {
            Err(failure.unwrap_or_else(|| Failure::plain("panic", "the cell panicked")))
        }
        Ending::Ran(result) => Ok(result),
        Ending::Failed(failure) => Err(failure),
        Ending::ProcessEnded(how) => {
            let status = how.rsplit("terminated with status: ").next().unwrap_or(&how).trim();
            let (ename, ended) = end_of_process(status, &summary.last_words);
            Err(match failure {
                Some(failure) => failure.with_note(&format!("{ended}. {LOST}")),
                None => Failure::plain(ename, &ended).with_note(LOST),
            })
        }
    }
}

/// Returns the meaning of the end of the cells' process: a name, and a sentence.
fn end_of_process(status: &str, last_words: &str) -> (&'static str, String) {
    if last_words.contains("has overflowed its stack") {
        let why = "a function calls itself without end, or a large array is a local variable";
        return ("StackOverflow", format!("the stack overflowed: {why}"));
    }
    let known = SIGNALS.iter().find(|(signal, _, _)| status.contains(signal));
    let Some((_, ename, why)) = known else {
        let text = format!("the cell's process ended with {status}");
        return ("ProcessEnded", text);
    };
    (ename, format!("the cell's process ended with {status}: {why}"))
}
