//! The process of another language's kernel.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::signals::POLL_INTERVAL;
use bootcamp_protocol::processes::{Signal, signal_with_descendants};
use rustix::process::{Pid, kill_process_group, set_parent_process_death_signal};

use super::guard::Guard;
use super::language::Language;
use super::spec::Spec;
use super::{Place, failure};

/// The number of lines of its log that are shown when it failed.
const LINES: usize = 8;
/// A process that ends with this one.
#[derive(Debug)]
pub(super) struct Process {
    child: Mutex<Child>,
    /// The guard, until the process has ended.
    guard: Mutex<Option<Guard>>,
    log: PathBuf,
    /// The length of the part of the log that is not shown any more.
    forgotten: AtomicUsize,
}

impl Process {
    /// Starts the process with its files in `folder`. It has to be called on a thread that lives as
    /// long as this process: the system ends a child when the *thread* that has started it ends.
    pub(super) fn start(
        spec: &Spec,
        language: &Language,
        place: &Place,
        folder: &std::path::Path,
        working_folder: &std::path::Path,
    ) -> Result<Self, Failure> {
        let title = language.title(spec);
        let cannot = |why: std::io::Error| {
            failure(&format!("the kernel of {title} cannot be started: {why}"))
        };
        let Some((program, arguments)) = spec.command(&folder.join(super::CONNECTION)) else {
            let why = format!("the kernelspec `{}` names no program", spec.name);
            return Err(failure(&why));
        };
        let log = folder.join("log");
        let file = fs::File::create(&log).map_err(cannot)?;
        let temporary = folder.join("tmp");
        fs::create_dir_all(&temporary).map_err(cannot)?;
        let mut command = Command::new(&program);
        place.stand_in.restore(&mut command);
        command
            .args(arguments)
            .envs(spec.environment())
            // Temporary files are removed with the kernel's folder.
            .env("TMPDIR", temporary)
            .current_dir(working_folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(cannot)?)
            .stderr(file)
            .process_group(0);
        // SAFETY: the call is a system call, which may be made after a fork.
        unsafe {
            command.pre_exec(|| {
                Ok(set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?)
            });
        }
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => failure(&format!(
                "the kernel of {title} cannot be started: there is no program `{}`",
                program.display()
            )),
            _ => cannot(error),
        })?;
        let guard = match Guard::start(child.id()) {
            Ok(guard) => guard,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(cannot(error));
            }
        };
        Ok(Self {
            child: Mutex::new(child),
            guard: Mutex::new(Some(guard)),
            log,
            forgotten: AtomicUsize::new(0),
        })
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how the process ended, if it did. The processes that it has started end with it.
    pub(super) fn ended(&self) -> Option<String> {
        let status = self.child().try_wait().ok()??;
        drop(self.guard.lock().unwrap_or_else(PoisonError::into_inner).take());
        Some(status.to_string())
    }

    /// Returns the last lines that the process printed outside of its cells.
    pub(super) fn last_words(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let forgotten = self.forgotten.load(Ordering::Relaxed).min(text.len());
        let text = String::from_utf8_lossy(&text[forgotten..]);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    /// Ignores the lines that were printed so far.
    pub(super) fn forget_words(&self) {
        let said = fs::metadata(&self.log).map_or(0, |log| log.len());
        self.forgotten.store(usize::try_from(said).unwrap_or(0), Ordering::Relaxed);
    }

    /// Interrupts the process, as Ctrl-C does.
    pub(super) fn interrupt(&self) {
        let id = i32::try_from(self.child().id()).ok().and_then(Pid::from_raw);
        if let Some(group) = id {
            let _ = kill_process_group(group, rustix::process::Signal::INT);
        }
    }

    /// Waits for the end of the process. Returns false if it does not end in time.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.ended().is_none() {
            if begun.elapsed() > patience {
                return false;
            }
            thread::sleep(POLL_INTERVAL);
        }
        true
    }

    /// Ends the process and all processes that it has started.
    pub(super) fn kill(&self) {
        if self.ended().is_none() {
            signal_with_descendants(self.child().id(), Signal::Kill);
            let _ = self.child().wait();
            self.ended();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
