//! Keeps standard error usable after its terminal has closed.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::thread;

/// Replaces standard error by a pipe, and passes on the text that is written to it. When the
/// terminal (or the server's log) is closed, writing still succeeds. Without this, evcxr would
/// panic when it cannot print.
pub(crate) fn detach() -> io::Result<()> {
    let terminal = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3)?;
    let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    rustix::stdio::dup2_stderr(writer)?;
    thread::spawn(move || {
        let (mut reader, mut terminal) = (File::from(reader), File::from(terminal));
        let mut text = [0; 4096];
        while let Ok(length @ 1..) = reader.read(&mut text) {
            let _ = terminal.write_all(&text[..length]);
        }
    });
    Ok(())
}
