//! Lists of tasks: functions of cells that an engine calls with arguments.

use std::fs;
use std::path::Path;

use bootcamp_cluster::Failure;
use bootcamp_cluster::wire::sha256;
use bootcamp_protocol::Function;
use bootcamp_protocol::files::{INPUT, OUTPUT, TASK};
use tempfile::NamedTempFile;

use super::cells::{Cells, check_build};
use crate::engine_protocol::{LibraryRequest, Listed, TasksRequest};
use crate::interrupts::Phase;
use crate::outcome::Interrupt;
use crate::output::CellOutput;
use crate::prelude::PRELUDE;

impl Cells {
    /// Keeps a library until the engine leaves.
    pub(super) fn keep(&self, request: &LibraryRequest, library: &[u8]) -> Result<(), Failure> {
        keep(self.work.root(), request, library)
    }

    /// Runs a list of tasks in the process of the cells, and gives its outcomes.
    pub(super) fn run_tasks(
        &mut self,
        request: &TasksRequest,
        arguments: &[u8],
        output: CellOutput,
    ) -> Result<(Listed, Vec<u8>), Failure> {
        let library = self.work.path(&library_name(&request.sha256));
        if !request.sha256.bytes().all(|digit| digit.is_ascii_hexdigit()) || !library.exists() {
            // The scheduler tries another engine.
            return Err(Failure::unmet("this engine has not got the function"));
        }
        let prebuilt =
            self.image(&request.prebuilt).map_err(|failure| Failure::unmet(failure.evalue))?;
        let function =
            Function { library, offset: request.offset, captured: request.captured.clone() };
        let unusable = |error: String| Failure::new("KernelError", error);
        let mut input =
            serde_json::to_vec(&function).map_err(|error| unusable(error.to_string()))?;
        input.push(b'\n');
        input.extend_from_slice(arguments);
        let (input_file, output_file) = (self.work.path(INPUT), self.work.path(OUTPUT));
        fs::write(&input_file, input).map_err(|error| unusable(error.to_string()))?;
        let failed = |why: &str| Ok((Listed { failed: Some(why.to_owned()) }, Vec::new()));
        if let Phase::Interrupted(_) = self.state.enter(Phase::Running) {
            self.state.enter(Phase::Idle);
            return failed("the map was interrupted");
        }
        let ran = self.run(&prebuilt, &PRELUDE.library(&prebuilt), TASK, output);
        self.state.enter(Phase::Idle);
        let left = fs::read(&output_file).ok();
        for file in [&input_file, &output_file] {
            let _ = fs::remove_file(file);
        }
        let (ran, _) = ran?;
        match (ran.process_ended, left) {
            (Some(_), _) if ran.interrupt != Interrupt::None => failed("the map was interrupted"),
            (Some(how), _) => failed(&format!(
                "it, or another task of its list, ended the engine's process, which {how}; \
                 variables of that engine are lost"
            )),
            (None, Some(left)) if left.first() == Some(&0) => {
                Ok((Listed { failed: None }, left[1..].to_vec()))
            }
            (None, Some(left)) if !left.is_empty() => failed(&String::from_utf8_lossy(&left[1..])),
            _ => failed("the engine could not write the results"),
        }
    }
}

/// Only what has passed these checks gets the name by which [`Cells::run_tasks`] finds it.
fn keep(folder: &Path, request: &LibraryRequest, library: &[u8]) -> Result<(), Failure> {
    check_build(&request.build)?;
    // The name becomes a path.
    if sha256(library) != request.sha256 {
        return Err(Failure::new("ValueError", "the library has another SHA-256"));
    }
    let path = folder.join(library_name(&request.sha256));
    // It is the same, and may be in use: who writes to a loaded library changes its code.
    if path.exists() {
        return Ok(());
    }
    // On a full disk, a part of it does not count as the library.
    let write = || {
        let fresh = NamedTempFile::new_in(folder)?;
        fs::write(fresh.path(), library)?;
        fresh.persist(&path).map(drop).map_err(|error| error.error)
    };
    write().map_err(|error| Failure::new("KernelError", error.to_string()))
}

fn library_name(sha256: &str) -> String {
    format!("function-{sha256}.so")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;
    use crate::engine_protocol::build;

    #[test]
    fn a_library_is_kept_once_and_only_if_it_is_what_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let files = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let keep = |build: &str, code: &[u8]| {
            let request = LibraryRequest { build: build.to_owned(), sha256: sha256(b"code") };
            keep(folder.path(), &request, code).map_err(|failure| failure.ename)
        };
        assert_eq!(keep("another", b"code"), Err("OtherBuild".to_owned()));
        assert_eq!(keep(build(), b"other"), Err("ValueError".to_owned()));
        assert_eq!(files().count(), 0);
        assert_eq!(keep(build(), b"code"), Ok(()));
        let kept: Vec<_> = files().collect();
        let number = || fs::metadata(&kept[0]).unwrap().ino();
        let before = number();
        let written = fs::metadata(&kept[0]).unwrap().modified().unwrap();
        assert_eq!(keep(build(), b"code"), Ok(()));
        // A process that has loaded it sees no change.
        assert_eq!((files().count(), number()), (1, before));
        assert_eq!(fs::metadata(&kept[0]).unwrap().modified().unwrap(), written);
        assert_eq!(fs::read(&kept[0]).unwrap(), b"code");
    }
}
