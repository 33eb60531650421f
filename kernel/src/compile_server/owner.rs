//! The owner's side of a compile server.

use std::io::{self, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::{Line, Order, Return, Said};
use crate::child::Report;
use crate::evaluator::{Cell, Ending};
use crate::failure::Failure;
use crate::signals::{POLL_INTERVAL, Signals};
use crate::verdict::Compiled;

/// What is to be run for a compiled cell: a function of a library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Library {
    pub(crate) path: PathBuf,
    pub(crate) function: String,
}

/// A compile server of one's own; it ends with its owner.
#[derive(Debug)]
pub(crate) struct CompileServer {
    process: Child,
    line: Line,
    signals: &'static Signals,
    /// It does not answer any more, or not what was asked.
    is_gone: bool,
}

impl CompileServer {
    /// Starts a compile server, which takes some seconds; `prepare` gives it the environment that
    /// the owner was started in.
    pub(crate) fn start(prepare: impl FnOnce(&mut Command)) -> anyhow::Result<Self> {
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
                Some(Said::Call(_)) => line.say(&Return::new(true))?,
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

    /// Compiles a cell, which is then to be run and settled. A compiler is stopped when the cell is
    /// interrupted. The error is the ending of a cell that does not compile, or has nothing to run.
    pub(crate) fn compile(
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
        let said = self.line.say(message).and_then(|()| self.line.hear_while(waiting));
        let failure = match said {
            Ok(Some(Said::Call(library))) => return Ok(library),
            Ok(Some(Said::Ended(ending))) => return Err(ending),
            Ok(_) => gone(),
            Err(error) => gone().with_note(&error.to_string()),
        };
        self.is_gone = true;
        Err(Ending::Failed(failure))
    }

    /// Whether another one is needed.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Forgets what its cells have defined.
    pub(crate) fn clear(&mut self) {
        self.ask(&Order::Clear);
    }

    fn ask(&mut self, order: &Order) -> Option<Said> {
        let mut ask = || {
            self.line.say(order)?;
            loop {
                match self.line.hear()? {
                    // Another child of evcxr's starts with a cell of its own.
                    Some(Said::Call(_)) => self.line.say(&Return::new(true))?,
                    said => return io::Result::Ok(said),
                }
            }
        };
        let said = ask().ok().flatten();
        self.is_gone |= said.is_none();
        said
    }
}

/// A compiled cell. evcxr waits until it is [settled](Self::settle); if it is dropped before, it
/// counts as one that failed.
#[derive(Debug)]
#[must_use = "the cell is to be run and settled"]
pub(crate) struct CompiledCell<'a> {
    compile_server: &'a mut CompileServer,
    library: Library,
    is_settled: bool,
}

impl CompiledCell<'_> {
    /// What is to be run.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Tells evcxr how the library's function ended. Without an ending, evcxr has compiled another
    /// library for the cell, which is to be run and settled, too.
    pub(crate) fn settle(
        &mut self,
        ended: &Return,
        is_interrupted: impl Fn() -> bool,
    ) -> Option<Ending> {
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

impl Compiled for CompileServer {
    fn failure_of_report(&mut self, report: &Report) -> Failure {
        match self.ask(&Order::Failure(report.clone())) {
            Some(Said::Failure(failure)) => failure,
            _ => Failure::plain(&report.kind, &report.message),
        }
    }

    fn note_of_report(&mut self, report: &Report) -> String {
        match self.ask(&Order::Note(report.clone())) {
            Some(Said::Note(note)) => note,
            _ => format!("{}\n", report.message),
        }
    }

    /// The relay has told evcxr already, where one process had all variables.
    fn forget_variables(&mut self) {}
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

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use super::*;
    use crate::evcxr_protocol::PANIC_LINE;
    use crate::signals::{EMPTY, FILE};

    /// A compile server whose process is played by `play`.
    fn played(play: impl FnOnce(Line) + Send + 'static) -> CompileServer {
        let work = tempfile::tempdir().unwrap();
        fs::write(work.path().join(FILE), EMPTY).unwrap();
        let signals = Signals::open(work.path()).unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(POLL_INTERVAL)).unwrap();
        thread::spawn(move || play(Line(BufReader::new(theirs))));
        let process = Command::new("true").spawn().unwrap();
        CompileServer { process, line: Line(BufReader::new(ours)), signals, is_gone: false }
    }

    fn cell() -> Cell {
        Cell::whole("let x = 1;".to_owned(), "cell [1]")
    }

    fn compiled(line: &mut Line, function: &str) {
        let library = Library { path: PathBuf::new(), function: function.to_owned() };
        line.say(&Said::Call(library)).unwrap();
    }

    #[test]
    fn a_cell_is_compiled_then_settled() {
        let mut compile_server = played(|mut line| {
            let Ok(Some(Order::Run(_))) = line.hear() else { panic!() };
            compiled(&mut line, "first");
            let Ok(Some(Return::Ended(_))) = line.hear() else { panic!() };
            compiled(&mut line, "again");
            let Ok(Some(Return::Ended(lines))) = line.hear() else { panic!() };
            line.say(&Said::Ended(Ending::ProcessEnded(lines.concat()))).unwrap();
        });
        let mut cell = compile_server.compile(&cell(), || false).unwrap();
        assert_eq!(cell.library().function, "first");
        assert!(cell.settle(&Return::new(true), || false).is_none());
        assert_eq!(cell.library().function, "again");
        let ending = cell.settle(&Return::Ended(vec!["lines".to_owned()]), || false);
        assert!(matches!(ending, Some(Ending::ProcessEnded(lines)) if lines == "lines"));
    }

    #[test]
    fn a_cell_that_is_dropped_has_failed_and_another_one_is_compiled() {
        let mut compile_server = played(|mut line| {
            for function in ["dropped", "settled"] {
                let Ok(Some(Order::Run(_))) = line.hear() else { panic!() };
                compiled(&mut line, function);
                let Ok(Some(Return::Ended(lines))) = line.hear() else { panic!() };
                assert_eq!(lines == [PANIC_LINE], function == "dropped");
                line.say(&Said::Ended(Ending::Ran(None))).unwrap();
            }
        });
        let early_error = |compile_server: &mut CompileServer| -> io::Result<()> {
            let _cell = compile_server.compile(&cell(), || false).unwrap();
            Err(io::ErrorKind::Other.into())
        };
        early_error(&mut compile_server).unwrap_err();
        assert!(!compile_server.is_gone());
        let mut cell = compile_server.compile(&cell(), || false).unwrap();
        assert_eq!(cell.library().function, "settled");
        assert!(matches!(cell.settle(&Return::new(true), || false), Some(Ending::Ran(None))));
    }

    #[test]
    fn a_compile_server_that_dies_ends_its_cell() {
        let dies = |mut line: Line| {
            let Ok(Some(Order::Run(_))) = line.hear() else { panic!() };
            compiled(&mut line, "first");
        };
        let mut compile_server = played(dies);
        let mut settled = compile_server.compile(&cell(), || false).unwrap();
        let Some(Ending::Failed(failure)) = settled.settle(&Return::Died, || false) else {
            panic!()
        };
        assert_eq!(failure.ename, "CompileServerEnded");
        drop(settled);
        assert!(compile_server.is_gone());
        let mut compile_server = played(dies);
        drop(compile_server.compile(&cell(), || false).unwrap());
        assert!(compile_server.is_gone());
    }
}
