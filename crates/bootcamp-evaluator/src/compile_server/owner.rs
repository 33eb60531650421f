//! The owner's side of a compile server.

use std::io::{self, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::{Connection, Message, Order, Return};
use crate::cell::Cell;
use crate::child::Report;
use crate::error::Error;
use crate::evaluator::Ending;
use crate::failure::Failure;
use crate::signals::{POLL_INTERVAL, Signals};

/// What is to be run for a compiled cell: a function of a library.
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
    pub(super) process: Child,
    pub(super) connection: Connection,
    pub(super) signals: &'static Signals,
    /// It does not answer any more, or not what was asked.
    pub(super) is_gone: bool,
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
        let mut connection = Connection(BufReader::new(ours));
        let work = loop {
            match connection.receive()? {
                // evcxr's first cells are for nobody to run.
                Some(Message::Call(_)) => connection.send(&Return::new(true))?,
                Some(Message::Ready(work)) => break work,
                message => {
                    drop(connection);
                    let _ = process.wait();
                    let Some(Message::NotReady(why)) = message else {
                        anyhow::bail!("the compile server ended; the server's output says why");
                    };
                    anyhow::bail!(why);
                }
            }
        };
        Ok(Self { process, connection, signals: Signals::open(&work)?, is_gone: false })
    }

    /// Compiles a cell, which is then to be run and settled. A compiler is stopped when the cell is
    /// interrupted.
    ///
    /// # Errors
    /// The ending of a cell that does not compile, or has nothing to run.
    pub fn compile(
        &mut self,
        cell: &Cell,
        is_interrupted: impl Fn() -> bool,
    ) -> Result<CompiledCell<'_>, Ending> {
        self.signals.clear();
        let library = self.next_library(&Order::Run(cell.clone()), is_interrupted)?;
        Ok(CompiledCell { compile_server: self, library, is_settled: false })
    }

    /// Says something about a cell, and waits until evcxr wants a library to be run, or until the
    /// cell ends.
    fn next_library(
        &mut self,
        message: &impl Serialize,
        is_interrupted: impl Fn() -> bool,
    ) -> Result<Library, Ending> {
        let waiting = || {
            if is_interrupted() {
                self.signals.ask();
            }
        };
        let message =
            self.connection.send(message).and_then(|()| self.connection.receive_while(waiting));
        let failure = match message {
            Ok(Some(Message::Call(library))) => return Ok(library),
            Ok(Some(Message::Ended(ending))) => return Err(ending),
            Ok(_) => gone(),
            Err(error) => gone().with_note(&error.to_string()),
        };
        self.is_gone = true;
        Err(Ending::Failed(failure))
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

    fn ask(&mut self, order: &Order) -> Option<Message> {
        let mut ask = || {
            self.connection.send(order)?;
            loop {
                match self.connection.receive()? {
                    // Another child of evcxr's starts with a cell of its own.
                    Some(Message::Call(_)) => self.connection.send(&Return::new(true))?,
                    message => return io::Result::Ok(message),
                }
            }
        };
        let message = ask().ok().flatten();
        self.is_gone |= message.is_none();
        message
    }

    /// The failure that a panic or a failed `?` is, with the cell's own line.
    pub fn failure_of_report(&mut self, report: &Report) -> Failure {
        match self.ask(&Order::Failure(report.clone())) {
            Some(Message::Failure(failure)) => failure,
            _ => Failure::plain(&report.kind, &report.message),
        }
    }

    /// One line about a panic that did not end the cell.
    pub fn note_of_report(&mut self, report: &Report) -> String {
        match self.ask(&Order::Note(report.clone())) {
            Some(Message::Note(note)) => note,
            _ => format!("{}\n", report.message),
        }
    }
}

/// A compiled cell. evcxr waits until it is [settled](Self::settle); if it is dropped before, it
/// counts as one that failed.
#[derive(Debug)]
#[must_use = "the cell is to be run and settled"]
pub struct CompiledCell<'a> {
    compile_server: &'a mut CompileServer,
    library: Library,
    is_settled: bool,
}

impl CompiledCell<'_> {
    /// What is to be run.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Tells evcxr how the library's function ended. Without an ending, evcxr has compiled another
    /// library for the cell, which is to be run and settled, too.
    pub fn settle(&mut self, ended: &Return, is_interrupted: impl Fn() -> bool) -> Option<Ending> {
        match self.compile_server.next_library(ended, is_interrupted) {
            Ok(library) => {
                self.library = library;
                None
            }
            Err(ending) => {
                self.is_settled = true;
                Some(ending)
            }
        }
    }
}

impl Drop for CompiledCell<'_> {
    fn drop(&mut self) {
        while !self.is_settled {
            self.settle(&Return::new(false), || false);
        }
    }
}

impl Drop for CompileServer {
    fn drop(&mut self) {
        // Without the socket it ends by itself, unless it is in the middle of a cell.
        let _ = self.connection.0.get_ref().shutdown(std::net::Shutdown::Both);
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
