//! Ending a process and all that it started.

use std::fs;
use std::time::Duration;

/// The interval at which a process checks conditions that it cannot wait for: whether another one has
/// ended, or a cell is to stop.
pub const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// What a process is told.
///
/// ```
/// use bootcamp_protocol::processes::Signal;
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
/// use bootcamp_protocol::processes::{Signal, signal_with_descendants};
///
/// let mut child = Command::new("sh").args(["-c", "sleep 60; true"]).spawn()?;
/// signal_with_descendants(child.id(), Signal::Kill);
/// assert!(!child.wait()?.success());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn signal_with_descendants(process: u32, signal: Signal) {
    let Some(process) = i32::try_from(process).ok().filter(|process| *process > 0) else { return };
    // SAFETY: the calls touch no memory. The process may have ended by itself.
    let tell = |number| unsafe { libc::kill(process, number) };
    if signal == Signal::Kill {
        // From here on it starts nothing that would be missed.
        tell(libc::SIGSTOP);
    }
    let children = children(process);
    tell(match signal {
        Signal::Interrupt => libc::SIGINT,
        Signal::Kill => libc::SIGKILL,
    });
    for child in children {
        signal_with_descendants(child, signal);
    }
}

/// What a process has started, by any of its threads: cargo starts compilers from many.
fn children(process: i32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let lists: String = lists.collect();
    lists.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    /// Whether a process runs: what has ended may wait for somebody to look.
    fn runs(process: u32) -> bool {
        fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn what_another_thread_has_started_ends_too() {
        let program = "import subprocess, threading, time\n\
            def start(): print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)\n\
            threading.Thread(target=start).start()";
        let mut python =
            Command::new("python3").args(["-c", program]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(python.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let sleeper: u32 = line.trim().parse().unwrap();
        assert!(runs(sleeper));
        signal_with_descendants(python.id(), Signal::Kill);
        assert!(!python.wait().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(30);
        while runs(sleeper) {
            assert!(Instant::now() < deadline, "it goes on");
            std::thread::sleep(POLL_INTERVAL);
        }
    }
}
