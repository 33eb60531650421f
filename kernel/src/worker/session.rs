//! A cell on the worker thread: what it, and the magics in it, may do.

use std::path::PathBuf;
use std::time::Instant;

use bootcamp_cell::Bundle;
use jupyter_protocol::Payload;

use super::state::{Phase, State};
use crate::code::ends_in_expression;
use crate::evaluator::{Cell, Evaluator, Failure};
use crate::output::{CellOutput, Outputs};
use crate::phases::{Phases, milliseconds};
use crate::verdict::{Interrupt, judge};

/// A cell that is being run.
pub(crate) struct Session<'a> {
    evaluator: &'a mut Evaluator,
    outputs: &'a Outputs,
    state: &'a State,
    /// The whole cell.
    written: String,
    output: CellOutput,
    phases: Phases,
    payload: Vec<Payload>,
}

impl<'a> Session<'a> {
    pub(super) fn begin(
        evaluator: &'a mut Evaluator,
        outputs: &'a Outputs,
        state: &'a State,
        written: &str,
        output: CellOutput,
    ) -> Self {
        Self {
            evaluator,
            outputs,
            state,
            written: written.to_owned(),
            output,
            phases: Phases::default(),
            payload: Vec::new(),
        }
    }

    pub(super) fn end(self) -> (Phases, Vec<Payload>) {
        (self.phases, self.payload)
    }

    /// Compiles and runs Rust.
    pub(crate) fn run_code(&mut self, code: &str) -> Result<(), Failure> {
        let ends_in_expression = ends_in_expression(code);
        self.outputs.begin(CellOutput { ends_in_expression, ..self.output.clone() });
        let label = self.output.execution_count.to_string();
        let started = Instant::now();
        let cell = Cell { code: code.to_owned(), written: self.written.clone(), label };
        let ending = self.evaluator.run(&cell);
        let total = milliseconds(started);
        let interrupt = match self.state.phase() {
            Phase::Interrupted(_) => Interrupt::Asked,
            Phase::Killed => Interrupt::Killed,
            Phase::Idle | Phase::Waiting | Phase::Running => Interrupt::None,
        };
        let summary = self.outputs.end();
        self.phases += Phases::new(total, &self.evaluator.passes(), summary.times);
        judge(self.evaluator, ending, interrupt, &summary, self.outputs)
    }

    /// An error when the cell is to stop.
    pub(crate) fn check_interrupt(&self) -> Result<(), Failure> {
        match self.state.phase() {
            Phase::Interrupted(_) | Phase::Killed => {
                Err(Failure::plain("Interrupted", "the cell was interrupted"))
            }
            Phase::Idle | Phase::Waiting | Phase::Running => Ok(()),
        }
    }

    /// Where the time of the cell went so far.
    pub(crate) fn phases(&self) -> Phases {
        self.phases.clone()
    }

    /// Shows text under the cell.
    pub(crate) fn print(&self, text: &str) {
        self.outputs.print(self.output.clone(), text.to_owned());
    }

    /// Shows a bundle under the cell.
    pub(crate) fn show(&self, bundle: Bundle) {
        self.outputs.show(self.output.clone(), bundle);
    }

    /// Hands something to the front end with the reply.
    pub(crate) fn hand_over(&mut self, payload: Payload) {
        self.payload.push(payload);
    }

    /// The optimization level that was set, if one was.
    pub(crate) fn level(&self) -> Option<String> {
        self.evaluator.level()
    }

    pub(crate) fn set_level(&mut self, level: Option<String>) {
        self.evaluator.set_level(level);
    }

    /// The variables and their types.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        self.evaluator.variables_and_types()
    }

    /// The folder that the cells work in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.evaluator.folder()
    }
}
