//! Passes the outputs of cells on to the front end.
//!
//! One task reads the child's pipes and sockets, and publishes in order. A display (or the cell's
//! end) is answered only after everything that was printed before it has been read.

mod console;
mod event;
mod marks;
mod pipe;
mod publication;
mod requests;
mod scanner;
mod socket;
mod stdin;
mod text;
mod transcript;

use std::io;
use std::sync::Arc;

use bootcamp_evaluator::Work;
use bootcamp_evaluator::child::Report;
use bootcamp_evaluator::phases::Times;
use bootcamp_protocol::Bundle;
use bootcamp_protocol::{EngineRequest, Reply, Tested};
use jupyter_protocol::JupyterMessageContent;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::frontend::{Asker, Parent, Publisher, showing};

/// The events of a cell beside its output.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// True if a panic or a failed `?` ended the cell.
    pub(crate) stopped: bool,
    /// All panics, in order. The failure of a `?` counts as one.
    pub(crate) panics: Vec<Report>,
    /// The results of the cell's tests.
    pub(crate) tests: Vec<Tested>,
    /// The end of the text on standard error.
    pub(crate) last_words: String,
    /// The child's times for the cell.
    pub(crate) times: Times,
}

impl Summary {
    /// Returns the panic that ended a cell: the last one of its thread, or that of a thread which
    /// worked for it, as rayon's do. The core library's own panic while it aborts is left out,
    /// because the panic before it is the reason.
    pub(crate) fn last_panic(&self) -> Option<usize> {
        let is_reason = |report: &Report| !report.file.ends_with("core/src/panicking.rs");
        let in_cell = |report: &Report| report.in_cell_thread && is_reason(report);
        let panics = &self.panics;
        panics.iter().rposition(in_cell).or_else(|| panics.iter().rposition(is_reason))
    }
}

/// The cell whose output is being published.
#[derive(Clone, Debug)]
pub(crate) struct CellOutput {
    pub(crate) parent: Parent,
    pub(crate) execution_count: usize,
    /// True if the cell ends in an expression. The display of this expression is the cell's result.
    pub(crate) ends_in_expression: bool,
    /// True if nothing is published (`silent` requests, the kernel's own cells).
    pub(crate) silent: bool,
}

/// Answers the requests of cells to a cluster's engines. An answer may take as long as the engines
/// work.
pub(crate) trait Engines: Send + Sync {
    fn answer(&self, request: EngineRequest) -> Reply;
}

enum Command {
    Begin(CellOutput, oneshot::Sender<()>),
    Note(String, oneshot::Sender<()>),
    Print(CellOutput, String, oneshot::Sender<()>),
    Publish(CellOutput, JupyterMessageContent, oneshot::Sender<()>),
    Result(Bundle, oneshot::Sender<()>),
    Ask(CellOutput, String, bool, oneshot::Sender<oneshot::Receiver<Result<String, String>>>),
    End(oneshot::Sender<Summary>),
}

/// A handle to the task. The worker thread sends it the beginning and the end of cells.
#[derive(Clone, Debug)]
pub(crate) struct Outputs {
    commands: mpsc::Sender<Command>,
}

impl Outputs {
    /// Opens the pipes and sockets in `work` and starts the task.
    pub(crate) fn start(
        work: &Arc<Work>,
        publisher: Publisher,
        asker: Asker,
        engines: Option<Arc<dyn Engines>>,
    ) -> io::Result<Self> {
        let (commands, receiver) = mpsc::channel(16);
        console::start(work, receiver, publisher, asker, engines)?;
        Ok(Self { commands })
    }

    /// Assigns all further output to this cell. For the worker thread.
    pub(crate) fn begin(&self, cell: CellOutput) {
        self.call(|done| Command::Begin(cell, done));
    }

    /// Publishes a remark about the cell, as text of standard error.
    pub(crate) fn note(&self, text: String) {
        self.call(|done| Command::Note(text, done));
    }

    /// Publishes text of the kernel itself for a cell.
    pub(crate) fn print(&self, cell: CellOutput, text: String) {
        self.call(|done| Command::Print(cell, text, done));
    }

    /// Publishes a display of the kernel itself for a cell.
    pub(crate) fn show(&self, cell: CellOutput, bundle: Bundle) {
        self.publish(cell, showing::display(bundle, None).into());
    }

    /// Publishes a message of the kernel itself for a cell.
    pub(crate) fn publish(&self, cell: CellOutput, content: JupyterMessageContent) {
        self.call(|done| Command::Publish(cell, content, done));
    }

    /// Asks the person at the notebook on behalf of a cell. An error says why the person cannot be
    /// asked.
    pub(crate) fn ask(
        &self,
        cell: CellOutput,
        prompt: String,
        password: bool,
    ) -> Option<oneshot::Receiver<Result<String, String>>> {
        self.call(|done| Command::Ask(cell, prompt, password, done))
    }

    /// Publishes the cell's result.
    pub(crate) fn result(&self, bundle: Bundle) {
        self.call(|done| Command::Result(bundle, done));
    }

    /// Waits until all output of the cell is published.
    pub(crate) fn end(&self) -> Summary {
        self.call(Command::End).unwrap_or_default()
    }

    fn call<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.commands.blocking_send(command(sender)).ok()?;
        receiver.blocking_recv().ok()
    }
}
