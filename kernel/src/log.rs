//! What this program says to the person at the terminal, or to a server's log.

use std::io::{self, Write as _};

/// A line for the person at the terminal; standard output stays free.
pub(crate) fn say(line: &str) {
    // The terminal may be gone; the kernel goes on.
    let _ = writeln!(io::stderr(), "bootcamp-kernel: {line}");
}
