//! The house: what a cell needs, built once per computer and shared read-only.
//!
//! `CACHE/house-KEY/` holds the sources of the helper crates (`src`), a target folder of
//! a cell that depends on them (`seed`) and the child's support library. The key names
//! the toolchain, the sources and the linker, so a change of any of them is a new house.
//! Each part is built elsewhere and renamed into place, so what is there is whole.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use crate::error::Error;
use crate::evaluator;
use crate::toolchain::Toolchain;
use crate::work::check_free_space;

/// The helper crates' files and the lock file: (path in the workspace, content).
static SOURCES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
const SUPPORT: &str = include_str!("child/support.rs");
const NEEDED_MB: u64 = 500;

/// The house of one toolchain, built or not.
#[derive(Clone, Debug)]
pub(crate) struct House {
    cache: PathBuf,
    path: PathBuf,
    toolchain: Toolchain,
}

impl House {
    pub(crate) fn for_toolchain(toolchain: &Toolchain) -> Result<Self, Error> {
        let cache = cache_folder();
        let mut key = DefaultHasher::new();
        SOURCES.hash(&mut key);
        SUPPORT.hash(&mut key);
        toolchain.version().hash(&mut key);
        toolchain.rustc().hash(&mut key);
        // evcxr links with these when they are there, by other flags.
        for linker in ["mold", "lld"] {
            on_path(linker).hash(&mut key);
        }
        let path = cache.join(format!("house-{:016x}", key.finish()));
        let house = Self { cache, path, toolchain: toolchain.clone() };
        if !house.is_built() {
            house.check_cache()?;
        }
        Ok(house)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn is_built(&self) -> bool {
        self.seed().is_dir() && self.support().is_file()
    }

    /// The installed copy of the helper crate: what `:dep bootcamp` means.
    pub(crate) fn crate_folder(&self) -> PathBuf {
        self.path.join("src/crates/bootcamp")
    }

    /// A target folder and lock file in which the helper crate is compiled.
    pub(crate) fn seed(&self) -> PathBuf {
        self.path.join("seed")
    }

    /// The library that the child loads before any cell.
    pub(crate) fn support(&self) -> PathBuf {
        self.path.join("libsupport.so")
    }

    /// Builds what is missing. Cargo's progress goes to standard error.
    pub(crate) fn build(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.path).map_err(Error::file("create the folder", &self.path))?;
        // One builds, the others wait for it and find everything there.
        let lock_file = self.path.join("lock");
        let lock = fs::File::create(&lock_file).map_err(Error::file("write", &lock_file))?;
        lock.lock().map_err(Error::file("lock", &lock_file))?;
        let staging = tempfile::Builder::new()
            .prefix("staging-")
            .tempdir_in(&self.cache)
            .map_err(Error::file("create a folder in", &self.cache))?;
        let staging = staging.path();
        self.build_part(staging, "src", unpack_sources)?;
        self.build_part(staging, "libsupport.so", |file| self.build_support(file))?;
        self.build_part(staging, "seed", |folder| self.build_seed(folder))
    }

    fn build_part(
        &self,
        staging: &Path,
        name: &str,
        build: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (fresh, target) = (staging.join(name), self.path.join(name));
        if target.exists() {
            return Ok(());
        }
        build(&fresh)?;
        fs::rename(&fresh, &target).map_err(Error::file("write", &target))
    }

    fn build_support(&self, file: &Path) -> Result<(), Error> {
        let source = file.with_extension("rs");
        fs::write(&source, SUPPORT).map_err(Error::file("write", &source))?;
        let output = Command::new(self.toolchain.rustc())
            .args(["--crate-type=cdylib", "--crate-name=support", "--edition=2024"])
            .args(["-Cprefer-dynamic", "-Crpath", "-Copt-level=1", "-o"])
            .args([file, &source])
            .output()
            .map_err(Error::file("run", &self.toolchain.rustc()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Build { why: String::from_utf8_lossy(&output.stderr).into_owned() })
    }

    /// Lets evcxr itself compile a cell that depends on the helper crate, so that flags
    /// and fingerprints are exactly those of a session, and drops the cell's own files.
    fn build_seed(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir(folder).map_err(Error::file("create the folder", folder))?;
        let lock = source("Cargo.lock");
        evaluator::build_dependencies(folder, lock, &self.crate_folder())
            .map_err(|error| Error::Build { why: format!("{error:#}") })?;
        for entry in ["src", "Cargo.toml", ".cargo"] {
            remove(&folder.join(entry))?;
        }
        drop_cell_files(&folder.join("target"))
    }

    /// Says early, and in one line, that nothing can be built in the cache.
    fn check_cache(&self) -> Result<(), Error> {
        let create = || {
            fs::create_dir_all(&self.cache)?;
            tempfile::tempfile_in(&self.cache)
        };
        create().map_err(Error::file("write to the cache", &self.cache))?;
        check_free_space(&self.cache, NEEDED_MB)
    }
}

fn source(name: &str) -> &'static [u8] {
    SOURCES.iter().find(|(path, _)| *path == name).map_or(&[], |(_, content)| content)
}

fn cache_folder() -> PathBuf {
    let folder = |name| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        std::path::absolute(value).ok()
    };
    folder("BOOTCAMP_CACHE").unwrap_or_else(|| {
        folder("XDG_CACHE_HOME")
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .unwrap_or_else(env::temp_dir)
            .join("bootcamp")
    })
}

fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn unpack_sources(folder: &Path) -> Result<(), Error> {
    for (name, content) in SOURCES {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(Error::file("create the folder", parent))?;
        fs::write(&file, content).map_err(Error::file("write", &file))?;
    }
    // The kernel itself is no part of the installed copy.
    let manifest = String::from_utf8_lossy(source("Cargo.toml")).replace(", \"kernel\"]", "]");
    let file = folder.join("Cargo.toml");
    fs::write(&file, manifest).map_err(Error::file("write", &file))
}

/// Removes what belongs to the cell that evcxr compiled (its crate is called `ctx`).
fn drop_cell_files(folder: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    for entry in entries.filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let of_cell = ["ctx-", "ctx.", "libctx", "libcode_"].iter().any(|p| name.starts_with(p));
        if of_cell || name == "incremental" || name.starts_with(".evcxr") {
            remove(&path)?;
        } else if path.is_dir() {
            drop_cell_files(&path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Error> {
    let result = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::file("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Copies a folder with its files' times, by which cargo knows that nothing changed. The
/// folder above the copy has to be there: when it goes, the copying ends.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir(to).map_err(Error::file("create the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
            continue;
        }
        let copy = || {
            fs::copy(&source, &target)?;
            let modified = fs::metadata(&source)?.modified()?;
            fs::File::options().append(true).open(&target)?.set_modified(modified)
        };
        copy().map_err(Error::file("write", &target))?;
    }
    Ok(())
}
