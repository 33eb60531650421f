//! The owner's side of a compile server.

use std::io::{self, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::{Line, Order, Return, Said};
use crate::cell::Cell;
use crate::child::Report;
use crate::error::Error;
use crate::evaluator::Ending;
use crate::failure::Failure;
use crate::signals::{POLL_INTERVAL, Signals};

/// A compiled cell: the library and its function that is to be run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Library {
    /// Where the library is.
    pub path: PathBuf,
    /// The name of the function.
    pub function: String,
}

/// A compile server of one's own; it ends with its owner.
#[derive(Debug)]
pub struct CompileServer {
    process: Child,
    line: Line,
    signals: &'static Signals,
    /// It does not answer any more, or not what was asked.
    is_gone: bool,
}

impl CompileServer {
    /// Starts a compile server, which takes some seconds; `prepare` gives it the environment that
    /// the owner was started in.
    ///
    /// # Errors
    /// When it cannot start: why.
    pub fn start(prepare: impl FnOnce(&mut Command)) -> Result<Self, Error> {
        Self::try_start(prepare).map_err(|error| Error::start(&error))
    }

    fn try_start(prepare: impl FnOnce(&mut Command)) -> anyhow::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(crate::program::path()?);
        command.arg("compile-server").stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
        prepare(&mut command);
        let mut process = command.spawn()?;
        drop(command);
        ours.set_read_timeout(Some(POLL_INTERVAL))?;
        let mut line = Line(BufReader::new(ours));
        let work = loop {
            match line.hear()? {
                // evcxr's first cells are for nobody to run.
                Some(Said::Call(_)) => line.say(&Return::Ended(Vec::new()))?,
                Some(Said::Ready(work)) => break work,
                said => {
                    drop(line);
                    let _ = process.wait();
                    let Some(Said::NotReady(why)) = said else {
                        anyhow::bail!("the compile server ended; the server's output says why");
                    };
                    anyhow::bail!(why);
                }
            }
        };
        Ok(Self { process, line, signals: Signals::open(&work)?, is_gone: false })
    }

    /// Compiles a cell and has it run by `call`. A compiler is stopped when `interrupted`.
    pub fn run(
        &mut self,
        cell: &Cell,
        interrupted: impl Fn() -> bool,
        mut call: impl FnMut(&Library) -> Return,
    ) -> Ending {
        self.signals.clear();
        let mut run = |compile_server: &mut Self| -> io::Result<Option<Ending>> {
            compile_server.line.say(&Order::Run(cell.clone()))?;
            loop {
                let heard = compile_server.line.hear_while(|| {
                    if interrupted() {
                        compile_server.signals.ask();
                    }
                });
                match heard? {
                    Some(Said::Call(library)) => compile_server.line.say(&call(&library))?,
                    Some(Said::Ended(ending)) => return Ok(Some(ending)),
                    _ => return Ok(None),
                }
            }
        };
        let ended = run(self);
        self.is_gone = !matches!(ended, Ok(Some(_)));
        match ended {
            Ok(Some(ending)) => ending,
            Ok(None) => Ending::Failed(gone()),
            Err(error) => Ending::Failed(gone().with_note(&error.to_string())),
        }
    }

    /// Whether another one is needed.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Forgets what its cells have defined.
    pub fn clear(&mut self) {
        self.ask(&Order::Clear);
    }

    fn ask(&mut self, order: &Order) -> Option<Said> {
        let mut ask = || {
            self.line.say(order)?;
            loop {
                match self.line.hear()? {
                    // Another child of evcxr's starts with a cell of its own.
                    Some(Said::Call(_)) => self.line.say(&Return::Ended(Vec::new()))?,
                    said => return io::Result::Ok(said),
                }
            }
        };
        let said = ask().ok().flatten();
        self.is_gone |= said.is_none();
        said
    }

    /// The failure that a panic or a failed `?` is, with the cell's own line.
    pub fn failure_of_report(&mut self, report: &Report) -> Failure {
        match self.ask(&Order::Failure(report.clone())) {
            Some(Said::Failure(failure)) => failure,
            _ => Failure::plain(&report.kind, &report.message),
        }
    }

    /// One line about a panic that did not end the cell.
    pub fn note_of_report(&mut self, report: &Report) -> String {
        match self.ask(&Order::Note(report.clone())) {
            Some(Said::Note(note)) => note,
            _ => format!("{}\n", report.message),
        }
    }
}

impl Drop for CompileServer {
    fn drop(&mut self) {
        // Without the socket it ends by itself, unless it is in the middle of a cell.
        let _ = self.line.0.get_ref().shutdown(std::net::Shutdown::Both);
        for _ in 0..50 {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn gone() -> Failure {
    let why = "the compile server of the engines ended; the next cell starts another";
    Failure::plain("CompileServerEnded", why)
}
