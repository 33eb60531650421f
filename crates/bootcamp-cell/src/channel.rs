//! The channel: a Unix socket between a cell and its kernel.
//!
//! Its path is in the environment variable [`PATH_VARIABLE`]. A cell sends a
//! [`Request`], the kernel answers with a [`Reply`]; both are one line of JSON.
//! A request returns only after the kernel has read everything that the cell printed
//! before it, so prints and pictures keep their order without locks.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use serde::{Deserialize, Serialize};

use crate::Bundle;

/// The environment variable that holds the path of the kernel's socket.
pub const PATH_VARIABLE: &str = "BOOTCAMP_CHANNEL";

/// What a cell asks of its kernel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Show this under the cell.
    Display(Bundle),
    /// Ask the person at the notebook for a line of text.
    Input {
        /// What to show beside the input field.
        prompt: String,
        /// Whether the typed text is hidden.
        password: bool,
    },
}

/// The kernel's answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The display is on its way to the front end.
    Displayed,
    /// The line that was typed, without its line end.
    Input(String),
    /// The request was refused; the text says why.
    Refused(String),
}

/// Sends a request and waits for its reply. `None` where there is no bootcamp kernel.
///
/// Each call has a connection of its own: threads do not wait for each other, and the
/// many libraries that cells become keep none open.
///
/// # Errors
/// The error of the socket, when the kernel went away.
pub fn call(request: &Request) -> io::Result<Option<Reply>> {
    let Some(path) = std::env::var_os(PATH_VARIABLE) else {
        return Ok(None);
    };
    // What was printed before the request has to be in the pipes before the request is.
    io::stdout().flush()?;
    let mut connection = BufReader::new(UnixStream::connect(path)?);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    connection.get_mut().write_all(&line)?;
    line.clear();
    if connection.read_until(b'\n', &mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(serde_json::from_slice(&line)?))
}
