//! Lists of tasks: functions of cells that an engine calls with arguments.

use std::fs;

use bootcamp_cell::cluster::{INPUT, OUTPUT, TASK};
use bootcamp_cell::protocol::Function;
use bootcamp_cluster::Failure;
use bootcamp_cluster::wire::sha256;

use super::cells::{Cells, check_build};
use crate::engine_protocol::{LibraryRequest, Listed, TasksRequest};
use crate::interrupts::Phase;
use crate::outcome::Interrupt;
use crate::output::CellOutput;
use crate::prelude::PRELUDE;

impl Cells {
    /// Keeps a library until the engine leaves.
    pub(super) fn keep(&self, request: &LibraryRequest, library: &[u8]) -> Result<(), Failure> {
        check_build(&request.build)?;
        // The name becomes a path.
        if sha256(library) != request.sha256 {
            return Err(Failure::new("ValueError", "the library has another SHA-256"));
        }
        let path = self.work.path(&library_name(&request.sha256));
        fs::write(path, library).map_err(|error| Failure::new("KernelError", error.to_string()))
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

fn library_name(sha256: &str) -> String {
    format!("function-{sha256}.so")
}
