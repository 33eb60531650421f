//! What this program says to the person at the terminal, or to a server's log.

use std::env;
use std::io::{self, Write as _};
use std::path::Path;

/// A line for the person at the terminal; standard output stays free.
pub fn say(line: &str) {
    // The terminal may be gone; the program goes on.
    let _ = writeln!(io::stderr(), "{}: {line}", program());
}

/// This program's own name, whatever name it was started by.
#[must_use]
pub fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    let name = path.file_name().unwrap_or(Path::new("kernel").as_os_str()).to_string_lossy();
    name.trim_end_matches(" (deleted)").to_owned()
}
