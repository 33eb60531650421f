//! The cells' standard input: a pipe that is filled when somebody reads it.
//!
//! A pipe does not say that it is read, so the processes are looked at: a thread that waits in
//! `read` of this pipe is a question to the person at the notebook. Who cannot ask anybody
//! reads the end of the input.

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

/// How often a running cell is looked at.
const INTERVAL: Duration = Duration::from_millis(100);
/// How Linux shows a call of `read` on standard input, in `/proc/PROCESS/syscall`.
const READ: &str = if cfg!(target_arch = "x86_64") { "0 0x0 " } else { "63 0x0 " };

type Answer = oneshot::Receiver<Result<String, String>>;

/// What is done when nobody can be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refused {
    /// The input ends.
    End,
    /// evcxr's protocol knows no refusal: the cell reads an empty line.
    EmptyLine,
}

#[derive(Debug)]
pub(super) struct Stdin {
    path: PathBuf,
    /// None when the input has ended.
    pipe: Arc<Mutex<Option<pipe::Sender>>>,
    /// Shared with those who wait for an answer.
    questions: Arc<()>,
    /// The process of the cells.
    process: Option<u32>,
    /// When it is looked at again: while a cell runs.
    due: Option<Instant>,
    /// Whether somebody waited when it was last looked at.
    waited: bool,
}

impl Stdin {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let pipe = Arc::new(Mutex::new(Some(open(&path)?)));
        Ok(Self { path, pipe, questions: Arc::default(), process: None, due: None, waited: false })
    }

    /// From now on the cells run in this process.
    pub(super) fn read_by(&mut self, process: u32) {
        self.process = Some(process);
    }

    /// A cell begins: input that ended is open again.
    pub(super) fn begin(&mut self) {
        // Who holds it is writing an answer.
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

    /// Looks whether somebody waits for input who was not asked for yet.
    pub(super) fn is_wanted(&mut self) -> bool {
        self.due = Some(Instant::now() + INTERVAL);
        let waits = self.is_empty() && self.process.is_some_and(|id| self.is_read_by(id));
        // Twice: who just takes an answer may still look as if it waited.
        let is_wanted = waits && self.waited;
        self.waited = waits && !is_wanted;
        is_wanted
    }

    /// Whether it is open, no question is, and no answer is left in it.
    fn is_empty(&self) -> bool {
        let Ok(pipe) = self.pipe.try_lock() else { return false };
        Arc::strong_count(&self.questions) == 1
            && pipe.as_ref().is_some_and(|pipe| {
                rustix::io::ioctl_fionread(pipe).is_ok_and(|length| length == 0)
            })
    }

    /// Whether a thread of a process, or of those that it started, waits in a read of the pipe.
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
            // A question that was given up has nobody who reads an answer.
            let Ok(answer) = answer.await else { return };
            let mut pipe = pipe.lock().await;
            if answer.is_err() && refused == Refused::End {
                // Without anybody who could write, the pipe is at its end.
                *pipe = None;
            } else if let Some(pipe) = &mut *pipe {
                let line = answer.unwrap_or_default();
                let _ = pipe.write_all(format!("{line}\n").as_bytes()).await;
            }
            drop((pipe, question));
        });
    }
}

/// Opened for both directions, a pipe neither waits for its other end nor ends with it.
fn open(path: &Path) -> io::Result<pipe::Sender> {
    pipe::OpenOptions::new().read_write(true).open_sender(path)
}
