//! Ending a process and all that it started.

use std::fs;

/// What a process is told.
///
/// ```
/// use bootcamp_cell::processes::Signal;
///
/// assert_ne!(Signal::Interrupt, Signal::Kill);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// To stop, as by Ctrl-C (`SIGINT`).
    Interrupt,
    /// Nothing: it ends here (`SIGKILL`).
    Kill,
}

/// Tells a process and its descendants. They stay in their process group, which Jupyter ends as
/// a whole.
///
/// ```
/// use std::process::Command;
///
/// use bootcamp_cell::processes::{Signal, signal_with_descendants};
///
/// let mut child = Command::new("sh").args(["-c", "sleep 60; true"]).spawn()?;
/// signal_with_descendants(child.id(), Signal::Kill);
/// assert!(!child.wait()?.success());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn signal_with_descendants(process: u32, signal: Signal) {
    let children = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(children).unwrap_or_default();
    let number = match signal {
        Signal::Interrupt => libc::SIGINT,
        Signal::Kill => libc::SIGKILL,
    };
    if let Ok(process) = i32::try_from(process)
        && process > 0
    {
        // SAFETY: the call touches no memory. The process may have ended by itself.
        unsafe { libc::kill(process, number) };
    }
    for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
        signal_with_descendants(child, signal);
    }
}
