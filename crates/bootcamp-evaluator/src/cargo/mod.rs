//! The cargo stand-in: the program that evcxr and rust-analyzer run instead of cargo.
//!
//! A cell's build is answered by running its remembered rustc command directly ([`build`]).
//! Questions about packages are answered with `bootcamp` added ([`metadata`]). Answers that never
//! change come from the prebuilt image ([`answers`]). Every other call goes to the real cargo.

mod answers;
mod build;
mod manifest;
mod metadata;
mod notice;
mod real;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::stand_in::{NAMES, StandIn, VARIABLE};
use manifest::Manifest;
use notice::Notice;

pub(crate) use build::BUILDING;

/// One call of the stand-in.
struct Question {
    stand_in: StandIn,
    arguments: Vec<String>,
    /// The folder in which cargo was called.
    folder: PathBuf,
}

/// Answers if this process was started by one of the names that it stands in for.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let work = PathBuf::from(env::var_os(VARIABLE)?);
    let mut arguments = env::args_os();
    let name = PathBuf::from(arguments.next()?);
    let name = name.file_name()?.to_str()?;
    if !NAMES.contains(&name) {
        return None;
    }
    let arguments = arguments.map(|text| text.to_string_lossy().into_owned()).collect();
    let answer = || {
        let stand_in = StandIn::read(&work)?;
        let question = Question { stand_in, arguments, folder: env::current_dir()? };
        if name == "rustup" { question.rustup() } else { question.cargo() }
    };
    Some(answer().unwrap_or_else(|error: anyhow::Error| {
        crate::log::say(&format!("{name}: {error:#}"));
        ExitCode::FAILURE
    }))
}

impl Question {
    fn cargo(&self) -> anyhow::Result<ExitCode> {
        let manifest = Manifest::read(&self.folder)?;
        let elsewhere =
            self.manifest_path().is_some_and(|path| path != self.folder.join("Cargo.toml"));
        match (&manifest, self.verb()) {
            (Some(cell), "build" | "check") if self.manifest_path().is_none() => self.build(cell),
            (Some(cell), "metadata") if !elsewhere => self.metadata(cell),
            (Some(_), "locate-project") if !elsewhere => self.locate_project(),
            // evcxr calls this to find out whether a dependency exists.
            (None, "metadata") => self.real_metadata(),
            _ if self.is_constant() => self.constant_answer(),
            _ => self.real(),
        }
    }

    /// Answers evcxr's question for the path of a tool. For another toolchain, the real tools are
    /// named.
    fn rustup(&self) -> anyhow::Result<ExitCode> {
        let words: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let (toolchain, tool) = match words[..] {
            ["which", tool] => (None, tool),
            [toolchain, "which", tool] if toolchain.starts_with('+') => (Some(toolchain), tool),
            _ => return self.real_rustup(),
        };
        let own = self.stand_in.sysroot.join("bin").join(tool);
        let same = match toolchain {
            None => true,
            Some(_) => self.rustup_which()?.is_some_and(|path| is_same_file(&path, &own)),
        };
        match tool {
            "cargo" if same => print_line(&self.stand_in.program("cargo")),
            "rustc" if same => print_line(&own),
            _ => return self.real_rustup(),
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Returns cargo's subcommand.
    fn verb(&self) -> &str {
        let words = self.arguments.iter().filter(|word| !word.starts_with(['-', '+']));
        words.map(String::as_str).find(|word| *word != "unstable-options").unwrap_or("")
    }

    fn manifest_path(&self) -> Option<PathBuf> {
        let at = self.arguments.iter().position(|word| word == "--manifest-path")?;
        self.arguments.get(at + 1).map(PathBuf::from)
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some() && real(one) == real(other)
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn print_line(path: &Path) {
    println!("{}", path.display());
}
