//! The compile server: a process that compiles cells which run elsewhere.
//!
//! A kernel has one for the cells of its engines, and an engine has one for source that it is
//! sent. evcxr reads its folder from the environment, so a second evaluator needs a process.
//! Its cells and variables are its own: evcxr takes the compile server's child, the relay, for
//! the process that has them, and the relay asks the compile server's owner to load and run what
//! was compiled.
//!
//! All three share one socket, as standard input of the compile server. Only one of them speaks at
//! a time, a line of JSON each. The owner gives an order. Once the cell is compiled, the relay makes
//! a call and waits for a [`Return`], while the owner has the cell run. evcxr may compile the cell
//! once more after that, and there is another call. The compile server ends with its answer.

mod owner;
pub(crate) mod relay;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::child::Report;
use crate::error::Error;
use crate::evaluator::{Ending, Evaluator};
use crate::evcxr_words::PANIC_LINE;
use crate::failure::Failure;
use crate::prebuilt::Prebuilt;
use crate::prelude::Prelude;
use crate::signals::Signals;
use crate::stand_in::{self, StandIn};
use crate::toolchain::Toolchain;
use crate::work::Work;

pub use owner::{CompileServer, CompiledCell, Library};

/// What the owner wants.
#[derive(Debug, Serialize, Deserialize)]
enum Order {
    Run(Cell),
    /// The failure that a panic is.
    Failure(Report),
    /// One line about a panic.
    Note(Report),
    /// Forget what cells have defined.
    Clear,
}

/// What the compile server says, or its relay.
#[derive(Debug, Serialize, Deserialize)]
enum Message {
    /// Orders are taken; here is the working folder.
    Ready(PathBuf),
    /// Why no orders are taken.
    NotReady(String),
    /// evcxr wants a function of a library to be run.
    Call(Library),
    Ended(Ending),
    Failure(Failure),
    Note(String),
    Cleared,
}

/// How a called function ended.
#[derive(Debug, Serialize, Deserialize)]
pub enum Return {
    /// Here are the lines that its code printed for evcxr.
    Ended(Vec<String>),
    /// Its process is gone, with all variables.
    Died,
}

impl Return {
    /// That a cell went well, or failed. If it failed, evcxr forgets the variables that are new
    /// in it.
    #[must_use]
    pub fn new(went_well: bool) -> Self {
        Self::Ended(if went_well { Vec::new() } else { vec![PANIC_LINE.to_owned()] })
    }
}

/// The compile server's end of the socket, and the relay's.
#[derive(Debug)]
struct Connection(BufReader<UnixStream>);

impl Connection {
    fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.0.get_mut().write_all(&line)
    }

    /// The next message; `None` when the other end is gone.
    fn receive<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        self.receive_while(|| {})
    }

    /// As [`receive`](Self::receive); `waiting` is called whenever the stream's time to read is over.
    fn receive_while<T: DeserializeOwned>(
        &mut self,
        mut waiting: impl FnMut(),
    ) -> io::Result<Option<T>> {
        let mut line = Vec::new();
        loop {
            match self.0.read_until(b'\n', &mut line) {
                // What was read stays in the line.
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    waiting();
                }
                Err(error) => return Err(error),
                Ok(_) if line.is_empty() => return Ok(None),
                Ok(_) => return Ok(Some(serde_json::from_slice(&line)?)),
            }
        }
    }
}

/// Plays the compile server's role until its owner is gone.
///
/// # Errors
/// When it cannot start; its owner is told, too.
pub fn run(prelude: &'static Prelude) -> Result<(), Error> {
    run_for_owner(prelude).map_err(|error| Error::start(&error))
}

fn run_for_owner(prelude: &'static Prelude) -> anyhow::Result<()> {
    let socket = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)
        .context("a kernel starts its compile server itself")?;
    let mut owner = Connection(BufReader::new(UnixStream::from(socket)));
    serve(&mut owner, prelude).inspect_err(|error| {
        let _ = owner.send(&Message::NotReady(format!("{error:#}")));
    })
}

fn serve(owner: &mut Connection, prelude: &'static Prelude) -> anyhow::Result<()> {
    let toolchain = Toolchain::find()?;
    let prebuilt = Prebuilt::find(&toolchain, prelude)?;
    anyhow::ensure!(
        prebuilt.was_built(),
        "the {} crate is not built here: run `{} warm`",
        prelude.name,
        crate::log::program()
    );
    let work = Arc::new(Work::create()?);
    let stand_in = StandIn::prepare(work.root(), prebuilt.path(), prelude, &toolchain)?;
    // SAFETY: the process has one thread here.
    unsafe { stand_in::enter(&stand_in, &work.context()) }
    Signals::open(work.root()).context("cannot read the compile server's own folder")?;
    let relay = relay::command(work.root()).context("cannot start the relay")?;
    let mut evaluator = Evaluator::start_with(relay, &prebuilt, stand_in)?;
    owner.send(&Message::Ready(work.root().to_owned()))?;
    evaluator.warm_up();
    while let Some(order) = owner.receive::<Order>()? {
        let message = match order {
            Order::Run(cell) => Message::Ended(evaluator.run(&cell)),
            Order::Failure(report) => Message::Failure(evaluator.failure_of_report(&report)),
            Order::Note(report) => Message::Note(evaluator.note_of_report(&report)),
            Order::Clear => {
                let _ = evaluator.clear();
                Message::Cleared
            }
        };
        owner.send(&message)?;
    }
    drop(evaluator);
    work.remove();
    Ok(())
}
