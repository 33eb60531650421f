//! Waiting for what happens, and making cells wait.

use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;

/// Far longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until something holds; fails when it does not in time.
pub(crate) fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain for this: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A gate that cells wait at until the test opens it.
pub(crate) struct Gate(TempDir);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("open")
    }

    /// A statement of Rust that waits at it.
    pub(crate) fn rust(&self) -> String {
        let wait = "std::thread::sleep(std::time::Duration::from_millis(10))";
        format!("while !std::path::Path::new(\"{}\").exists() {{ {wait}; }}", self.file().display())
    }

    /// A statement of Rust by which a process says that it has come so far.
    pub(crate) fn rust_comes(&self) -> String {
        let folder = self.0.path().display();
        format!("std::fs::write(format!(\"{folder}/{{}}\", std::process::id()), \"\").unwrap()")
    }

    /// Waits until as many processes have said that they came so far.
    pub(crate) fn wait_for_processes(&self, count: usize) {
        wait_for("enough processes have come to the gate", || {
            fs::read_dir(self.0.path()).unwrap().count() >= count
        });
    }

    /// A command of the shell that waits at it.
    pub(crate) fn shell(&self) -> String {
        format!("while [ ! -e '{}' ]; do sleep 0.02; done", self.file().display())
    }

    /// A line of Python that waits at it.
    pub(crate) fn python(&self) -> String {
        let wait = "__import__('time').sleep(0.01)";
        format!("while not __import__('os').path.exists('{}'): {wait}", self.file().display())
    }

    pub(crate) fn open(&self) {
        fs::write(self.file(), "").unwrap();
    }
}
