//! A child that a caller other than evcxr starts and commands.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::evcxr_words::{CELL_DONE, CHILD_VARIABLE, LOAD_AND_RUN};
use crate::prelude::Prelude;
use crate::work::Work;

/// A running child.
#[derive(Debug)]
pub struct Process {
    child: Arc<Mutex<Child>>,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a child for cells that use the prebuilt image in `prebuilt`. It replaces an earlier
    /// child in `place`.
    ///
    /// # Errors
    /// When the system cannot start it.
    pub fn start(
        work: &Work,
        prelude: &Prelude,
        prebuilt: &Path,
        place: &mut Option<Arc<Mutex<Child>>>,
    ) -> anyhow::Result<Self> {
        let mut child = super::command(work, prelude, prebuilt)?
            .env(CHILD_VARIABLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let commands = child.stdin.take();
        let answers = child.stdout.take();
        let (Some(commands), Some(answers)) = (commands, answers) else {
            anyhow::bail!("the cells' process has no pipes");
        };
        let child = match place {
            Some(place) => {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = child;
                Arc::clone(place)
            }
            None => Arc::clone(place.insert(Arc::new(Mutex::new(child)))),
        };
        Ok(Self { child, commands, answers: BufReader::new(answers) })
    }

    /// Runs a function of a library. Returns the lines that its code printed for evcxr.
    ///
    /// # Errors
    /// When the process ended; the error says how.
    pub fn run(&mut self, library: &Path, function: &str) -> Result<Vec<String>, String> {
        let mut forward = Vec::new();
        if writeln!(self.commands, "{LOAD_AND_RUN}{} {function}", library.display()).is_ok() {
            for line in (&mut self.answers).lines().map_while(Result::ok) {
                if line == CELL_DONE {
                    return Ok(forward);
                }
                forward.push(line);
            }
        }
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        Err(match child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        super::kill(&self.child);
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }
}
