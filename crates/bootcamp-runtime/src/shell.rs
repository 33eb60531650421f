//! Commands for the shell: what `!command` in a cell becomes.
//!
//! A command has the standard streams of the cell: what it prints is shown at once and in
//! order, and it can ask for input. An interrupt of the cell ends it. A command that fails
//! ends the cell with an error, as a panic does.

use std::io::{self, Read as _, Write as _};
use std::panic::panic_any;
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::environment::command;
use bootcamp_cell::check_interrupt;
use bootcamp_cell::interrupted;
use bootcamp_protocol::processes::{POLL_INTERVAL, Signal, signal_with_descendants};

/// How long an interrupted command has time to end by itself.
const GRACE: Duration = Duration::from_secs(1);
/// The kind of error that a failed command is.
const ERROR: &str = "ShellError";

/// Runs a command with `sh -c` and shows what it prints.
///
/// # Panics
/// When it ends with an exit code other than 0, or cannot be started.
///
/// ```
/// bootcamp_runtime::shell::run("echo hello");
///
/// let failed = std::panic::catch_unwind(|| bootcamp_runtime::shell::run("exit 3")).unwrap_err();
/// let (kind, message) = failed.downcast_ref::<(&'static str, String)>().unwrap();
/// assert_eq!((*kind, &message[..]), ("ShellError", "`exit 3` ended with exit code 3"));
/// ```
#[track_caller]
pub fn run(command: &str) {
    script("sh", command);
}

/// Runs a command with `sh -c`; gives the lines that it prints, without their ends. What it
/// writes to standard error is shown.
///
/// # Panics
/// As [`run`].
///
/// ```
/// assert_eq!(bootcamp_runtime::shell::lines("echo one; echo two"), ["one", "two"]);
/// ```
#[must_use]
#[track_caller]
pub fn lines(command: &str) -> Vec<String> {
    let mut child = start("sh", command, Stdio::piped());
    let stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        // What came before a failure counts.
        let _ = stdout.map(|mut stdout| stdout.read_to_end(&mut text));
        text
    });
    let status = wait(&mut child);
    let text = reader.join().unwrap_or_default();
    check(command, status);
    String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
}

/// As [`run`], with another shell, such as `bash`.
///
/// # Panics
/// As [`run`].
///
/// ```
/// bootcamp_runtime::shell::script("sh", "for i in 1 2\ndo\n    echo $i\ndone");
/// ```
#[track_caller]
pub fn script(shell: &str, text: &str) {
    let status = wait(&mut start(shell, text, Stdio::inherit()));
    check(text, status);
}

#[track_caller]
fn start(shell: &str, text: &str, stdout: Stdio) -> Child {
    check_interrupt();
    // What the cell printed before comes first.
    let _ = io::stdout().flush();
    let started = command(shell).arg("-c").arg(text).stdout(stdout).spawn();
    started.unwrap_or_else(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => format!("there is no `{shell}` on this computer"),
            io::ErrorKind::ArgumentListTooLong => {
                format!("{} kB are too long for a command: put them into a file", text.len() >> 10)
            }
            _ => format!("`{shell}` cannot be started: {error}"),
        };
        panic_any((ERROR, why))
    })
}

/// Waits until the command ends; ends it when the cell is interrupted.
fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    let mut asked: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            if asked.is_some() {
                check_interrupt();
            }
            return Ok(status);
        }
        match asked {
            None if interrupted() => {
                signal_with_descendants(child.id(), Signal::Interrupt);
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => {
                signal_with_descendants(child.id(), Signal::Kill);
            }
            _ => {}
        }
        thread::sleep(pause);
        pause = (pause * 2).min(POLL_INTERVAL);
    }
}

#[track_caller]
fn check(command: &str, status: io::Result<ExitStatus>) {
    let how = match status {
        Ok(status) if status.success() => return,
        Ok(status) => match status.code() {
            Some(code) => format!("ended with exit code {code}"),
            None => format!("was ended by a {status}"),
        },
        Err(error) => format!("cannot be waited for: {error}"),
    };
    let mut lines = command.trim().lines();
    let first = lines.next().unwrap_or_default();
    let more = if lines.next().is_some() { " ..." } else { "" };
    let missing = if how.ends_with("code 127") { ": no such command" } else { "" };
    panic_any((ERROR, format!("`{first}{more}` {how}{missing}")))
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;
    use crate::environment::{set_variable, value};

    #[test]
    fn beside_other_threads_only_programs_see_what_is_set() {
        // The threads of the tests are others.
        set_variable("BOOTCAMP_LATE", "1");
        set_variable("BOOTCAMP_LATE", "2");
        assert_eq!(env::var_os("BOOTCAMP_LATE"), None);
        assert_eq!(lines("echo $BOOTCAMP_LATE"), ["2"]);
        assert_eq!(value("BOOTCAMP_LATE"), Some("2".into()));
        assert_eq!(value("PATH"), env::var_os("PATH"));
    }
}
