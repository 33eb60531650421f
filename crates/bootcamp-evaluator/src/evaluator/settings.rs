//! The folder and the settings of all cells.

use std::path::PathBuf;
use std::{env, fs, io};

use super::Evaluator;
use crate::child;

impl Evaluator {
    /// Returns the folder that the cells work in.
    pub fn folder(&self) -> PathBuf {
        let of_child = fs::read_link(format!("/proc/{}/cwd", self.process()));
        of_child.or_else(|_| env::current_dir()).unwrap_or_default()
    }

    /// Returns the optimization level that the user chose, if any.
    pub fn level(&self) -> Option<String> {
        self.level.clone()
    }

    /// Sets the optimization level of all cells that follow; `None` is the usual one.
    pub fn set_level(&mut self, level: Option<String>) {
        self.level = level;
    }

    /// Sets an environment variable of the processes that follow.
    ///
    /// # Errors
    /// When the session's folder cannot be written to.
    pub fn set_variable(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        child::write_environment(self.stand_in.work(), &self.environment)
    }

    /// Returns the folder in which the cells were before the last `%cd`.
    pub fn folder_before(&self) -> Option<PathBuf> {
        self.folder_before.clone()
    }

    /// Remembers the folder in which the cells were before a `%cd`.
    pub fn set_folder_before(&mut self, folder: PathBuf) {
        self.folder_before = Some(folder);
    }
}
