//! The command that compiles a cell, kept for later cells.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use bootcamp_syntax::token::has_sequence;
use serde::{Deserialize, Serialize};

use super::hooks::{Hooked, Hooks};
use super::rustc::{RustcRun, has_final_errors, remember_errors, run};
use super::source::Source;
use super::{LINE_FILE, file_prefix, generation};
use crate::evcxr_words::LIBRARY_FILE_VARIABLE;
use crate::passes::Pass;
use crate::phases::milliseconds;
use crate::prelude::InCells;
use crate::stand_in::{CellSettings, Redefined, StandIn};

/// The text that stands for the folder of a session in a line that all sessions share.
const CONTEXT: &str = "@CONTEXT@";
/// Variables that cargo sets and that a cell can read with `env!`.
const KEPT: [&str; 2] = ["OUT_DIR", "LD_LIBRARY_PATH"];
/// The variable that a person sets for the kernel to measure how long linking takes.
const TIME_LINKING: &str = "BOOTCAMP_TIME_LINKING";

/// The result that is wanted of the compiler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// A library to load.
    Library,
    /// Only its errors.
    Errors,
}

/// rustc's arguments and the variables that cargo had set for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RustcLine {
    rustc: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    /// More arguments, to link without the C compiler.
    #[serde(default)]
    linker: Vec<String>,
}

impl<'a> Hooks<'a> {
    fn of(cell: &CellSettings, runtime: &'a str) -> Self {
        let CellSettings { shows_debug, leaves_variables, leaves_runtime, .. } = *cell;
        Self { runtime, shows_debug, leaves_variables, leaves_runtime }
    }
}

impl RustcLine {
    /// Returns the command that this process was started with, with the prebuilt `bootcamp` added.
    pub(super) fn of_this_process(stand_in: &StandIn) -> io::Result<Self> {
        let prebuilt = &stand_in.prebuilt;
        let text = |text: std::ffi::OsString| {
            text.into_string().map_err(|_| io::Error::other("an argument is not UTF-8"))
        };
        let mut all = super::wrapped().into_iter().map(text);
        let rustc = all.next().ok_or_else(|| io::Error::other("rustc's path is missing"))??;
        let mut arguments = all.collect::<io::Result<Vec<_>>>()?;
        let prelude = &stand_in.prelude.name;
        let named = format!("{prelude}=");
        if !arguments.iter().any(|argument| argument.starts_with(&named)) {
            arguments.extend([
                "--extern".to_owned(),
                format!("{named}{}", prebuilt.join(format!("lib{prelude}.so")).display()),
                "-L".to_owned(),
                format!("dependency={}", prebuilt.join("deps").display()),
            ]);
        }
        let environment = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| {
                let of_cargo = name.starts_with("CARGO") && name != "CARGO_MAKEFLAGS";
                of_cargo && name != "CARGO_HOME" || KEPT.contains(&name.as_str())
            })
            .collect();
        Ok(Self { rustc, arguments, environment, linker: Vec::new() })
    }

    /// Reads the line that the compiler role left in the working folder.
    pub(crate) fn recorded(work: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(work.join(LINE_FILE)).ok()?).ok()
    }

    /// Returns the line that compiles a cell, without the folder of its session, in place of the empty
    /// crate that cargo compiled in a target folder.
    pub(crate) fn for_cells(&self, target: &Path, context: &Path) -> Self {
        let own_target = context.join("target");
        let in_context = |path: &str| match Path::new(path).strip_prefix(target) {
            Ok(rest) => own_target.join(rest).to_string_lossy().into_owned(),
            Err(_) => path.to_owned(),
        };
        let mut line = self.clone();
        let mut before = "";
        for (argument, place) in self.arguments.iter().zip(&mut line.arguments) {
            if argument.ends_with("src/lib.rs") {
                *place = context.join("src/lib.rs").to_string_lossy().into_owned();
            } else if before == "--out-dir" {
                *place = in_context(argument);
            }
            before = argument;
        }
        for (name, value) in &mut line.environment {
            match &**name {
                "CARGO_MANIFEST_DIR" => *value = context.to_string_lossy().into_owned(),
                "CARGO_MANIFEST_PATH" => {
                    *value = context.join("Cargo.toml").to_string_lossy().into_owned();
                }
                "CARGO_TARGET_DIR" | "CARGO_BUILD_BUILD_DIR" => "target".clone_into(value),
                _ => {}
            }
        }
        line.map(|text| text.replace(&*context.to_string_lossy(), CONTEXT))
    }

    /// Returns the line with the name of the session's generation of cells.
    pub(crate) fn named(mut self, work: &Path) -> io::Result<Self> {
        generation::name(&mut self.arguments, work)?;
        Ok(self)
    }

    /// Says whether the files of all crates that the cell can name are there.
    pub(crate) fn has_its_crates(&self) -> bool {
        let named = self.arguments.windows(2).filter(|pair| pair[0] == "--extern");
        named.filter_map(|pair| pair[1].split_once('=')).all(|(_, file)| Path::new(file).exists())
    }

    /// Returns a shared line with the folder of a session.
    pub(crate) fn in_context(&self, context: &Path) -> Self {
        self.map(|text| text.replace(CONTEXT, &context.to_string_lossy()))
    }

    fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            rustc: self.rustc.clone(),
            arguments: self.arguments.iter().map(|text| change(text)).collect(),
            environment: self
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), change(value)))
                .collect(),
            linker: self.linker.clone(),
        }
    }

    /// Returns the line with arguments to link without the C compiler.
    pub(crate) fn linked_by(&self, linker: &[String]) -> Self {
        Self { linker: linker.to_vec(), ..self.clone() }
    }

    /// Compiles without cargo and prints what cargo would print. Returns true if the cell compiled.
    pub(crate) fn run(&self, stand_in: &StandIn, goal: Goal) -> anyhow::Result<bool> {
        let cell = stand_in.cell();
        let (file, text) = self.source()?;
        let source = Source::of(&text);
        let library = self.output_folder()?.join("libctx.so");
        if goal == Goal::Library
            && !source.catches_panics()
            && has_final_errors(stand_in.work(), cell.number)
        {
            // evcxr now compiles without its wrapper, to get the same errors once more. If it is
            // told that there are none, it reports those that it knows and runs nothing.
            fs::write(&library, "")?;
            report_library(&library)?;
            return Ok(true);
        }
        let mut arguments = self.arguments_for(goal, &cell);
        arguments.extend(macro_arguments(&text, &stand_in.prelude));
        let compiled = |linker: &[String]| {
            let arguments = [&arguments[..], linker].concat();
            let command = || self.command(stand_in.work(), &arguments, &cell, &file);
            compile(
                stand_in,
                &file,
                &source,
                (Hooks::of(&cell, &stand_in.prelude.runtime), &cell.redefined),
                command,
            )
        };
        let mut outcome = compiled(&self.linker)?;
        // A cell may ask for a library that only the C compiler finds.
        if !self.linker.is_empty() && outcome.failed_to_link() {
            outcome = compiled(&[])?;
        }
        if goal == Goal::Errors && outcome.status.success() {
            // If a check prints anything, even a warning, evcxr takes that for the reason, and does
            // not report the reason that it knows itself: a closure cannot be kept.
            return Ok(true);
        }
        outcome.report(source.shows_last())?;
        if !outcome.status.success() {
            let catches = source.catches_panics();
            remember_errors(stand_in.work(), &cell, catches.then_some(&outcome));
            return Ok(false);
        }
        if goal == Goal::Library {
            report_library(&library)?;
        }
        Ok(true)
    }

    fn source(&self) -> io::Result<(PathBuf, String)> {
        let file = self.arguments.iter().find(|argument| argument.ends_with("src/lib.rs"));
        let file = PathBuf::from(file.ok_or_else(|| io::Error::other("no source file"))?);
        let text = fs::read_to_string(&file)?;
        Ok((file, text))
    }

    fn output_folder(&self) -> io::Result<PathBuf> {
        let pair = self.arguments.windows(2).find(|pair| pair[0] == "--out-dir");
        let folder =
            PathBuf::from(pair.ok_or_else(|| io::Error::other("no --out-dir"))?[1].clone());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns the arguments without those that only cargo needs. There is one codegen unit and no
    /// incremental state: a cell is small, and half the state of an incremental build would be
    /// written for nothing.
    fn arguments_for(&self, goal: Goal, cell: &CellSettings) -> Vec<String> {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        let mut all = self.arguments.iter().peekable();
        while let Some(argument) = all.next() {
            if argument == "-C" && all.peek().is_some_and(|next| next.starts_with("incremental=")) {
                all.next();
            } else if argument.starts_with("--emit=") {
                let kind = if goal == Goal::Library { "link" } else { "metadata" };
                arguments.push(format!("--emit={kind}"));
            } else if argument.starts_with("codegen-units=") {
                arguments.push("codegen-units=1".to_owned());
            } else {
                arguments.push(argument.clone());
            }
        }
        if let Some(level) = &cell.level {
            arguments.push(format!("-Copt-level={level}"));
        }
        arguments
    }

    fn command(
        &self,
        work: &Path,
        arguments: &[String],
        cell: &CellSettings,
        file: &Path,
    ) -> Command {
        let mut command = Command::new(&self.rustc);
        let folder = file.parent().unwrap_or(file).display();
        if env::var_os(TIME_LINKING).is_some() {
            // The option that makes the compiler print times is unstable.
            command.arg("-Ztime-passes").env("RUSTC_BOOTSTRAP", "1");
        }
        command
            .args(arguments)
            .arg(format!("--remap-path-prefix={folder}={}", file_prefix(cell.number)))
            .arg("--remap-path-scope=macro")
            // A linker that is killed leaves files; here they are removed with the working folder.
            .env("TMPDIR", work)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Returns rustc's arguments for the macros of the helper crate that the code calls.
fn macro_arguments(text: &str, prelude: &InCells) -> Vec<String> {
    let all = prelude.macro_arguments.iter();
    let used = all.filter(|(name, _)| has_sequence(text, &[name, "!"]));
    used.map(|(_, argument)| argument.clone()).collect()
}

/// Compiles hooked code, and once more with fewer hooks if the hooks may have caused its errors.
/// Records each run.
fn compile(
    stand_in: &StandIn,
    file: &Path,
    source: &Source<'_>,
    (hooks, redefined): (Hooks<'_>, &[Redefined]),
    command: impl Fn() -> Command,
) -> io::Result<RustcRun> {
    let once = |hooks| -> io::Result<(RustcRun, Hooked)> {
        let started = Instant::now();
        let hooked = source.hooked(hooks, redefined);
        fs::write(file, &hooked.text)?;
        let outcome = run(stand_in, &mut command())?;
        let pass = Pass {
            compile_ms: milliseconds(started),
            link_ms: outcome.link_ms,
            went_well: outcome.status.success(),
            hooks: hooked.fired.clone(),
        };
        stand_in.record(pass, source.text);
        Ok((outcome, hooked))
    };
    let (mut outcome, hooked) = once(hooks)?;
    if let Some(fewer) = outcome.hooks_to_blame(hooks, &hooked) {
        (outcome, _) = once(fewer)?;
    }
    Ok(outcome)
}

/// Tells evcxr where the library is.
fn report_library(library: &Path) -> io::Result<()> {
    match env::var_os(LIBRARY_FILE_VARIABLE) {
        Some(file) => fs::write(file, library.to_string_lossy().as_bytes()),
        None => Ok(()),
    }
}
