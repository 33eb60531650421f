//! The only module that has evcxr run cells. Beside it, `errors` reads evcxr's errors, and
//! `evcxr_words` starts its other processes.
//!
//! A new version of evcxr may need changes in this folder, and in the modules that depend on
//! evcxr's formats: [`crate::evcxr_words`] (its words), [`crate::compiler`] (generated code),
//! [`crate::cargo`] and [`crate::stand_in`] (how it runs a build), [`crate::child`] and the
//! kernel's `engine` (how it runs a cell), the kernel's `output` and the crate `bootcamp-cell` (the
//! lines that cells print for it).

mod assistance;
mod helper;
mod options;
mod preparation;
mod session;
mod settings;

use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs};

use anyhow::Context as _;
use bootcamp_protocol::Bundle;
use bootcamp_syntax::command::{adds_dependency, commands};
use bootcamp_syntax::redefinition::Definitions;
use evcxr::{CommandContext, EvalContext, EvalOutputs};
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::child::{self, Report};
use crate::compiler;
use crate::dependencies::InUse;
use crate::error::Error;
use crate::errors::{self, Gone, Known, Places};
use crate::failure::Failure;
use crate::passes::Pass;
use crate::prebuilt::Prebuilt;
use crate::stand_in::StandIn;
use crate::work::Work;

pub use assistance::{Completion, Completions};
use options::Options;
pub(crate) use session::build_session;

/// How a cell ended, before its pipes were read.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ending {
    /// The cell ran or panicked; the child's report says which. An evcxr command may have a result.
    Ran(Option<Bundle>),
    /// The process of the cell ended. The text says how.
    ProcessEnded(String),
    /// The cell was not run.
    Failed(Failure),
}

/// The state of evcxr: definitions, dependencies, and the child with the variables.
#[expect(missing_debug_implementations, reason = "evcxr's own state has none")]
pub struct Evaluator {
    context: CommandContext,
    prebuilt: Prebuilt,
    stand_in: StandIn,
    options: Options,
    definitions: Definitions,
    places: Places,
    gone: Gone,
    /// The id of the process whose store has tokio's runtime.
    with_runtime: Option<u32>,
    serial: usize,
    /// The optimization level of all cells, if the user chose one.
    level: Option<String>,
    /// The variables that `%env` has set.
    environment: Vec<(String, String)>,
    folder_before: Option<PathBuf>,
    /// While this file is open, no process removes the prebuilt image.
    _claim: Option<fs::File>,
    dependencies: InUse,
}

impl Evaluator {
    /// Starts evcxr and its child in `work`, and makes the helper crate available.
    ///
    /// # Errors
    /// When evcxr does not start.
    pub fn start(work: &Work, prebuilt: &Prebuilt, stand_in: StandIn) -> Result<Self, Error> {
        let child = child::command(work, prebuilt.prelude, prebuilt.path());
        let child = child.context("cannot start a child");
        child
            .and_then(|child| Self::start_with(child, prebuilt, stand_in))
            .map_err(|error| Error::start(&error))
    }

    /// Starts evcxr with another process instead of the child.
    pub(crate) fn start_with(
        mut child: Command,
        prebuilt: &Prebuilt,
        stand_in: StandIn,
    ) -> anyhow::Result<Self> {
        let claim = prebuilt.claim();
        stand_in.restore(&mut child);
        let (context, outputs) =
            EvalContext::with_subprocess_command(child).map_err(plain_error)?;
        // The child's output has only evcxr's own lines.
        drop(outputs);
        let mut evaluator = Self {
            context: CommandContext::with_eval_context(context),
            prebuilt: prebuilt.clone(),
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
            dependencies: InUse::default(),
        };
        // The user's own start-up files are loaded, as on the stock kernel.
        evaluator.context.execute(":load_config --quiet").map_err(plain_error)?;
        Ok(evaluator)
    }

    /// Lets rust-analyzer read the sources that most cells need. Errors are ignored here; they show
    /// up again when a cell needs the result.
    pub fn warm_up(&mut self) {
        let code = self.prebuilt.prelude.warm_up;
        let _ = self.completions(code, code.len());
    }

    /// Compiles and runs a cell.
    pub fn run(&mut self, cell: &Cell) -> Ending {
        self.serial += 1;
        let mut before = self.variables();
        let redefined = self.redefined(cell);
        self.gone.begin(&before, &redefined);
        let number = self.serial;
        if adds_dependency(&cell.code) {
            // Its tokio may be another one from here on, and so its runtime.
            self.with_runtime = None;
        }
        let code = match self.prepare(&cell.code, redefined) {
            Ok(code) => code,
            Err(error) => {
                return Ending::Failed(Failure::plain("KernelError", &format!("{error:#}")));
            }
        };
        let (code, cache) = helper::without_cache(&code);
        let result = self.context.execute(&code);
        self.dependencies.renew(self.stand_in.work());
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
                // evcxr still has the variables of the process that ended. It also does not know
                // that two toolchains may lay out values differently.
                if self.options.note(&cell.code, &self.stand_in.sysroot) {
                    self.forget_variables();
                }
                Ending::Ran(bundle(&outputs, cache))
            }
            Err(evcxr::Error::SubprocessTerminated(how)) => {
                self.gone.forget();
                Ending::ProcessEnded(how)
            }
            Err(error) => {
                // Variables whose types have changed are lost before a cell runs. evcxr then
                // compiles the cell once more, and that can fail.
                let has_run = !matches!(error, evcxr::Error::CompilationErrors(_));
                self.gone.note(&before, &self.variables(), cell, has_run);
                Ending::Failed(self.explained(&error, cell))
            }
        }
    }

    /// Returns the failure for a panic or a failed `?`, with the cell's own line.
    pub fn failure_of_report(&mut self, report: &Report) -> Failure {
        self.gone.note_failure();
        self.failure_of_test(report)
    }

    /// Returns a line or two about a panic that did not end the cell.
    pub fn note_of_report(&mut self, report: &Report) -> String {
        errors::note_of_report(report, &self.places)
    }

    /// Kills the child and lets evcxr start another one. evcxr does so, and forgets the variables,
    /// when a cell finds its process dead.
    pub fn forget_variables(&mut self) {
        child::kill(&self.context.process_handle());
        let _ = self.context.execute("();");
        self.gone.forget();
    }

    /// Returns the failure for a panic of a test, with the cell's own line.
    pub fn failure_of_test(&self, report: &Report) -> Failure {
        errors::of_report(report, &self.places)
    }

    /// Returns the place of a panic, in the cells' own lines.
    pub fn place_of_report(&self, report: &Report) -> String {
        errors::place_of_report(report, &self.places)
    }

    /// Returns the compiler's runs for the last cell.
    pub fn passes(&self) -> Vec<Pass> {
        self.stand_in.passes()
    }

    /// Returns how long the dependencies of the last cell took, in milliseconds.
    pub fn dependencies_ms(&self) -> f64 {
        self.stand_in.dependencies_ms()
    }

    /// Returns the child. The handle stays valid when evcxr starts another one.
    pub fn child(&self) -> Arc<Mutex<Child>> {
        self.context.process_handle()
    }

    /// Returns the variables with their types.
    pub fn variables_and_types(&self) -> Vec<(String, String)> {
        let all = self.context.variables_and_types();
        all.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
    }

    /// Forgets everything that cells have defined, and starts another process in the same folder.
    ///
    /// # Errors
    /// When evcxr fails.
    pub fn clear(&mut self) -> Result<(), Failure> {
        // Cells may have changed their folder. The new process starts in the folder of this one.
        let _ = env::set_current_dir(self.folder());
        let cleared = self.context.execute(":clear");
        self.definitions = Definitions::default();
        self.gone.forget();
        self.with_runtime = None;
        cleared.map(drop).map_err(|error| errors::of_evcxr(&error.to_string()))
    }

    /// Why a cell was not run.
    fn explained(&mut self, error: &evcxr::Error, cell: &Cell) -> Failure {
        let variables = self.variables();
        let known =
            Known { variables: &variables, gone: &self.gone, prelude: self.prebuilt.prelude };
        let context = &mut self.context;
        let hover = |code: &str| {
            context.hover_at(code, code.len()).map(|(text, _)| text).unwrap_or_default()
        };
        errors::explained(error, cell, &known, hover)
    }

    fn variables(&self) -> Vec<String> {
        self.context.variables_and_types().map(|(name, _)| name.to_owned()).collect()
    }

    fn process(&self) -> u32 {
        self.child().lock().unwrap_or_else(PoisonError::into_inner).id()
    }
}

/// Returns what a cell shows at its end. `cache` is a command of the cell that was left out.
fn bundle(outputs: &EvalOutputs, cache: Option<&str>) -> Option<Bundle> {
    let mut bundle = Bundle::new();
    if let Some(name) = cache {
        let why = "crates are compiled once for this computer, for all notebooks";
        bundle = bundle.text("text/plain", format!("`{name}` is not needed: {why}"));
    }
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
