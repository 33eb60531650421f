//! The messages between the child and its kernel, a line of JSON each.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::phases::Times;

/// A panic, or a `?` that failed at the top level of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// `panic`, or the type of the error that `?` returned.
    pub kind: String,
    /// The message of the panic or of the error.
    pub message: String,
    /// The file in which it happened, as the compiler names it.
    pub file: String,
    /// The line in this file, from 1.
    pub line: usize,
    /// The column in this line, from 1.
    pub column: usize,
    /// True if it happened in the thread that runs the cell.
    pub in_cell_thread: bool,
    /// The functions of cells that were being called, the innermost first.
    pub calls: Vec<String>,
}

/// A message of the child to the kernel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromChild {
    /// The id of the process.
    Started(u32),
    /// A thread panicked, or a `?` failed.
    Panicked(Report),
    /// The cell's function returned, and everything it printed is in the pipes.
    Ended(Times),
}

/// The kernel's answer. It is sent when the kernel has read the pipes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Release {
    /// Lines for evcxr, which the cell's code printed for it.
    pub forward: Vec<String>,
}

/// The child's end of the connection.
#[derive(Debug)]
pub(super) struct Link(Mutex<BufReader<UnixStream>>);

pub(super) fn connect(path: &Path) -> io::Result<Link> {
    Ok(Link(Mutex::new(BufReader::new(UnixStream::connect(path)?))))
}

impl Link {
    /// Sends a message and waits for the kernel's answer.
    pub(super) fn send(&self, message: &FromChild) -> io::Result<Release> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        stream.get_mut().write_all(&line)?;
        line.clear();
        stream.read_until(b'\n', &mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }
}
