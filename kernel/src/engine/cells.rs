//! The cells of an engine: its child, and how each ends.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::{fs, mem};

use bootcamp_cluster::Failure;
use bootcamp_evaluator::child::Process;
use bootcamp_evaluator::compile_server::{CompileServer, Library, Return};
use bootcamp_evaluator::evcxr_words::LOST_LINE;
use bootcamp_evaluator::{Cell, Ending, Prebuilt, Toolchain, Work};
use bootcamp_protocol::files::{INPUT, OUTPUT};
use bootcamp_syntax::cell::ends_in_expression;

use crate::engine_protocol::{CellRequest, Ran, build};
use crate::interrupts::{Phase, State};
use crate::outcome::{Interrupt, classify};
use crate::output::{CellOutput, Outputs, Summary};
use crate::prelude::PRELUDE;

/// What an engine runs.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) work: Arc<Work>,
    outputs: Outputs,
    pub(super) state: Arc<State>,
    /// The prebuilt image that the child uses.
    prebuilt: PathBuf,
    process: Option<Process>,
    /// Where the state finds the child.
    place: Option<Arc<Mutex<Child>>>,
    /// What compiles source, and the prebuilt image for which it does.
    compile_server: Option<(CompileServer, PathBuf)>,
    libraries: usize,
    /// Where the cells of kernels run, by the keys of their prebuilt images; or why they cannot.
    pub(super) images: HashMap<String, Result<PathBuf, Failure>>,
}

impl Cells {
    pub(super) fn new(work: Arc<Work>, outputs: Outputs, state: Arc<State>) -> Self {
        Self {
            work,
            outputs,
            state,
            prebuilt: PathBuf::new(),
            process: None,
            place: None,
            compile_server: None,
            libraries: 0,
            images: HashMap::new(),
        }
    }

    /// Runs a cell that a kernel has compiled. It may read `input`, and leave a
    /// value.
    pub(super) fn run_compiled(
        &mut self,
        request: &CellRequest,
        library: &[u8],
        input: Option<&[u8]>,
        output: CellOutput,
    ) -> Result<(Ran, Option<Vec<u8>>), Failure> {
        check_build(&request.build)?;
        let prebuilt = self.image(&request.prebuilt)?;
        self.libraries += 1;
        let path = self.work.path(&format!("cell-{}.so", self.libraries));
        let (input_file, output_file) = (self.work.path(INPUT), self.work.path(OUTPUT));
        let write = || {
            input.map_or(Ok(()), |input| fs::write(&input_file, input))?;
            fs::write(&path, library)
        };
        write().map_err(|error| Failure::new("KernelError", error.to_string()))?;
        if let Phase::Interrupted(_) = self.state.enter(Phase::Running) {
            self.state.enter(Phase::Idle);
            return Err(Failure::new("Interrupted", "the cell was interrupted before it ran"));
        }
        let ran = self.run(&prebuilt, &path, &request.function, output);
        self.state.enter(Phase::Idle);
        let ran = ran.map(|(mut ran, _)| {
            ran.left_at = self.leave(&output_file, &request.leave_at);
            let travels = if ran.left_at.is_some() { None } else { fs::read(&output_file).ok() };
            (ran, travels)
        });
        for file in [&input_file, &output_file] {
            let _ = fs::remove_file(file);
        }
        // The child has it open for as long as it lives.
        let _ = fs::remove_file(path);
        ran
    }

    /// Puts a value where the kernel finds it, if this is the kernel's machine: then it need not
    /// travel, nor be kept by the hub.
    fn leave(&self, value: &Path, place: &Path) -> Option<PathBuf> {
        let mut name = place.file_name()?.to_owned();
        name.push("-");
        name.push(self.work.root().file_name()?);
        let file = place.with_file_name(name);
        // The folder's name is random: it is there only where the kernel is.
        fs::rename(value, &file).ok().map(|()| file)
    }

    /// Compiles and runs Rust source.
    pub(super) fn run_source(&mut self, code: &str, output: CellOutput) -> Result<(), Failure> {
        let (mut compile_server, prebuilt) = match self.compile_server.take() {
            Some(started) if !started.0.is_gone() => started,
            _ => start_compile_server()?,
        };
        let cell = Cell::whole(code.to_owned(), &format!("cell [{}]", output.execution_count));
        let output = CellOutput { ends_in_expression: ends_in_expression(code), ..output };
        self.state.enter(Phase::Running);
        let ended = self.compile_and_run(&mut compile_server, &prebuilt, &cell, &output);
        let interrupt = self.state.interrupted();
        self.state.enter(Phase::Idle);
        let result = ended.and_then(|(ending, summary)| {
            let note = |note| self.outputs.note(note);
            classify(&mut compile_server, ending, interrupt, &summary, note).map_err(as_failure)
        });
        self.compile_server = Some((compile_server, prebuilt));
        if let Some(bundle) = result? {
            self.outputs.result(bundle);
        }
        Ok(())
    }

    fn compile_and_run(
        &mut self,
        compile_server: &mut CompileServer,
        prebuilt: &Path,
        cell: &Cell,
        output: &CellOutput,
    ) -> Result<(Ending, Summary), Failure> {
        let state = Arc::clone(&self.state);
        let is_interrupted = || state.interrupted() != Interrupt::None;
        let mut compiled = match compile_server.compile(cell, is_interrupted) {
            Ok(compiled) => compiled,
            Err(ending) => return Ok((ending, Summary::default())),
        };
        loop {
            let Library { path, function } = compiled.library();
            let (ran, forward) = self.run(prebuilt, path, function, output.clone())?;
            if let Some(how) = ran.process_ended {
                compiled.settle(&Return::Died, is_interrupted);
                return Ok((Ending::ProcessEnded(how), ran.summary));
            }
            // Where a variable is not there any more, evcxr compiles the cell without it.
            if let Some(ending) = compiled.settle(&Return::Ended(forward), is_interrupted) {
                return Ok((ending, ran.summary));
            }
        }
    }

    /// Forgets all variables.
    pub(super) fn clear(&mut self) {
        self.process = None;
        if let Some((compile_server, _)) = &mut self.compile_server {
            compile_server.clear();
        }
    }

    /// Runs a function of a library; gives the lines for evcxr, too.
    pub(super) fn run(
        &mut self,
        prebuilt: &Path,
        library: &Path,
        function: &str,
        output: CellOutput,
    ) -> Result<(Ran, Vec<String>), Failure> {
        let mut process = self.process(prebuilt)?;
        self.outputs.begin(output);
        let result = process.run(library, function);
        let summary = self.outputs.end();
        self.process = result.is_ok().then_some(process);
        let (forward, process_ended) = match result {
            Ok(forward) => (forward, None),
            Err(how) => (Vec::new(), Some(format!("terminated with status: {how}"))),
        };
        let missing = |line: &String| line.strip_prefix(LOST_LINE).map(str::to_owned);
        let missing = forward.iter().filter_map(missing).collect();
        let interrupt = self.state.interrupted();
        Ok((Ran { process_ended, interrupt, missing, summary, left_at: None }, forward))
    }

    /// The child, started if there is none, or if it uses another prebuilt image.
    fn process(&mut self, prebuilt: &Path) -> Result<Process, Failure> {
        if let Some(process) = self.process.take_if(|_| self.prebuilt == prebuilt) {
            return Ok(process);
        }
        self.process = None;
        if !PRELUDE.library(prebuilt).is_file() {
            let why = format!(
                "there is no {} here: this engine's computer lacks what the kernel has built",
                prebuilt.display()
            );
            return Err(Failure::new("NotBuilt", why));
        }
        prebuilt.clone_into(&mut self.prebuilt);
        let process = Process::start(&self.work, &PRELUDE, prebuilt, &mut self.place)
            .map_err(|error| Failure::new("KernelError", format!("{error:#}")))?;
        if let Some(child) = &self.place {
            self.state.runs_in(Arc::clone(child));
        }
        Ok(process)
    }
}

fn start_compile_server() -> Result<(CompileServer, PathBuf), Failure> {
    let start = || {
        let prebuilt = Prebuilt::find(&Toolchain::find()?, &PRELUDE)?;
        anyhow::Ok((CompileServer::start(|_| {})?, prebuilt.path().to_owned()))
    };
    start().map_err(|error| {
        Failure::new("NoToolchain", format!("this engine cannot compile Rust: {error:#}"))
    })
}

fn as_failure(mut failure: bootcamp_evaluator::Failure) -> Failure {
    let traceback = mem::take(&mut failure.traceback);
    Failure::new(failure.ename, failure.evalue).with_traceback(traceback)
}

/// Refuses what another build of this program has compiled.
pub(super) fn check_build(theirs: &str) -> Result<(), Failure> {
    if theirs == build() {
        return Ok(());
    }
    let why = format!(
        "this engine is bootcamp-kernel {}, the notebook's kernel is {theirs}: start the engines \
         anew, with the kernel's own program",
        build(),
    );
    Err(Failure::new("OtherBuild", why))
}
