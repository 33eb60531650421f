//! What evcxr takes for the process with the variables, in a workshop.

use std::io::BufReader;
use std::os::fd::{AsRawFd as _, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};
use std::{env, io};

use super::{Library, Line, Return, Said};
use crate::child::commands;

/// Which file descriptor the socket to the workshop's owner is.
const SOCKET_VARIABLE: &str = "BOOTCAMP_RELAY";

/// The command by which evcxr starts the relay. The socket is inherited by all that the
/// workshop starts; nobody else is told of it.
pub(super) fn command() -> io::Result<Command> {
    let socket = rustix::io::dup(rustix::stdio::stdin())?;
    let mut command = Command::new(crate::program::path()?);
    command.env(SOCKET_VARIABLE, socket.as_raw_fd().to_string());
    // evcxr may start it anew for as long as the workshop lives.
    std::mem::forget(socket);
    Ok(command)
}

/// Runs as the relay when a workshop started this process.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let socket: RawFd = env::var(SOCKET_VARIABLE).ok()?.parse().ok()?;
    Some(match run(socket) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::cli::say(&format!("the workshop's relay: {error:#}"));
            ExitCode::from(99)
        }
    })
}

fn run(socket: RawFd) -> anyhow::Result<()> {
    // SAFETY: the workshop keeps this file descriptor open and its number out of other hands.
    let socket = unsafe { BorrowedFd::borrow_raw(socket) }.try_clone_to_owned()?;
    let mut owner = Line(BufReader::new(UnixStream::from(socket)));
    commands::serve(io::stdin().lock(), io::stdout(), |path, function| {
        let library = Library { path: path.into(), function: function.to_owned() };
        owner.say(&Said::Call(library))?;
        Ok(match owner.hear()? {
            Some(Return::Ended(forward)) => Some(forward),
            // evcxr, too, is to see that the process with the variables is gone.
            Some(Return::Died) | None => None,
        })
    })
}
