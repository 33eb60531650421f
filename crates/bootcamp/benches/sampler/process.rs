//! Running a peer: what it says, and how much memory it had.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;

/// One run of a peer.
pub(crate) struct Run {
    /// What an [`Outcome`](crate::outcome::Outcome) says in its line.
    pub(crate) said: Value,
    pub(crate) peak_megabytes: f64,
}

impl Run {
    /// For one step, or one point.
    pub(crate) fn nanoseconds(&self) -> Option<f64> {
        Some(1e9 * self.said["seconds"].as_f64()? / self.said["steps"].as_f64()?)
    }
}

/// Runs it to its end.
///
/// # Panics
/// When it fails or says nothing.
#[expect(clippy::zombie_processes, reason = "wait4 waits for it")]
pub(crate) fn run(command: &mut Command) -> Run {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the peer starts");
    let mut text = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut text).expect("text");
    let (mut status, id) = (0, libc::pid_t::try_from(child.id()).expect("a process id"));
    // SAFETY: plain numbers, which may be zero.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to what is asked for, and nobody else waits for the child.
    let waited = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    assert!(waited == id && status == 0, "{command:?} failed: {text}");
    let last = text.lines().last().unwrap_or_default();
    let said = serde_json::from_str(last).unwrap_or_else(|_| panic!("{command:?} said '{text}'"));
    Run { said, peak_megabytes: usage.ru_maxrss as f64 / 1024.0 }
}
