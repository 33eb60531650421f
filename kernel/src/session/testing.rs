//! The results of the tests of a cell.

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::child::Report;
use bootcamp_protocol::{Panic, Tested};

use super::Session;

impl Session<'_> {
    /// Returns the results of the tests of the Rust that ran last.
    pub(crate) fn tests(&self) -> &[Tested] {
        &self.tests
    }

    /// Returns the failure for a panic of a test, with the cell's own line.
    pub(crate) fn failure_of(&self, panic: &Panic) -> Failure {
        self.evaluator.failure_of_test(&report_of(panic))
    }

    /// Returns the place of a panic of a test, as in `cell [3], line 4`.
    pub(crate) fn place_of(&self, panic: &Panic) -> String {
        self.evaluator.place_of_report(&report_of(panic))
    }
}

fn report_of(panic: &Panic) -> Report {
    Report {
        kind: panic.kind.clone(),
        message: panic.message.clone(),
        file: panic.file.clone(),
        line: panic.line as usize,
        column: panic.column as usize,
        in_cell_thread: true,
        calls: Vec::new(),
    }
}
