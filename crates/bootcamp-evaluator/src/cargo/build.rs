//! `cargo build` and `cargo check` of a cell.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::{Manifest, Question};
use crate::compiler::{self, Goal, RustcLine};
use crate::evcxr_words::{CACHE_VARIABLE, DYLIB_VARIABLE};
use crate::files::read_if_there;
use crate::prebuilt::generators;

/// The environment variables that change what cargo would do.
const DECIDING: [&str; 9] = [
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    CACHE_VARIABLE,
    DYLIB_VARIABLE,
    "RUSTC",
    "RUSTC_BOOTSTRAP",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
];
/// The file in which the prebuilt image names the `CARGO_HOME` that it was built with.
const CARGO_HOME_FILE: &str = "cargo-home";
/// The variable that is set while the image is built.
pub(crate) const BUILDING: &str = "BOOTCAMP_BUILDING";

impl Question {
    /// Compiles the cell, by its remembered line if there is one.
    pub(super) fn build(&self, manifest: &Manifest) -> anyhow::Result<ExitCode> {
        let goal = if self.verb() == "check" { Goal::Errors } else { Goal::Library };
        let key = self.key(manifest)?;
        if let Some(line) = self.remembered(&key) {
            let went_well = line.run(&self.stand_in, goal)?;
            return Ok(exit_code(went_well));
        }
        if !manifest.dependencies().is_empty() {
            self.check_registry()?;
        }
        let sibling = manifest.write_sibling(&self.stand_in.prebuilt)?;
        let record = self.stand_in.work().join(compiler::LINE_FILE);
        let _ = fs::remove_file(&record);
        let output = self.run_online(|| self.cargo_for_cell(&sibling))?;
        // A successful check prints nothing here, as with the remembered line.
        if goal == Goal::Library || !output.status.success() {
            io::stdout().write_all(&output.stdout)?;
        }
        // A cell that failed leaves a usable line, too: the next attempt needs no cargo.
        if let Some(line) = RustcLine::recorded(self.stand_in.work())
            && !manifest.has_path_dependency()
        {
            // The lock file may have changed, and the key with it.
            self.remember(&self.key(manifest)?, &line)?;
        }
        if env::var_os(BUILDING).is_some() && output.status.success() {
            self.build_template(manifest)?;
        }
        Ok(exit_code(output.status.success()))
    }

    /// Fails if cargo downloads crates to another folder than the image was built with. To cargo, a
    /// crate from another folder is another crate: it would build all crates of the image once
    /// more, and rustc would refuse them beside those inside `bootcamp`.
    fn check_registry(&self) -> anyhow::Result<()> {
        let own = self.stand_in.cargo_home();
        let of_prebuilt = fs::read(self.stand_in.prebuilt.join(CARGO_HOME_FILE))?;
        anyhow::ensure!(
            own.as_os_str().as_encoded_bytes() == of_prebuilt,
            "`:dep` cannot work here: this kernel's crates were built with CARGO_HOME={}, and \
             yours is {}. Set CARGO_HOME to that folder, or BOOTCAMP_CACHE to a folder of your \
             own, and start the kernel again",
            String::from_utf8_lossy(&of_prebuilt),
            own.display()
        );
        Ok(())
    }

    /// Builds the crates that the stub names, as a session's cargo would, and notes the
    /// `CARGO_HOME` that they come from.
    fn build_template(&self, manifest: &Manifest) -> anyhow::Result<()> {
        let home = self.stand_in.cargo_home();
        fs::write(
            self.stand_in.prebuilt.join(CARGO_HOME_FILE),
            home.as_os_str().as_encoded_bytes(),
        )?;
        let sibling = manifest.write_stub_sibling(&self.stand_in.prebuilt)?;
        let status = self.cargo_for_cell(&sibling).stdout(io::stderr()).status()?;
        anyhow::ensure!(
            status.success(),
            "the crates inside {} cannot be built",
            self.stand_in.prelude.name
        );
        Ok(())
    }

    /// Returns the command that runs cargo on the sibling manifest. A check becomes a build: with
    /// its own `check`, cargo would compile every dependency a second time.
    fn cargo_for_cell(&self, sibling: &Path) -> Command {
        let mut command = self.real_cargo();
        let build = |word: &String| if word == "check" { "build".to_owned() } else { word.clone() };
        command
            .args(self.arguments.iter().map(build))
            .arg("--manifest-path")
            .arg(sibling)
            .arg("--config")
            .arg(self.stand_in.prebuilt.join("profile.toml"))
            .env(compiler::VARIABLE, self.stand_in.work());
        if let Ok(program) = crate::program::path() {
            command.env("RUSTC_WORKSPACE_WRAPPER", program);
        }
        if env::var_os(BUILDING).is_some() {
            generators::compile_once(&mut command, &self.stand_in.prebuilt);
        }
        command
    }

    /// Returns a hash of everything that decides how a cell is compiled.
    fn key(&self, manifest: &Manifest) -> io::Result<String> {
        let mut key = DefaultHasher::new();
        let arguments = self.arguments.iter().filter(|word| *word != "build" && *word != "check");
        arguments.collect::<Vec<_>>().hash(&mut key);
        manifest.text().hash(&mut key);
        self.stand_in.prebuilt.hash(&mut key);
        // Without dependencies, the lock file has no influence.
        if !manifest.dependencies().is_empty() {
            read_if_there(&manifest.sibling().with_file_name("Cargo.lock"))?.hash(&mut key);
        }
        read_if_there(&self.folder.join(".cargo/config.toml"))?.hash(&mut key);
        for name in DECIDING {
            env::var_os(name).hash(&mut key);
        }
        let mut profile: Vec<_> = env::vars_os()
            .filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PROFILE_"))
            .collect();
        profile.sort();
        profile.hash(&mut key);
        Ok(format!("{:016x}", key.finish()))
    }

    /// Returns the line of this session, or the one that the image has for sessions without
    /// dependencies.
    fn remembered(&self, key: &str) -> Option<RustcLine> {
        let read = |folder: &Path| serde_json::from_slice(&fs::read(folder.join(key)).ok()?).ok();
        let line: Option<RustcLine> = read(&self.lines());
        line.or_else(|| read(&self.stand_in.prebuilt.join("lines")))
            .map(|line| line.in_context(&self.folder))
    }

    fn remember(&self, key: &str, line: &RustcLine) -> io::Result<()> {
        let folder = self.lines();
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(key), serde_json::to_vec(&line.shared(&self.folder))?)
    }

    fn lines(&self) -> PathBuf {
        self.stand_in.work().join("lines")
    }
}

fn exit_code(went_well: bool) -> ExitCode {
    if went_well { ExitCode::SUCCESS } else { ExitCode::from(101) }
}
