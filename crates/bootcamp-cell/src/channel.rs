//! The channel: a Unix socket between a cell and its kernel.
//!
//! Its path is in the environment variable [`PATH_VARIABLE`]. A cell sends a
//! [`Request`], the kernel answers with a [`Reply`]; both are one line of JSON.
//! A request returns only after the kernel has read everything that the cell printed
//! before it, so prints and pictures keep their order without locks.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;

pub use bootcamp_protocol::message::PATH_VARIABLE;
use bootcamp_protocol::{Reply, Request};

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
    path.map(|path| request.ask(UnixStream::connect(path)?)).transpose()
}
