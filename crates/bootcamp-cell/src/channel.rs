//! The channel: a Unix socket between a cell and its kernel.
//!
//! Its path is in the environment variable [`PATH_VARIABLE`]. A cell sends a
//! [`Request`], the kernel answers with a [`Reply`]; both are one line of JSON.
//! A request returns only after the kernel has read everything that the cell printed
//! before it, so prints and pictures keep their order without locks.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Bundle;
use crate::cluster::{EngineReply, EngineRequest};
use crate::testing::Tested;

/// The environment variable that holds the path of the kernel's socket.
pub const PATH_VARIABLE: &str = "BOOTCAMP_CHANNEL";

/// How many bytes of formats a bundle has at most: a notebook with more of them is slow to
/// open, save and show. In the place of a larger one, a line of text says why.
pub const LARGEST_BUNDLE: usize = 10 << 20;

/// The line in the place of what was too large.
///
/// ```
/// use bootcamp_cell::channel::refusal;
///
/// let line = refusal("text/html", 52 << 20);
/// assert_eq!(line, "(not shown: 52 MB of text/html; a notebook takes 10 MB at once)");
/// ```
#[must_use]
pub fn refusal(formats: &str, bytes: usize) -> String {
    let (size, limit) = (bytes >> 20, LARGEST_BUNDLE >> 20);
    format!("(not shown: {size} MB of {formats}; a notebook takes {limit} MB at once)")
}

/// What a cell asks of its kernel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Show this under the cell.
    Display {
        /// What to show.
        bundle: Bundle,
        /// By what name it can be replaced later.
        id: Option<String>,
    },
    /// Show this in the place of what was displayed by this name.
    Update {
        /// What to show.
        bundle: Bundle,
        /// The name of the display.
        id: String,
    },
    /// Take away what the cell has shown so far.
    ClearOutput {
        /// Whether to wait until there is something new to show.
        wait: bool,
    },
    /// Ask the person at the notebook for a line of text.
    Input {
        /// What to show beside the input field.
        prompt: String,
        /// Whether the typed text is hidden.
        password: bool,
    },
    /// A test of the cell has ended so.
    Tested(Tested),
    /// Something for the engines of the kernel's cluster.
    Engines(EngineRequest),
}

/// The kernel's answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What was to be shown (or cleared) is on its way to the front end; a test is noted.
    Published,
    /// The line that was typed, without its line end.
    Input(String),
    /// What came of a request to engines.
    Engines(EngineReply),
    /// The request was refused; the text says why.
    Refused(String),
}

/// Whether this process has a bootcamp kernel to talk to.
///
/// ```
/// use bootcamp_cell::channel::{PATH_VARIABLE, is_open};
///
/// assert_eq!(is_open(), std::env::var_os(PATH_VARIABLE).is_some());
/// ```
#[must_use]
pub fn is_open() -> bool {
    std::env::var_os(PATH_VARIABLE).is_some()
}

/// Sends a request and waits for its reply. `None` where there is no bootcamp kernel.
///
/// Each call has a connection of its own: threads do not wait for each other, and the
/// many libraries that cells become keep none open.
///
/// # Errors
/// The error of the socket, when the kernel went away.
pub fn call(request: &Request) -> io::Result<Option<Reply>> {
    if is_open() {
        // What was printed before the request has to be in the pipes before the request is.
        io::stdout().flush()?;
    }
    call_unflushed(request)
}

/// As [`call`], for a request that has no place among the prints. It never waits for a
/// thread that has locked standard output.
pub(crate) fn call_unflushed(request: &Request) -> io::Result<Option<Reply>> {
    let path = std::env::var_os(PATH_VARIABLE);
    path.map(|path| call_at(path.as_ref(), request)).transpose()
}

/// As [`call`], over the socket with this path: for a helper of the kernel, which is no cell.
///
/// ```
/// use bootcamp_cell::channel::{Request, call_at};
///
/// let request = Request::ClearOutput { wait: false };
/// assert!(call_at("/no/such/socket".as_ref(), &request).is_err());
/// ```
///
/// # Errors
/// The error of the socket, when there is no kernel.
pub fn call_at(path: &Path, request: &Request) -> io::Result<Reply> {
    let mut connection = BufReader::new(UnixStream::connect(path)?);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    connection.get_mut().write_all(&line)?;
    line.clear();
    if connection.read_until(b'\n', &mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
