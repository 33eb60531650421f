//! evcxr, hidden: the only module of the kernel that calls it.
//!
//! A new version of evcxr touches this folder, and those who know what it writes and reads:
//! [`crate::compiler`] (generated code), [`crate::cargo`] and [`crate::stand_in`] (how it asks
//! for a build), [`crate::child`] and [`crate::engine`] (how it runs one), [`crate::output`] and
//! the crate `bootcamp-cell` (what cells print for it).

mod advice;
mod assistance;
mod colours;
mod failure;
mod gone;
mod helper;
mod options;
mod picture;
mod place;
mod session;
mod unkept;

use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs, io};

use anyhow::Context as _;
use bootcamp_cell::Bundle;
use bootcamp_syntax::binding::kept_bindings;
use bootcamp_syntax::cell::only_defines;
use bootcamp_syntax::command::{commands, start_of_rust};
use bootcamp_syntax::completeness::gap;
use bootcamp_syntax::definition::{Definitions, names_types};
use evcxr::{CommandContext, EvalContext, EvalOutputs};
use serde::{Deserialize, Serialize};

use crate::child::{self, Report};
use crate::compiler;
use crate::house::House;
use crate::stand_in::{CellSettings, Pass, Redefined, StandIn};
use crate::verdict::Compiled;
use crate::work::Work;

pub(crate) use assistance::{Completion, Completions};
pub(crate) use failure::Failure;
use gone::Gone;
use options::Options;
use place::Places;
pub(crate) use session::build_session;

/// Set by evcxr for the process that runs cells.
pub(crate) const CHILD_VARIABLE: &str = "EVCXR_IS_RUNTIME";
/// What evcxr waits for after a cell.
pub(crate) const CELL_DONE: &str = "EVCXR_EXECUTION_COMPLETE";
/// What a cell prints for evcxr: after a panic, after a failed `?`, and, with a name, when a
/// variable's type was defined anew.
pub(crate) use bootcamp_cell::body::PANIC_NOTIFICATION as PANIC_LINE;
pub(crate) use bootcamp_cell::store::{
    USER_ERROR_OCCURRED as ERROR_LINE, VARIABLE_CHANGED_TYPE as LOST_LINE,
};

/// Code that makes rust-analyzer read `bootcamp` and the standard library before the first
/// cell of a person does. Names are asked for at its end; nothing is compiled.
const WARM_UP: &str = "let points = vec![bootcamp::Point::from((0.0, 0.0))];\n\
    let sum: f64 = points.iter().map(|point| point.x).sum();\n\
    points.";

/// A cell to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub(crate) code: String,
    /// As the person wrote it, magics and all; the same lines.
    pub(crate) written: String,
    /// How errors name the cell: `cell [3]`, or a file.
    pub(crate) label: String,
}

impl Cell {
    /// One that is all that was written.
    pub(crate) fn whole(code: String, label: &str) -> Self {
        Self { written: code.clone(), code, label: label.to_owned() }
    }
}

/// How a cell ended, before its pipes were read.
#[derive(Debug, Serialize, Deserialize)]
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
    stand_in: StandIn,
    options: Options,
    definitions: Definitions,
    places: Places,
    gone: Gone,
    /// The process that has tokio's runtime in its store.
    with_runtime: Option<u32>,
    serial: usize,
    /// An optimization level for all cells.
    level: Option<String>,
    /// The variables that `%env` has set.
    environment: Vec<(String, String)>,
    folder_before: Option<PathBuf>,
    /// While it is open, nobody removes the house.
    _claim: Option<fs::File>,
}

impl Evaluator {
    /// Starts evcxr and its child in `work`, with the helper crate in reach.
    pub(crate) fn start(work: &Work, house: &House, stand_in: StandIn) -> anyhow::Result<Self> {
        let child = child::command(work, house.path()).context("cannot start a child")?;
        Self::start_with(child, house, stand_in)
    }

    /// Starts evcxr with another process in the place of the child.
    pub(crate) fn start_with(
        mut child: Command,
        house: &House,
        stand_in: StandIn,
    ) -> anyhow::Result<Self> {
        let claim = house.claim();
        stand_in.restore(&mut child);
        let (context, outputs) =
            EvalContext::with_subprocess_command(child).map_err(plain_error)?;
        // The child writes nothing but evcxr's own lines there.
        drop(outputs);
        let mut evaluator = Self {
            context: CommandContext::with_eval_context(context),
            house: house.clone(),
            stand_in,
            options: Options::default(),
            definitions: Definitions::default(),
            places: Places::default(),
            gone: Gone::default(),
            with_runtime: None,
            serial: 0,
            level: None,
            environment: Vec::new(),
            folder_before: None,
            _claim: claim,
        };
        // A user's own start-up files, as on the stock kernel.
        evaluator.context.execute(":load_config --quiet").map_err(plain_error)?;
        Ok(evaluator)
    }

    /// Lets rust-analyzer read what most cells need. What fails here will be told where it
    /// matters.
    pub(crate) fn warm_up(&mut self) {
        let _ = self.completions(WARM_UP, WARM_UP.len());
    }

    /// Compiles and runs a cell.
    pub(crate) fn run(&mut self, cell: &Cell) -> Ending {
        self.serial += 1;
        let mut before = self.variables();
        let redefined = self.redefined(cell);
        self.gone.begin(&before, &redefined);
        let number = self.serial;
        if options::adds_dependency(&cell.code) {
            // Its tokio may be another one from here on, and so its runtime.
            self.with_runtime = None;
        }
        let code = match self.prepare(&cell.code, redefined) {
            Ok(code) => code,
            Err(error) => {
                return Ending::Failed(Failure::plain("KernelError", &format!("{error:#}")));
            }
        };
        let result = self.context.execute(&code);
        let generated = self.context.last_source().unwrap_or_default();
        let makes_runtime = compiler::makes_runtime(&generated);
        self.places.record(number, cell, generated);
        match result {
            Ok(outputs) => {
                if commands(&cell.code).any(|command| command.name == ":clear") {
                    self.definitions = Definitions::default();
                    self.gone.forget();
                    before.clear();
                }
                self.definitions.note(&cell.code);
                self.gone.note(&before, &self.variables(), cell, true);
                if makes_runtime {
                    self.with_runtime = Some(self.process());
                }
                // evcxr still remembers the variables that went with the process, and it
                // knows nothing of two toolchains that lay values out differently.
                if self.options.note(&cell.code, &self.stand_in.sysroot) {
                    self.forget_variables();
                }
                Ending::Ran(bundle(&outputs))
            }
            Err(evcxr::Error::SubprocessTerminated(how)) => {
                self.gone.forget();
                Ending::ProcessEnded(how)
            }
            Err(error) => {
                // Variables whose types are others now are lost before a cell runs; evcxr then
                // compiles it once more, and that can fail.
                let has_run = !matches!(error, evcxr::Error::CompilationErrors(_));
                self.gone.note(&before, &self.variables(), cell, has_run);
                Ending::Failed(self.explained(&error, cell))
            }
        }
    }

    /// Why a cell was not run.
    fn explained(&mut self, error: &evcxr::Error, cell: &Cell) -> Failure {
        let (errors, text) = match error {
            evcxr::Error::CompilationErrors(errors) => (&errors[..], String::new()),
            error => (&[][..], error.to_string()),
        };
        let is_mute = errors.iter().all(|error| error.message().trim().is_empty());
        let has_rust = start_of_rust(&cell.code) < cell.code.len();
        if text.is_empty() && is_mute && !has_rust {
            return Failure::plain("Error", "the command has nothing to show");
        }
        if let Some(gap) = gap(&cell.code)
            && failure::are_of_syntax(errors)
        {
            return failure::of_gap(&gap, cell);
        }
        if let Some(place) = failure::place_of_closure(errors, &text, cell)
            && let Some(failure) = self.closure_failure(cell, &place)
        {
            return failure;
        }
        if text.is_empty() {
            failure::of_compilation(errors, cell, &self.gone)
        } else {
            failure::of_evcxr(&text)
        }
    }

    /// The failure that a panic of a test is, with the cell's own line.
    pub(crate) fn failure_of_test(&self, report: &Report) -> Failure {
        failure::of_report(report, &self.places)
    }

    /// Where a panic was, in the cells' own lines.
    pub(crate) fn place_of_report(&self, report: &Report) -> String {
        failure::place_of_report(report, &self.places)
    }

    /// The compiler's runs for the last cell.
    pub(crate) fn passes(&self) -> Vec<Pass> {
        self.stand_in.passes()
    }

    /// The child; valid also after evcxr started another one.
    pub(crate) fn child(&self) -> Arc<Mutex<Child>> {
        self.context.process_handle()
    }

    /// The variables with their types.
    pub(crate) fn variables_and_types(&self) -> Vec<(String, String)> {
        let all = self.context.variables_and_types();
        all.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
    }

    /// The folder that the cells work in.
    pub(crate) fn folder(&self) -> PathBuf {
        let of_child = fs::read_link(format!("/proc/{}/cwd", self.process()));
        of_child.or_else(|_| env::current_dir()).unwrap_or_default()
    }

    /// The optimization level that was asked for, if one was.
    pub(crate) fn level(&self) -> Option<String> {
        self.level.clone()
    }

    pub(crate) fn set_level(&mut self, level: Option<String>) {
        self.level = level;
    }

    /// Forgets all that cells have defined, and starts another process in the same folder.
    pub(crate) fn clear(&mut self) -> Result<(), Failure> {
        // Cells may have gone elsewhere; the process begins where the kernel is.
        let _ = env::set_current_dir(self.folder());
        let cleared = self.context.execute(":clear");
        self.definitions = Definitions::default();
        self.gone.forget();
        self.with_runtime = None;
        cleared.map(drop).map_err(|error| failure::of_evcxr(&error.to_string()))
    }

    /// Sets an environment variable of the processes that follow.
    pub(crate) fn set_variable(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        child::write_environment(self.stand_in.work(), &self.environment)
    }

    /// Where the cells were before the last `%cd`.
    pub(crate) fn folder_before(&self) -> Option<PathBuf> {
        self.folder_before.clone()
    }

    pub(crate) fn set_folder_before(&mut self, folder: PathBuf) {
        self.folder_before = Some(folder);
    }

    fn variables(&self) -> Vec<String> {
        self.context.variables_and_types().map(|(name, _)| name.to_owned()).collect()
    }

    fn process(&self) -> u32 {
        self.child().lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// The variables whose types a cell changes. Their old values know how to drop
    /// themselves; as the new type, their bytes would be nonsense.
    fn redefined(&self, cell: &Cell) -> Vec<Redefined> {
        let changes = self.definitions.changed_by(&cell.code);
        if changes.is_empty() {
            return Vec::new();
        }
        let made_anew = kept_bindings(&cell.code);
        let redefined = self.context.variables_and_types().filter_map(|(variable, of)| {
            let name = changes.name_in(of)?;
            let notice = || {
                format!(
                    "The variable `{variable}` is lost: {} changes its type `{name}`.",
                    cell.label
                )
            };
            let notice = (!made_anew.iter().any(|made| made == variable)).then(notice);
            Some(Redefined { variable: variable.to_owned(), notice })
        });
        let mut redefined: Vec<Redefined> = redefined.collect();
        redefined.sort_by(|one, other| one.variable.cmp(&other.variable));
        redefined
    }

    /// What has to be true before evcxr sees the code: `:dep bootcamp` means the
    /// installed copy, and the compiler knows the cell.
    fn prepare(&self, code: &str, redefined: Vec<Redefined>) -> anyhow::Result<String> {
        let own_level = || options::level(code, self.context.defined_item_names());
        let cell = CellSettings {
            number: self.serial,
            shows_debug: self.options.shows_debug(code),
            leaves_variables: !names_types(code),
            leaves_runtime: self.with_runtime == Some(self.process()),
            level: self.level.clone().or_else(own_level),
            redefined,
        };
        self.stand_in.announce(&cell).context("cannot write to the kernel's folder")?;
        let mut prepared = if self.options.has_other_toolchain() {
            helper::with_source_dependency(code, &self.house.crate_folder())
        } else {
            helper::without_dependency(code)
        };
        if !cell.redefined.is_empty() && only_defines(code) {
            // evcxr generates no code with variables for it, and they are to be dropped.
            prepared.push_str("\n();");
        }
        Ok(prepared)
    }
}

impl Compiled for Evaluator {
    fn failure_of_report(&mut self, report: &Report) -> Failure {
        self.gone.note_failure();
        self.failure_of_test(report)
    }

    fn note_of_report(&mut self, report: &Report) -> String {
        failure::note_of_report(report, &self.places)
    }

    /// Starts another child: evcxr does so, and forgets the variables, when a cell finds
    /// its process dead.
    fn forget_variables(&mut self) {
        kill(&self.context.process_handle());
        let _ = self.context.execute("();");
        self.gone.forget();
    }
}

/// The child as stock evcxr has it; does not return.
pub(crate) fn run_plain_child() {
    evcxr::runtime_hook();
}

/// Plays rustc with evcxr's cache in front, and ends, when evcxr asked for it.
pub(crate) fn run_if_wrapper() {
    evcxr::runtime_hook();
}

/// Kills the child; evcxr then says that the process ended, and starts another one.
pub(crate) fn kill(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
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
