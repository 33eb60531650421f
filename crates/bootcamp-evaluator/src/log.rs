//! Messages to the person at the terminal, or to a server's log.

use std::env;
use std::io::{self, Write as _};
use std::path::Path;

/// Prints a line for the person at the terminal, to standard error. Standard output stays free.
pub fn say(line: &str) {
    // The terminal may be closed; this is no reason to stop.
    let _ = writeln!(io::stderr(), "{}: {line}", program());
}

/// Returns this program's own name, even if it was started by another name.
#[must_use]
pub fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    let name = path.file_name().unwrap_or(Path::new("kernel").as_os_str()).to_string_lossy();
    name.trim_end_matches(" (deleted)").to_owned()
}
