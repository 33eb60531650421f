//! evcxr, hidden: the only module of the kernel that knows it.
//!
//! A new version of evcxr touches this folder, the [`crate::compiler`] role (one pattern
//! of generated code) and nothing else.

mod failure;
mod helper;
mod place;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs};

use anyhow::Context as _;
use bootcamp_cell::Bundle;
use evcxr::{CommandContext, EvalContext, EvalOutputs};

use crate::child::{BACKTRACE_VARIABLE, Report, SUPPORT_VARIABLE, WORK_VARIABLE};
use crate::compiler;
use crate::house::{House, copy_folder};
use crate::work::Work;

pub(crate) use failure::Failure;
use place::Places;

/// Set by evcxr for the process that runs cells.
pub(crate) const CHILD_VARIABLE: &str = "EVCXR_IS_RUNTIME";
/// What evcxr waits for after a cell.
pub(crate) const CELL_DONE: &str = "EVCXR_EXECUTION_COMPLETE";
/// What generated code prints after a panic.
pub(crate) const PANIC_LINE: &str = "EVCXR_PANIC_NOTIFICATION";
/// What generated code prints after a failed `?`.
pub(crate) const ERROR_LINE: &str = "EVCXR_ERROR_OCCURRED";
/// What generated code prints when a variable's type was defined anew; a name follows.
pub(crate) const LOST_LINE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";

/// Compiles with `bootcamp` once, so that rust-analyzer has read it and the standard
/// library before the first cell of a person does; leaves no variable behind.
const WARM_UP: &str = "let bootcamp_warm_up = vec![bootcamp::Point::from((0.0, 0.0))];\n\
    drop(bootcamp_warm_up);";

/// A cell to run.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) code: String,
    /// How errors name the cell: its execution count.
    pub(crate) label: String,
}

/// How a cell ended, before its pipes were read.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It ran, or panicked: the child's report says which. There may be a result of an
    /// evcxr command.
    Ran(Option<Bundle>),
    /// Its process ended; the text says how.
    ProcessEnded(String),
    Failed(Failure),
}

/// evcxr's state: definitions, dependencies, and the child with the variables.
pub(crate) struct Evaluator {
    context: CommandContext,
    house: House,
    work: Arc<Work>,
    places: Places,
    serial: usize,
}

impl Evaluator {
    /// Starts evcxr and its child in `work`, with the helper crate in reach.
    pub(crate) fn start(work: Arc<Work>, house: &House) -> anyhow::Result<Self> {
        let folder = work.context();
        copy_folder(&house.seed().join("target"), &folder.join("target"))?;
        let program = env::current_exe().context("cannot find this program's own file")?;
        let mut child = Command::new(&program);
        child
            .env(WORK_VARIABLE, work.root())
            .env(SUPPORT_VARIABLE, house.support())
            .env(bootcamp_cell::channel::PATH_VARIABLE, work.path("channel"));
        if let Some(backtrace) = env::var_os("RUST_BACKTRACE") {
            child.env(BACKTRACE_VARIABLE, backtrace);
        }
        let (context, outputs) =
            EvalContext::with_subprocess_command(child).map_err(plain_error)?;
        // The child writes nothing but evcxr's own lines there.
        drop(outputs);
        let mut context = CommandContext::with_eval_context(context);
        for (name, value) in
            [("RUSTC_WORKSPACE_WRAPPER", program.as_path()), (compiler::VARIABLE, work.root())]
        {
            let command = format!(":build_env {name}={}", value.display());
            context.execute(&command).map_err(plain_error)?;
        }
        let mut evaluator =
            Self { context, house: house.clone(), work, places: Places::default(), serial: 0 };
        evaluator.warm_up()?;
        Ok(evaluator)
    }

    fn warm_up(&mut self) -> anyhow::Result<()> {
        let code = format!(":dep bootcamp\n{WARM_UP}");
        let cell = Cell { code, label: "0".to_owned() };
        match self.run(&cell) {
            Ending::Ran(_) => {}
            Ending::ProcessEnded(how) => anyhow::bail!("the cells' process ended: {how}"),
            Ending::Failed(failure) => {
                anyhow::bail!("{}\n{}", failure.evalue, failure.traceback.join("\n"))
            }
        }
        // A user's own start-up files, as on the stock kernel.
        self.context.execute(":load_config --quiet").map_err(plain_error)?;
        Ok(())
    }

    /// Compiles and runs a cell.
    pub(crate) fn run(&mut self, cell: &Cell) -> Ending {
        self.serial += 1;
        let number = self.serial;
        let code = match self.prepare(&cell.code) {
            Ok(code) => code,
            Err(error) => {
                return Ending::Failed(Failure::plain("KernelError", &format!("{error:#}")));
            }
        };
        let result = self.context.execute(&code);
        let generated = self.context.last_source().unwrap_or_default();
        self.places.record(number, cell, generated);
        match result {
            Ok(outputs) => {
                if restarts(&cell.code) {
                    // evcxr then remembers the variables that went with the process.
                    self.forget_variables();
                }
                Ending::Ran(bundle(&outputs))
            }
            Err(evcxr::Error::CompilationErrors(errors)) => {
                Ending::Failed(failure::of_compilation(&errors, cell))
            }
            Err(evcxr::Error::SubprocessTerminated(how)) => Ending::ProcessEnded(how),
            Err(error) => Ending::Failed(Failure::plain("Error", &error.to_string())),
        }
    }

    /// The failure that a panic or a failed `?` is, with the cell's own line.
    pub(crate) fn failure_of_report(&self, report: &Report) -> Failure {
        failure::of_report(report, &self.places)
    }

    /// One line about a panic that did not end the cell.
    pub(crate) fn note_of_report(&self, report: &Report) -> String {
        failure::note_of_report(report, &self.places)
    }

    /// Starts another child: evcxr does so, and forgets the variables, when a cell finds
    /// its process dead.
    pub(crate) fn forget_variables(&mut self) {
        kill(&self.context.process_handle());
        let _ = self.context.execute("();");
    }

    /// The names that fit at a byte offset, and the byte range that they replace.
    pub(crate) fn completions(
        &mut self,
        code: &str,
        offset: usize,
    ) -> anyhow::Result<(Vec<String>, usize, usize)> {
        let found = self.context.completions(code, offset)?;
        let names = found.completions.into_iter().map(|completion| completion.code).collect();
        Ok((names, found.start_offset, found.end_offset))
    }

    /// What is known of the name before a byte offset: (plain text, HTML).
    pub(crate) fn documentation(&mut self, code: &str, offset: usize) -> Option<(String, String)> {
        let (text, html) = self.context.hover_at(code, offset).ok()?;
        (text != "No documentation found").then_some((text, html))
    }

    /// The child; valid also after evcxr started another one.
    pub(crate) fn child(&self) -> Arc<Mutex<Child>> {
        self.context.process_handle()
    }

    /// What has to be true before evcxr sees the code: `:dep bootcamp` means the
    /// installed copy, its versions are those of our lock file, and the compiler role
    /// knows the cell's number.
    fn prepare(&self, code: &str) -> anyhow::Result<String> {
        let cell_file = self.work.path(compiler::CELL_FILE);
        fs::write(&cell_file, self.serial.to_string()).context("cannot write the cell's number")?;
        let (code, found) = helper::point_to_installed_copy(code, &self.house.crate_folder());
        if found {
            let lock = fs::read(self.house.seed().join("Cargo.lock"))?;
            helper::restore_lock(&self.work.context(), &lock)?;
        }
        Ok(code)
    }
}

/// Compiles an empty cell that depends on the helper crate, in `folder`: what it leaves
/// there is a start for every session. Cargo's progress goes to standard error.
pub(crate) fn build_dependencies(folder: &Path, lock: &[u8], helper: &Path) -> anyhow::Result<()> {
    // SAFETY: called by the verb `warm` only, whose process has one thread here.
    unsafe { env::set_var("EVCXR_TMPDIR", folder) };
    let program = env::current_exe().context("cannot find this program's own file")?;
    let (context, outputs) =
        EvalContext::with_subprocess_command(Command::new(program)).map_err(plain_error)?;
    drop(outputs);
    let mut context = CommandContext::with_eval_context(context);
    helper::restore_lock(folder, lock)?;
    let (code, _) = helper::point_to_installed_copy(":dep bootcamp", helper);
    context.execute(&code).map_err(plain_error)?;
    Ok(())
}

/// The child as stock evcxr has it. `None` when evcxr did not start this process.
pub(crate) fn run_plain_child() -> Option<ExitCode> {
    evcxr::runtime_hook();
    None
}

/// Plays rustc with evcxr's cache in front, and ends, when evcxr asked for it.
pub(crate) fn run_if_wrapper() {
    evcxr::runtime_hook();
}

/// Kills the child; evcxr then says that the process ended, and starts another one.
pub(crate) fn kill(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// evcxr finds its folder by the environment.
pub(crate) fn environment(work: &Work) -> [(&'static str, PathBuf); 1] {
    [("EVCXR_TMPDIR", work.context())]
}

fn restarts(code: &str) -> bool {
    code.lines().any(|line| line.trim() == ":restart")
}

fn bundle(outputs: &EvalOutputs) -> Option<Bundle> {
    let mut bundle = Bundle::new();
    for (mime, content) in &outputs.content_by_mime_type {
        bundle = bundle.text(mime, content.trim_end());
    }
    if let Some(duration) = outputs.timing {
        bundle = bundle.text("text/plain", format!("took {duration:.2?}"));
    }
    (!bundle.is_empty()).then_some(bundle)
}

fn plain_error(error: evcxr::Error) -> anyhow::Error {
    match error {
        evcxr::Error::CompilationErrors(errors) => {
            let texts = errors.iter().map(|error| match error.rendered() {
                text if text.is_empty() => error.message(),
                text => text,
            });
            anyhow::anyhow!("{}", texts.collect::<Vec<_>>().join("\n"))
        }
        error => anyhow::anyhow!("{error}"),
    }
}
