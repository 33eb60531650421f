//! The house: what a cell needs, built once per computer and shared read-only.
//!
//! `CACHE/house-KEY/` holds
//! * `src`: the sources of the helper crates, unpacked from this program;
//! * `libbootcamp.so` and `deps`: `bootcamp` compiled ([`mod@prebuilt`]);
//! * `generators`: `rand` as it was compiled ([`generators`]);
//! * `bootcamp-deps`: a crate that names what is inside it;
//! * `cargo-home`: whose downloads they are;
//! * `seed`: those crates as a session's own cargo would build them, and the lock file;
//! * `lines` and `answers`: how cargo compiles a cell, and what else it says;
//! * `view.json` and `view`: the packages that rust-analyzer reads ([`view`]);
//! * `library`: the standard library, for rust-analyzer ([`library`]);
//! * `libsupport.so`: what the cells' process loads before any cell.
//!
//! The key names the toolchain, the sources, the linker and the code that builds ([`mod@key`]): a
//! change of any of them is a new house. The last file to be written lists all others; without it, or with a file
//! missing or cut off, the house is not built.

mod cleaning;
mod expanded;
pub(crate) mod generators;
mod inventory;
mod key;
mod lean;
mod library;
mod linker;
mod parts;
mod prebuilt;
mod sources;
mod view;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

pub(crate) use key::sources_hash;
pub(crate) use parts::{Part, key, standard};

use crate::error::Error;
use crate::files::copy_folder;
use crate::log::say;
use crate::packages::STUB;
use crate::toolchain::Toolchain;
use crate::work::check_free_space;

const SUPPORT: &str = include_str!("../child/support.rs");
const NEEDED_MB: u64 = 700;
/// Held by the one who builds.
const BUILD_LOCK: &str = "lock";
/// Shared by the kernels that live in the house; its time says when one last came.
const USE_LOCK: &str = "use";

/// Starts a session for a house that is being built; see [`House::keep_session`].
pub(crate) type FirstSession = fn(&House, &Toolchain) -> anyhow::Result<()>;

/// The house of one toolchain, built or not.
#[derive(Clone, Debug)]
pub(crate) struct House {
    cache: PathBuf,
    path: PathBuf,
    toolchain: Toolchain,
    /// Looked at once: a start would wait for it again.
    was_built: bool,
}

impl House {
    pub(crate) fn for_toolchain(toolchain: &Toolchain) -> Result<Self, Error> {
        let cache = cache_folder();
        let mut key = DefaultHasher::new();
        key::hash_sources(&mut key);
        toolchain.version().hash(&mut key);
        toolchain.sysroot().hash(&mut key);
        Toolchain::linker().hash(&mut key);
        let path = cache.join(format!("house-{:016x}", key.finish()));
        let was_built = inventory::is_complete(&path);
        let house = Self { cache, path, toolchain: toolchain.clone(), was_built };
        if !was_built {
            house.check_cache()?;
        }
        Ok(house)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the house was there when this process began. If not, somebody may have built
    /// it since; [`House::build`] looks again.
    pub(crate) fn was_built(&self) -> bool {
        self.was_built
    }

    /// The sources of the helper crate, for a toolchain that is not the house's.
    pub(crate) fn crate_folder(&self) -> PathBuf {
        self.path.join("src/crates/bootcamp")
    }

    /// `bootcamp` compiled.
    pub(crate) fn prebuilt(&self) -> PathBuf {
        prebuilt(&self.path)
    }

    /// Where cargo compiled `bootcamp`, while the house is built. The first session goes on
    /// there: compiled twice, some crates would differ by the path of the folder.
    pub(crate) fn build_folder(&self) -> PathBuf {
        self.path.join("build")
    }

    /// A library that the child loads before any cell.
    pub(crate) fn support(&self) -> PathBuf {
        support(&self.path)
    }

    /// Keeps the house from being cleaned up while the file is open. A house that belongs
    /// to somebody else is theirs to keep.
    pub(crate) fn claim(&self) -> Option<fs::File> {
        let file = self.path.join(USE_LOCK);
        if let Ok(file) = fs::File::options().append(true).open(&file) {
            let _ = file.set_modified(SystemTime::now());
        }
        let file = fs::File::open(file).ok()?;
        file.lock_shared().ok()?;
        Some(file)
    }

    /// Builds what is missing, or everything when something is cut off. Cargo's progress
    /// goes to standard error.
    ///
    /// `first_session` starts a session and has the house keep what cargo did for it.
    pub(crate) fn build(&self, first_session: FirstSession) -> Result<(), Error> {
        fs::create_dir_all(&self.path).map_err(Error::file("create the folder", &self.path))?;
        // One builds, the others wait for it and find everything there.
        let lock_file = self.path.join(BUILD_LOCK);
        let lock = fs::File::create(&lock_file).map_err(Error::file("write", &lock_file))?;
        lock.lock().map_err(Error::file("lock", &lock_file))?;
        if inventory::is_complete(&self.path) {
            return Ok(());
        }
        self.clear()?;
        if let Err(error) = self.build_parts(first_session) {
            // Half a house is no use to anybody, and the disk may be full of it.
            let _ = self.clear();
            return Err(error);
        }
        cleaning::remove_old_houses(&self.cache, &self.path);
        Ok(())
    }

    fn build_parts(&self, first_session: FirstSession) -> Result<(), Error> {
        let in_use = self.path.join(USE_LOCK);
        fs::write(&in_use, "").map_err(Error::file("write", &in_use))?;
        sources::unpack(&self.path.join("src"))?;
        self.build_prebuilt()?;
        self.build_view()?;
        self.start_lock()?;
        self.build_library()?;
        self.build_support()?;
        first_session(self, &self.toolchain)
            .map_err(|error| Error::Build { why: format!("compiling a first cell: {error:#}") })?;
        inventory::write(&self.path)
    }

    /// The versions that `bootcamp` was compiled with are those of the first session.
    fn start_lock(&self) -> Result<(), Error> {
        let seed = self.path.join("seed");
        fs::create_dir_all(&seed).map_err(Error::file("create the folder", &seed))?;
        copy_folder(&self.path.join("src/Cargo.lock"), &seed.join("Cargo.lock"))
    }

    /// Takes over what the first session left: `target` with the crates inside `bootcamp`,
    /// the lock file, and how cargo compiles a cell.
    pub(crate) fn keep_session(
        &self,
        work: &Path,
        target: &Path,
        lock: &Path,
    ) -> Result<(), Error> {
        let seed = self.path.join("seed");
        copy_folder(target, &seed.join("target"))?;
        drop_cell_files(&seed.join("target"))?;
        remove(&self.build_folder())?;
        copy_folder(lock, &seed.join("Cargo.lock"))?;
        for name in ["lines", "answers"] {
            copy_folder(&work.join(name), &self.path.join(name))?;
        }
        self.link_directly()
    }

    /// Without it, rust-analyzer finds the toolchain's own sources.
    fn build_library(&self) -> Result<(), Error> {
        if let Some(missing) = library::copy(&self.toolchain, &self.path.join("library"))? {
            say(&format!(
                "Rust {} lays out its standard library in another way ({missing} is not as \
                 expected): cells run, and a kernel starts some seconds later",
                self.toolchain.release()
            ));
        }
        Ok(())
    }

    fn build_support(&self) -> Result<(), Error> {
        let source = self.path.join("src/support.rs");
        fs::write(&source, SUPPORT).map_err(Error::file("write", &source))?;
        let output = Command::new(self.toolchain.rustc())
            .args(["--crate-type=cdylib", "--crate-name=support", "--edition=2024"])
            .args(["-Cprefer-dynamic", "-Crpath", "-Copt-level=1", "-o"])
            .args([&self.support(), &source])
            .output()
            .map_err(Error::file("run", &self.toolchain.rustc()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Build { why: String::from_utf8_lossy(&output.stderr).into_owned() })
    }

    /// Removes all parts.
    fn clear(&self) -> Result<(), Error> {
        let entries = fs::read_dir(&self.path).map_err(Error::file("read", &self.path))?;
        for entry in entries.filter_map(Result::ok) {
            if entry.file_name() != BUILD_LOCK {
                remove(&entry.path())?;
            }
        }
        Ok(())
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

/// [`House::prebuilt`] of the house in a folder.
pub(crate) fn prebuilt(house: &Path) -> PathBuf {
    house.join("libbootcamp.so")
}

/// [`House::support`] of the house in a folder.
pub(crate) fn support(house: &Path) -> PathBuf {
    house.join("libsupport.so")
}

/// Where houses are, and what engines were sent.
pub(crate) fn cache_folder() -> PathBuf {
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

/// Removes what belongs to the cell that evcxr compiled (its crate is called `ctx`), and to
/// `bootcamp` itself, which no session builds.
fn drop_cell_files(folder: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    for entry in entries.filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        let of_cell = begins(&["ctx-", "ctx.", "libctx", "libcode_"])
            || begins(&["bootcamp", "libbootcamp"])
                && !begins(&[STUB, "bootcamp_deps", "libbootcamp_deps"]);
        if of_cell || name == "incremental" || name == ".bootcamp" || name.starts_with(".evcxr") {
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
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", path)(error))
        }
        _ => Ok(()),
    }
}
