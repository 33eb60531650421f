//! The cells' standard input: a pipe that gets a line when a process reads it.
//!
//! A pipe does not report that it is read, so the kernel checks the processes. If a thread waits in
//! `read` of this pipe, the person at the notebook is asked. If the person cannot be asked, the
//! process reads the end of the input.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

/// The time between two checks while a cell runs.
const INTERVAL: Duration = Duration::from_millis(100);
/// The beginning of `/proc/PROCESS/syscall` during a call of `read` on standard input.
const READ: &str = if cfg!(target_arch = "x86_64") { "0 0x0 " } else { "63 0x0 " };

type Answer = oneshot::Receiver<Result<String, String>>;

/// The reaction when the person cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refused {
    /// The input ends.
    End,
    /// The cell reads an empty line, because evcxr's protocol has no refusal.
    EmptyLine,
}

#[derive(Debug)]
pub(super) struct Stdin {
    path: PathBuf,
    /// The pipe; none when the input has ended.
    pipe: Arc<Mutex<Option<pipe::Sender>>>,
    /// Shared with the tasks that wait for an answer.
    questions: Arc<()>,
    /// The process of the cells.
    process: Option<u32>,
    /// The time of the next check, while a cell runs.
    due: Option<Instant>,
    /// True if a process waited at the last check.
    waited: bool,
}

impl Stdin {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let pipe = Arc::new(Mutex::new(Some(open(&path)?)));
        Ok(Self { path, pipe, questions: Arc::default(), process: None, due: None, waited: false })
    }

    /// Sets the process in which cells run from now on.
    pub(super) fn read_by(&mut self, process: u32) {
        self.process = Some(process);
    }

    /// Begins a cell. An input that had ended is opened again.
    pub(super) fn begin(&mut self) {
        // If the pipe is locked, an answer is being written, so it is open.
        if let Ok(mut pipe) = self.pipe.try_lock()
            && pipe.is_none()
        {
            *pipe = open(&self.path).ok();
        }
        self.due = Some(Instant::now() + INTERVAL);
        self.waited = false;
    }

    pub(super) fn end(&mut self) {
        self.due = None;
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Says whether a process waits for input for which the person has not been asked yet.
    pub(super) fn is_wanted(&mut self) -> bool {
        self.due = Some(Instant::now() + INTERVAL);
        let waits = self.is_empty() && self.process.is_some_and(|id| self.is_read_by(id));
        // Two checks are needed: a process that is just taking an answer may still seem to wait.
        let is_wanted = waits && self.waited;
        self.waited = waits && !is_wanted;
        is_wanted
    }

    /// Says whether the pipe is open and empty, and no question is open.
    fn is_empty(&self) -> bool {
        let Ok(pipe) = self.pipe.try_lock() else { return false };
        Arc::strong_count(&self.questions) == 1
            && pipe.as_ref().is_some_and(|pipe| {
                rustix::io::ioctl_fionread(pipe).is_ok_and(|length| length == 0)
            })
    }

    /// Says whether a thread of a process, or of the processes that it started, waits in a read of
    /// the pipe.
    fn is_read_by(&self, process: u32) -> bool {
        let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
        tasks.filter_map(Result::ok).any(|task| {
            let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
            let started = read("children");
            read("syscall").starts_with(READ) && self.is_stdin_of(process)
                || started
                    .split_whitespace()
                    .filter_map(|id| id.parse().ok())
                    .any(|id| self.is_read_by(id))
        })
    }

    fn is_stdin_of(&self, process: u32) -> bool {
        let file = |path: &Path| fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
        file(Path::new(&format!("/proc/{process}/fd/0"))) == file(&self.path)
    }

    /// Writes an answer when it comes.
    pub(super) fn pass_on(&self, answer: Answer, refused: Refused) {
        let (pipe, question) = (Arc::clone(&self.pipe), Arc::clone(&self.questions));
        tokio::spawn(async move {
            // If a question was given up, no process reads its answer.
            let Ok(answer) = answer.await else { return };
            let mut pipe = pipe.lock().await;
            if answer.is_err() && refused == Refused::End {
                // When the pipe has no writer, its reader gets the end of the input.
                *pipe = None;
            } else if let Some(pipe) = &mut *pipe {
                let line = answer.unwrap_or_default();
                let _ = pipe.write_all(format!("{line}\n").as_bytes()).await;
            }
            drop((pipe, question));
        });
    }
}

/// Opens a pipe for both directions: it does not wait for its other end, and does not end with it.
fn open(path: &Path) -> io::Result<pipe::Sender> {
    pipe::OpenOptions::new().read_write(true).open_sender(path)
}
