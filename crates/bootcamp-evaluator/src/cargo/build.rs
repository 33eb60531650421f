//! `cargo build` and `cargo check` of a cell.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Instant;
use std::{env, fs};

use anyhow::Context as _;

use super::{Manifest, Notice, Question};
use crate::compiler::{self, Goal, RustcLine};
use crate::dependencies::{Dependencies, Package, Versions};
use crate::evcxr_words::{CACHE_VARIABLE, DYLIB_VARIABLE};
use crate::files::read_if_there;
use crate::packages::STUB;
use crate::phases::milliseconds;
use crate::prebuilt::generators;
use crate::signals::{POLL_INTERVAL, Signals};

/// The environment variables that change what cargo would do.
const DECIDING: [&str; 7] = [
    "CARGO_INCREMENTAL",
    CACHE_VARIABLE,
    DYLIB_VARIABLE,
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
        let line = if let Some(line) = self.remembered(&key) {
            line
        } else {
            let started = Instant::now();
            let line = self.line_of_cargo(manifest, &key)?;
            self.stand_in.record_dependencies(milliseconds(started));
            let Some(line) = line else { return Ok(ExitCode::from(101)) };
            line
        };
        let went_well = line.run(&self.stand_in, goal)?;
        Ok(if went_well { ExitCode::SUCCESS } else { ExitCode::from(101) })
    }

    /// Returns the set of the cell's dependencies.
    fn dependencies(&self, manifest: &Manifest, key: &str) -> Dependencies {
        let is_own = manifest.dependencies().is_empty() || manifest.has_path_dependency();
        let shared = (!is_own).then(|| Dependencies::shared(&self.stand_in.prebuilt, key));
        shared.flatten().unwrap_or_else(|| Dependencies::own(&self.folder))
    }

    /// Writes a package that depends on what the cell depends on, for cargo.
    pub(super) fn write(
        &self,
        package: &Package,
        manifest: &Manifest,
        versions: Option<&Versions>,
    ) -> io::Result<()> {
        if manifest.dependencies().is_empty() {
            return package.write(&manifest.package(None), &[]);
        }
        let prebuilt = &self.stand_in.prebuilt;
        let chosen = versions.map(|versions| versions.package.lock_file());
        let locks: Vec<PathBuf> =
            chosen.into_iter().chain([prebuilt.join("template/Cargo.lock")]).collect();
        package.write(&manifest.package(Some(&prebuilt.join(STUB))), &locks)
    }

    /// Waits until no other process has cargo work on a package. Returns the lock, or `None` if the
    /// cell is interrupted.
    pub(super) fn lock(&self, package: &Package) -> io::Result<Option<fs::File>> {
        let work = self.stand_in.work();
        let mut notice = Notice::new(work);
        let mut waits = 0;
        loop {
            if let Some(lock) = package.try_lock()? {
                return Ok(Some(lock));
            }
            if Signals::open(work).is_ok_and(Signals::is_asked) {
                return Ok(None);
            }
            waits += 1;
            // Most waits are short.
            if waits == 10 {
                notice.waiting();
            }
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Returns how cargo compiles the cell; it compiles the dependencies first, where nobody has done so
    /// before. Returns `None` if that failed: cargo's messages are written.
    fn line_of_cargo(&self, manifest: &Manifest, key: &str) -> anyhow::Result<Option<RustcLine>> {
        if !manifest.dependencies().is_empty() {
            self.check_registry()?;
        }
        let work = self.stand_in.work();
        loop {
            let set = self.dependencies(manifest, key);
            let found = set.line();
            let is_new = found.is_none();
            let line = if let Some(line) = found {
                line
            } else {
                let Some(_lock) = self.lock(&set.package)? else { return Ok(None) };
                let line = match set.line() {
                    Some(line) => Some(line),
                    None => self.compile(&set, manifest)?,
                };
                let Some(line) = line else { return Ok(None) };
                line
            };
            // Someone may have removed a set that was found.
            if set.note_use(work)? || is_new {
                let line = line.named(work)?;
                if !manifest.has_path_dependency() {
                    self.remember(key, &line)?;
                }
                return Ok(Some(line.in_context(&self.folder)));
            }
        }
    }

    /// Has cargo compile the dependencies of a set, and an empty crate in place of the cell. Returns how it
    /// compiled that, or `None` if it failed.
    fn compile(
        &self,
        set: &Dependencies,
        manifest: &Manifest,
    ) -> anyhow::Result<Option<RustcLine>> {
        let versions = self.versions(manifest)?;
        set.begin()?;
        self.write(&set.package, manifest, Some(&versions))?;
        if !manifest.dependencies().is_empty() {
            set.take_compiled(&self.stand_in.prebuilt)?;
        }
        let record = self.stand_in.work().join(compiler::LINE_FILE);
        let _ = fs::remove_file(&record);
        let output = self.run_online(|| self.cargo_for(set))?;
        if !output.status.success() {
            io::stdout().write_all(&output.stdout)?;
            set.give_up();
            return Ok(None);
        }
        let line = RustcLine::recorded(self.stand_in.work()).context("cargo has not run rustc")?;
        let line = line.for_cells(set.target(), &self.folder);
        if env::var_os(BUILDING).is_some() {
            self.build_template(set, manifest)?;
        }
        if let Err(error) = set.complete(&line, &self.stand_in.cargo_home()) {
            // This session has all that it needs.
            crate::log::say(&format!("the crates are not kept for other sessions: {error}"));
        }
        Ok(Some(line))
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
    fn build_template(&self, set: &Dependencies, manifest: &Manifest) -> anyhow::Result<()> {
        let home = self.stand_in.cargo_home();
        fs::write(
            self.stand_in.prebuilt.join(CARGO_HOME_FILE),
            home.as_os_str().as_encoded_bytes(),
        )?;
        let stub = self.stand_in.prebuilt.join(STUB);
        let lock = self.stand_in.prebuilt.join("template/Cargo.lock");
        set.package.write(&manifest.package(Some(&stub)), &[lock])?;
        let status = self.cargo_for(set).stdout(io::stderr()).status()?;
        anyhow::ensure!(
            status.success(),
            "the crates inside {} cannot be built",
            self.stand_in.prelude.name
        );
        Ok(())
    }

    /// Returns the command that runs cargo on the package of a set. A check becomes a build: with
    /// its own `check`, cargo would compile every dependency a second time.
    fn cargo_for(&self, set: &Dependencies) -> Command {
        let mut command = self.real_cargo();
        let build = |word: &String| if word == "check" { "build".to_owned() } else { word.clone() };
        command
            .args(self.arguments.iter().map(build))
            .arg("--manifest-path")
            .arg(set.package.manifest())
            .arg("--config")
            .arg(self.stand_in.prebuilt.join("profile.toml"))
            .env("CARGO_TARGET_DIR", set.target())
            .env("CARGO_BUILD_BUILD_DIR", set.target())
            .env(compiler::VARIABLE, self.stand_in.work());
        if let Ok(program) = crate::program::path() {
            command.env("RUSTC_WORKSPACE_WRAPPER", program);
        }
        if env::var_os(BUILDING).is_some() {
            generators::compile_once(&mut command, &self.stand_in.prebuilt);
        }
        command
    }

    /// Returns what cargo has chosen for the cell's dependencies.
    pub(super) fn versions(&self, manifest: &Manifest) -> io::Result<Versions> {
        let is_own = manifest.dependencies().is_empty() || manifest.has_path_dependency();
        let prebuilt = &self.stand_in.prebuilt;
        let shared =
            if is_own { None } else { Versions::shared(prebuilt, &self.question_key(manifest)?) };
        Ok(shared.unwrap_or_else(|| Versions::own(&self.folder)))
    }

    /// Returns a hash of everything that decides which packages cargo chooses.
    pub(super) fn question_key(&self, manifest: &Manifest) -> io::Result<String> {
        let mut key = DefaultHasher::new();
        manifest.package(None).hash(&mut key);
        if !manifest.dependencies().is_empty() {
            let home = self.stand_in.cargo_home();
            home.hash(&mut key);
            for name in ["config.toml", "config"] {
                read_if_there(&home.join(name))?.hash(&mut key);
            }
        }
        Ok(format!("{:016x}", key.finish()))
    }

    /// Returns a hash of everything that decides which crates cargo compiles, and how: it names the set.
    /// What the crates themselves read of the computer is noted in the set.
    fn key(&self, manifest: &Manifest) -> io::Result<String> {
        let mut key = DefaultHasher::new();
        self.question_key(manifest)?.hash(&mut key);
        self.stand_in.prebuilt.hash(&mut key);
        for name in DECIDING {
            env::var_os(name).hash(&mut key);
        }
        let mut profile: Vec<_> = env::vars_os()
            .filter(|(name, _)| {
                let name = name.to_string_lossy();
                name.starts_with("CARGO_PROFILE_")
                    || name.starts_with("CARGO_TARGET_") && name != "CARGO_TARGET_DIR"
            })
            .collect();
        profile.sort();
        profile.hash(&mut key);
        Ok(format!("{:016x}", key.finish()))
    }

    /// Returns the line of this session, or the one that the image has for sessions without
    /// dependencies.
    fn remembered(&self, key: &str) -> Option<RustcLine> {
        let read = |folder: &Path| serde_json::from_slice(&fs::read(folder.join(key)).ok()?).ok();
        let known: Option<RustcLine> = read(&self.lines());
        let known = known.or_else(|| read(&self.stand_in.prebuilt.join("lines")));
        // A person may have emptied the cache.
        known.map(|line| line.in_context(&self.folder)).filter(RustcLine::has_its_crates)
    }

    fn remember(&self, key: &str, line: &RustcLine) -> io::Result<()> {
        let folder = self.lines();
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(key), serde_json::to_vec(&line)?)
    }

    fn lines(&self) -> PathBuf {
        self.stand_in.work().join("lines")
    }
}
