//! A cell on the worker thread: the operations that the cell, and the magics in it, can use.

mod engines;
mod languages;
mod testing;
mod variables;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use std::{env, io, mem, thread};

use bootcamp_evaluator::phases::{Phases, milliseconds};
use bootcamp_evaluator::signals::POLL_INTERVAL;
use bootcamp_evaluator::{Cell, Ending, Evaluator, Failure};
use bootcamp_protocol::Bundle;
use bootcamp_protocol::Tested;
use bootcamp_syntax::cell::ends_in_expression;
use bootcamp_syntax::command::commands;
use jupyter_protocol::{JupyterMessageContent, Payload};
use tokio::sync::oneshot::error::TryRecvError;

use crate::cluster::Cluster;
use crate::frontend::Kept;
use crate::history::{Entry, History};
use crate::interrupts::State;
use crate::languages::Languages;
use crate::outcome::{Interrupt, classify};
use crate::output::{CellOutput, Outputs};

pub(crate) use languages::Wanted;
pub(crate) use variables::Described;

/// The parts that all cells of a session share.
pub(crate) struct Shared {
    pub(crate) outputs: Outputs,
    pub(crate) history: History,
    pub(crate) state: Arc<State>,
    pub(crate) cluster: Cluster,
    pub(crate) languages: Languages,
}

/// A cell that is being run.
pub(crate) struct Session<'a> {
    evaluator: &'a mut Evaluator,
    shared: &'a Shared,
    /// The text of the whole cell, or of the file that it runs.
    written: String,
    /// The name of the cell in errors.
    label: String,
    /// The files that are being run, each one by the one before it.
    files: Vec<PathBuf>,
    output: CellOutput,
    phases: Phases,
    /// The results of the tests of the Rust that ran last.
    tests: Vec<Tested>,
    payload: Vec<Payload>,
}

impl<'a> Session<'a> {
    pub(crate) fn begin(
        evaluator: &'a mut Evaluator,
        shared: &'a Shared,
        written: &str,
        output: CellOutput,
    ) -> Self {
        Self {
            evaluator,
            shared,
            written: written.to_owned(),
            label: format!("cell [{}]", output.execution_count),
            files: Vec::new(),
            output,
            phases: Phases::default(),
            tests: Vec::new(),
            payload: Vec::new(),
        }
    }

    pub(crate) fn end(self) -> (Phases, Vec<Payload>) {
        (self.phases, self.payload)
    }

    /// Compiles and runs Rust.
    pub(crate) fn run_code(&mut self, code: &str) -> Result<(), Failure> {
        if let Some(quit) = commands(code).find(|command| command.name == ":quit") {
            return self.quit(&[&code[..quit.line.start], &code[quit.line.end..]].concat());
        }
        let ends_in_expression = ends_in_expression(code);
        let outputs = &self.shared.outputs;
        outputs.begin(CellOutput { ends_in_expression, ..self.output.clone() });
        let cell = self.cell(code);
        let started = Instant::now();
        let ending = self.evaluator.run(&cell);
        let total = milliseconds(started);
        let interrupt = self.shared.state.interrupted();
        let mut summary = outputs.end();
        self.tests = mem::take(&mut summary.tests);
        let evaluator = &self.evaluator;
        let dependencies = evaluator.dependencies_ms();
        self.phases += Phases::new(total, dependencies, &evaluator.passes(), summary.times);
        if !matches!(ending, Ending::Failed(_)) {
            self.shared.cluster.note(code);
        }
        let note = |text| outputs.note(text);
        if let Some(bundle) = classify(self.evaluator, ending, interrupt, &summary, note)? {
            outputs.result(bundle);
        }
        Ok(())
    }

    /// Runs the rest of the cell, and then asks the front end to close. evcxr would end the kernel
    /// at once, with all variables.
    fn quit(&mut self, rest: &str) -> Result<(), Failure> {
        self.run_code(rest)?;
        self.print("A notebook's kernel ends by the menu: Kernel, Shut Down Kernel.\n");
        self.add_payload(Payload::AskExit { keepkernel: false });
        Ok(())
    }

    /// Returns a part of the cell in the form that is compiled.
    pub(crate) fn cell(&self, code: &str) -> Cell {
        let (written, label) = (self.written.clone(), self.label.clone());
        Cell { code: code.to_owned(), written, label }
    }

    /// Runs the code of a file. Errors name the file.
    pub(crate) fn in_file<T>(
        &mut self,
        path: PathBuf,
        label: &str,
        text: &str,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let written = mem::replace(&mut self.written, text.to_owned());
        let label = mem::replace(&mut self.label, label.to_owned());
        self.files.push(path);
        let result = run(self);
        self.files.pop();
        (self.written, self.label) = (written, label);
        result
    }

    /// Says whether a file is being run.
    pub(crate) fn is_in_file(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path)
    }

    /// Keeps all output meanwhile, and shows nothing of it.
    pub(crate) fn capture<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Kept) {
        let parent = self.output.parent.captured();
        let parent = mem::replace(&mut self.output.parent, parent);
        let result = run(self);
        let captured = mem::replace(&mut self.output.parent, parent);
        // This ends the capture, so that output of a thread after it is shown.
        self.print("");
        (result, captured.take_kept())
    }

    /// Fails if the cell is to stop.
    pub(crate) fn check_interrupt(&self) -> Result<(), Failure> {
        match self.shared.state.interrupted() {
            Interrupt::None => Ok(()),
            Interrupt::Asked | Interrupt::Killed => Err(Failure::interrupted()),
        }
    }

    /// Returns the time of each phase of the cell so far.
    pub(crate) fn phases(&self) -> Phases {
        self.phases.clone()
    }

    /// Shows text under the cell.
    pub(crate) fn print(&self, text: &str) {
        self.shared.outputs.print(self.output.clone(), text.to_owned());
    }

    /// Shows a bundle under the cell.
    pub(crate) fn show(&self, bundle: Bundle) {
        self.shared.outputs.show(self.output.clone(), bundle);
    }

    /// Publishes a message of the kernel's own for the cell.
    pub(crate) fn publish(&self, content: JupyterMessageContent) {
        self.shared.outputs.publish(self.output.clone(), content);
    }

    /// Returns an id for a display that changes while the cell runs.
    pub(crate) fn display_name(&self, what: &str) -> String {
        format!("{what}-{}-{}", std::process::id(), self.output.execution_count)
    }

    /// Asks the person at the notebook. The inner error says why the person cannot be asked.
    pub(crate) fn ask(
        &self,
        prompt: &str,
        password: bool,
    ) -> Result<Result<String, String>, Failure> {
        let asked = self.shared.outputs.ask(self.output.clone(), prompt.to_owned(), password);
        let Some(mut answer) = asked else { return Ok(Err("the kernel ends".to_owned())) };
        loop {
            match answer.try_recv() {
                Ok(answer) => return Ok(answer),
                Err(TryRecvError::Closed) => {
                    return Ok(Err("the question was given up".to_owned()));
                }
                Err(TryRecvError::Empty) => {
                    self.check_interrupt()?;
                    thread::sleep(POLL_INTERVAL);
                }
            }
        }
    }

    /// Adds a payload to the reply for the front end.
    pub(crate) fn add_payload(&mut self, payload: Payload) {
        self.payload.push(payload);
    }

    /// Returns the optimization level that the user chose, if any.
    pub(crate) fn level(&self) -> Option<String> {
        self.evaluator.level()
    }

    pub(crate) fn set_level(&mut self, level: Option<String>) {
        self.evaluator.set_level(level);
    }

    /// Calls `act` at another optimization level.
    pub(crate) fn at_level<T>(
        &mut self,
        level: Option<String>,
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.level();
        self.set_level(level);
        let done = act(self);
        self.set_level(before);
        done
    }

    /// Returns the variables and their types.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        self.evaluator.variables_and_types()
    }

    /// Forgets variables, functions, types and imports.
    pub(crate) fn reset(&mut self) -> Result<(), Failure> {
        self.shared.cluster.forget_definitions();
        self.evaluator.clear()
    }

    /// Returns the inputs of this session, in order. This cell is the last one, unless it is not
    /// counted.
    pub(crate) fn inputs(&self) -> Vec<Entry> {
        self.shared.history.own()
    }

    /// Returns the folder that the cells work in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.evaluator.folder()
    }

    /// Returns the folder before the last change by [`note_folder`](Self::note_folder).
    pub(crate) fn folder_before(&self) -> Option<PathBuf> {
        self.evaluator.folder_before()
    }

    /// Notes that the cells have changed their folder, so that the processes that follow begin
    /// there.
    pub(crate) fn note_folder(&mut self, from: PathBuf) -> io::Result<()> {
        env::set_current_dir(self.folder())?;
        self.evaluator.set_folder_before(from);
        Ok(())
    }

    /// Sets an environment variable of the processes that follow.
    pub(crate) fn set_variable(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.evaluator.set_variable(name, value)
    }
}
