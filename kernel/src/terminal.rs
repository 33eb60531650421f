//! Standard error that outlives its terminal.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::thread;

/// Puts a pipe in the place of standard error and passes on what is written to it. When
/// the terminal (or the server's log) is gone, writing still succeeds: evcxr panics when
/// it cannot print.
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
