//! The pipes to which the child prints.

use std::io;
use std::path::Path;

use tokio::net::unix::pipe::{OpenOptions, Receiver};

/// The number of bytes that are read from a pipe at once.
pub(super) const READ: usize = 64 * 1024;

/// Opens a named pipe to read it.
pub(super) fn open(path: &Path) -> io::Result<Receiver> {
    // A pipe that is opened for both directions does not wait for its other end, and does not end
    // with it.
    OpenOptions::new().read_write(true).open_receiver(path)
}

/// Reads the bytes that are in a pipe now. tokio alone does not look before its event has come, so
/// the last output of a process could come after the end of the process.
pub(super) fn read_now(pipe: &Receiver, buffer: &mut [u8]) -> usize {
    match pipe.try_read(buffer) {
        Ok(length) if length > 0 => length,
        _ => rustix::io::retry_on_intr(|| rustix::io::read(pipe, &mut *buffer)).unwrap_or(0),
    }
}
