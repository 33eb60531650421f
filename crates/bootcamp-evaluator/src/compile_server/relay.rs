//! What evcxr takes for the process with the variables, in a compile server.

use std::io::BufReader;
use std::os::fd::{AsRawFd as _, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, io};

use super::{Connection, Library, Message, Return};
use crate::child::commands;
use crate::evcxr_words::{CHILD_VARIABLE, LOST_LINE};
use crate::stand_in::StandIn;

/// Which file descriptor the socket to the compile server's owner is.
const SOCKET_VARIABLE: &str = "BOOTCAMP_RELAY";
/// The compile server's working folder.
const WORK_VARIABLE: &str = "BOOTCAMP_RELAY_WORK";

/// The command by which evcxr starts the relay. The socket is inherited by all that the
/// compile server starts; nobody else is told of it.
pub(super) fn command(work: &Path) -> io::Result<Command> {
    let socket = rustix::io::dup(rustix::stdio::stdin())?;
    let mut command = Command::new(crate::program::path()?);
    command.env(SOCKET_VARIABLE, socket.as_raw_fd().to_string()).env(WORK_VARIABLE, work);
    // evcxr may start it anew for as long as the compile server lives.
    std::mem::forget(socket);
    Ok(command)
}

/// Runs as the relay when a compile server started this process.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    env::var_os(CHILD_VARIABLE)?;
    let socket: RawFd = env::var(SOCKET_VARIABLE).ok()?.parse().ok()?;
    Some(match run(socket) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::log::say(&format!("the compile server's relay: {error:#}"));
            ExitCode::from(99)
        }
    })
}

fn run(socket: RawFd) -> anyhow::Result<()> {
    // SAFETY: the compile server keeps this file descriptor open and its number out of other hands.
    let socket = unsafe { BorrowedFd::borrow_raw(socket) }.try_clone_to_owned()?;
    let mut owner = Connection(BufReader::new(UnixStream::from(socket)));
    let work = PathBuf::from(env::var_os(WORK_VARIABLE).unwrap_or_default());
    let mut told = None;
    commands::serve(io::stdin().lock(), io::stdout(), |path, function| {
        // Variables that the cell costs: evcxr forgets them, and compiles it once more. That
        // drops their values where they are, and runs.
        let cell = StandIn::read(&work)?.cell();
        let lost = cell.redefined.iter().filter(|redefined| redefined.notice.is_some());
        let lost: Vec<String> = lost.map(|of| format!("{LOST_LINE}{}", of.variable)).collect();
        if !lost.is_empty() && told.replace(cell.number) != Some(cell.number) {
            return Ok(Some(lost));
        }
        let library = Library { path: path.into(), function: function.to_owned() };
        owner.send(&Message::Call(library))?;
        Ok(match owner.receive()? {
            Some(Return::Ended(forward)) => Some(forward),
            // evcxr, too, is to see that the process with the variables is gone.
            Some(Return::Died) | None => None,
        })
    })
}
