//! Variables of engines, which a cell of the notebook reads and writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bootcamp_cluster::client::Output;
use bootcamp_evaluator::signals::Signals;
use bootcamp_evaluator::{Cell, Failure, type_name};
use bootcamp_protocol::{EngineReply, EngineRequest, Reply};
use bytes::Bytes;

use super::maps::Tasks;
use super::outcome::{Endings, EngineAudience, outcome};
use super::run::{Execution, Input, Job, LEFT, gather, send};
use super::{Cluster, client, failure};
use crate::engine_protocol::Ran;
use crate::output::Engines;
use crate::prelude::PRELUDE;

/// Where a request comes from: a cell that runs in the notebook.
pub(super) struct RunningCell(pub(super) &'static Signals);

impl EngineAudience for RunningCell {
    fn show(&mut self, _: u32, _: Output) {}

    fn is_interrupted(&self) -> bool {
        self.0.is_asked()
    }
}

impl Engines for Cluster {
    fn answer(&self, request: EngineRequest) -> Reply {
        let answer = match request {
            EngineRequest::Ids => {
                client(&self.state()).map(|client| EngineReply::Ids(client.ids()))
            }
            EngineRequest::Pull { name, engines } => self.pull(&name, engines),
            EngineRequest::Push { name, kind, files } => self.push(&name, &kind, &files),
            EngineRequest::Map { function, arguments, lists, engines, retries, keep } => {
                let tasks = Tasks { function, arguments, lists, engines, retries };
                if keep { self.job(&tasks) } else { self.map(&tasks) }
            }
            EngineRequest::NextOf { map } => self.next_of(map),
            EngineRequest::EndOf { map } => {
                self.end_of(map);
                Ok(EngineReply::Ended)
            }
            EngineRequest::JobStatus { job } => self.job_status(&job),
            EngineRequest::JobResults { job } => self.job_results(&job),
        };
        match answer {
            Ok(reply) => Reply::Engines(reply),
            Err(failure) => Reply::Refused(failure.evalue),
        }
    }
}

impl Cluster {
    fn pull(&self, name: &str, engines: Option<Vec<u32>>) -> Result<EngineReply, Failure> {
        check_name(name)?;
        let mut state = self.state();
        let mut ready = self.ready(&mut state)?;
        let engines = engines.unwrap_or_else(|| ready.client.ids());
        let mut cell = RunningCell(self.0.signals);
        // The same variable again, and no cell in between: nothing is to be compiled.
        let endings = if let Some(packed) = ready.pulls.get(name) {
            self.equip(&ready.client, &engines, ready.equipped, &mut cell)?;
            let running = send(&self.0.handle, &ready.client, &engines, packed, &Input::None)?;
            gather(&self.0.handle, &ready.client, &running, &mut cell)
        } else {
            let code = format!("bootcamp::cell::cluster::export(\"{name}\", &{name}).unwrap();");
            let pulled = Cell::whole(code, &format!("pull of {name}"));
            match self.execute(&mut ready, &job(&pulled, &engines, &Input::None), &mut cell) {
                Ok(Execution::Ended { endings, cell: packed }) => {
                    ready.pulls.insert(name.to_owned(), packed);
                    endings
                }
                Ok(_) => return Err(failure("the engines gave no answer")),
                Err(failure) => return Err(explained(failure, name)),
            }
        };
        outcome(&endings, ready.compile_server, &mut cell)?;
        self.files(&engines, &endings).map(EngineReply::Pulled)
    }

    /// The files with the values that engines have left, for a cell to read and remove.
    fn files(&self, engines: &[u32], endings: &Endings) -> Result<Vec<(u32, PathBuf)>, Failure> {
        // Two threads of a cell may pull one after the other, and read at the same time.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut files = Vec::new();
        for engine in engines {
            let file = self.0.work.join(format!("pulled-{number}-{engine}"));
            let there = match endings.get(engine) {
                Some(Ok((_, Some(value)))) => fs::write(&file, value),
                Some(Ok((Ran { left_at: Some(left), .. }, None))) if self.is_left(left) => {
                    fs::rename(left, &file)
                }
                _ => return Err(failure(&format!("engine {engine} gave no value"))),
            };
            there.map_err(|error| failure(&format!("cannot keep the value: {error}")))?;
            files.push((*engine, file));
        }
        Ok(files)
    }

    /// Whether a file is one that an engine may give: nothing else in the kernel's folder is.
    fn is_left(&self, file: &Path) -> bool {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        file.parent() == Some(&self.0.work) && name.starts_with(LEFT)
    }

    fn push(
        &self,
        name: &str,
        kind: &str,
        files: &[(u32, PathBuf)],
    ) -> Result<EngineReply, Failure> {
        check_name(name)?;
        let mut state = self.state();
        let mut ready = self.ready(&mut state)?;
        ready.pulls.remove(name);
        let read = |file: &PathBuf| {
            let bytes = fs::read(file).map(Bytes::from);
            bytes.map_err(|error| failure(&format!("cannot read the value: {error}")))
        };
        let Some((_, first)) = files.first() else { return Err(failure("no engine was named")) };
        let input = if files.iter().all(|(_, file)| file == first) {
            Input::Same(read(first)?)
        } else {
            let each = files.iter().map(|(engine, file)| Ok((*engine, read(file)?)));
            Input::Each(each.collect::<Result<_, Failure>>()?)
        };
        let engines: Vec<u32> = files.iter().map(|(engine, _)| *engine).collect();
        let kind = type_name::nameable(kind, &PRELUDE);
        let code =
            format!("let {name}: {kind} = bootcamp::cell::cluster::import(\"{name}\").unwrap();");
        let pushed = Cell::whole(code, &format!("push of {name}"));
        let mut cell = RunningCell(self.0.signals);
        match self.execute(&mut ready, &job(&pushed, &engines, &input), &mut cell) {
            Ok(Execution::Ended { endings, .. }) => {
                outcome(&endings, ready.compile_server, &mut cell)?;
                Ok(EngineReply::Pushed)
            }
            Ok(_) => Err(failure("the engines gave no answer")),
            Err(error) if error.ename.starts_with("E04") => Err(failure(&format!(
                "the type {kind} of `{name}` has no short name on the engines: {}; import it with \
                 `use` in a cell of the notebook",
                error.evalue
            ))),
            Err(failure) => Err(explained(failure, name)),
        }
    }
}

fn job<'a>(cell: &'a Cell, engines: &'a [u32], input: &'a Input) -> Job<'a> {
    Job { cell, execution_count: 0, engines, input, wait: true }
}

/// What the compiler says of code that nobody has written, for who named a variable.
fn explained(error: Failure, name: &str) -> Failure {
    match error.ename.as_str() {
        "E0425" => failure(&format!(
            "no engine has a variable `{name}`: `%%px let {name} = ..;` or `push` makes one"
        )),
        "E0277" => {
            failure(&format!("`{name}` cannot travel, its type has no serde: {}", error.evalue))
        }
        _ => error,
    }
}

fn check_name(name: &str) -> Result<(), Failure> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let begins_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if begins_well && name.chars().all(is_part) && name != "_" {
        return Ok(());
    }
    Err(failure(&format!("`{name}` is no name of a variable")))
}
