//! The guard that ends the processes which another kernel has started.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// A process that waits for the end of this process, or for its own drop, and then kills a process
/// group.
///
/// The system kills a kernel of another language together with this process, but not the processes
/// that its cells have started in the background. If this process is killed, no other process knows
/// them.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    /// Guards a process group.
    pub(super) fn start(group: u32) -> io::Result<Self> {
        // The pipe is closed when its last writer ends, which is this process.
        let script = "read line; kill -s KILL -- \"-$0\"";
        let shell = Command::new("sh")
            .args(["-c", script, &group.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self(shell))
    }
}

impl Drop for Guard {
    /// Kills the group.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_ends_though_its_first_process_has_gone() {
        let mut first = Command::new("sh")
            .args(["-c", "sleep 1000 & echo $!"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let guard = Guard::start(first.id()).unwrap();
        let mut said = io::BufReader::new(first.stdout.take().unwrap());
        let mut second = String::new();
        io::BufRead::read_line(&mut said, &mut second).unwrap();
        first.wait().unwrap();
        let second = format!("/proc/{}/stat", second.trim());
        let lives = || {
            let stat = std::fs::read_to_string(&second).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        assert!(lives());
        drop(guard);
        // A killed process takes a moment to end.
        for _ in 0..100 {
            if !lives() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("it still runs");
    }
}
