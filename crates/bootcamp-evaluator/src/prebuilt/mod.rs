//! The prebuilt image: everything that a cell needs, built once per computer and shared read-only.
//!
//! The folder `CACHE/prebuilt-KEY/` holds
//! * `src`: the sources of the helper crates, unpacked from this program;
//! * `libbootcamp.so` and `deps`: `bootcamp` compiled ([`mod@dylib`]);
//! * `generators`: `rand` as it was compiled ([`generators`]);
//! * `bootcamp-deps`: the stub, a crate that names the crates inside of `bootcamp`;
//! * `cargo-home`: the `CARGO_HOME` from which they were compiled;
//! * `template`: a template of a target folder, with those crates as a session's own cargo would
//!   build them, and the lock file;
//! * `lines` and `answers`: how cargo compiles a cell, and its answers that never change;
//! * `snapshot.json` and `snapshot`: the snapshot of the packages that rust-analyzer reads
//!   ([`snapshot`]);
//! * `library`: the standard library, for rust-analyzer ([`standard`]);
//! * `libsupport.so`: the library that the cells' process loads before any cell.
//!
//! The key depends on the toolchain, the sources, the linker and the code that builds
//! ([`mod@key`]): if one of them changes, there is a new image. The last file to be written lists
//! all others. If it is missing, or if a listed file is missing or incomplete, the image does not
//! count as built.

mod building;
mod cleaning;
mod dylib;
mod expanded;
pub(crate) mod generators;
mod key;
mod linker;
mod snapshot;
mod sources;
mod standard;
mod stripped;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

pub use key::sources_hash;

use crate::error::Error;
use crate::inventory;
use crate::prelude::Prelude;
use crate::toolchain::Toolchain;
use crate::work::check_free_space;

const NEEDED_MB: u64 = 700;
/// The beginning of the names of Rust's standard libraries.
const STANDARD: &str = "libstd-";

/// The prebuilt image of one toolchain, which may not be built yet.
#[derive(Clone, Debug)]
pub struct Prebuilt {
    cache: PathBuf,
    path: PathBuf,
    toolchain: Toolchain,
    pub(crate) prelude: &'static Prelude,
    /// True if the image was complete when this process looked for it.
    was_built: bool,
}

impl Prebuilt {
    /// Returns the image of a prelude for a toolchain. It may not be built yet.
    ///
    /// # Errors
    /// When it is not built and the cache cannot hold it.
    pub fn find(toolchain: &Toolchain, prelude: &'static Prelude) -> Result<Self, Error> {
        let cache = cache_folder();
        let mut key = DefaultHasher::new();
        key::hash_sources(prelude, &mut key);
        toolchain.version().hash(&mut key);
        toolchain.sysroot().hash(&mut key);
        Toolchain::linker().hash(&mut key);
        let path = cache.join(format!("prebuilt-{:016x}", key.finish()));
        let was_built = inventory::is_complete(&path);
        let prebuilt = Self { cache, path, toolchain: toolchain.clone(), prelude, was_built };
        if !was_built {
            prebuilt.check_cache()?;
        }
        Ok(prebuilt)
    }

    /// Returns the folder of the image, built or not.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Says whether the image was built when this process began. If not, another process may have
    /// built it since; [`build`](crate::build) looks again.
    #[must_use]
    pub fn was_built(&self) -> bool {
        self.was_built
    }

    /// Returns the folder with the sources of the helper crate, for a toolchain other than the
    /// image's.
    pub(crate) fn crate_folder(&self) -> PathBuf {
        self.path.join("src").join(self.prelude.folder)
    }

    /// Returns the path of the compiled `bootcamp`.
    pub(crate) fn library(&self) -> PathBuf {
        self.prelude.library(&self.path)
    }

    /// Returns the folder in which cargo compiles `bootcamp` while the image is built. The first
    /// session continues there: if some crates were compiled twice, they would differ by the path
    /// of the folder.
    pub(crate) fn build_folder(&self) -> PathBuf {
        self.path.join("build")
    }

    /// Returns the path of the library that the child loads before any cell.
    pub(crate) fn support(&self) -> PathBuf {
        support(&self.path)
    }

    /// Returns the files that the cells' process loads, with the standard library that they need.
    ///
    /// # Errors
    /// When the toolchain has no standard library as a file of its own.
    pub fn parts(&self) -> io::Result<[PathBuf; 3]> {
        let libraries = self.toolchain.sysroot().join("lib/rustlib");
        let libraries = libraries.join(self.toolchain.host()).join("lib");
        let standard = standard(&libraries).ok_or_else(|| {
            let why = format!("there is no {STANDARD}*.so in {}", libraries.display());
            io::Error::new(io::ErrorKind::NotFound, why)
        })?;
        Ok([standard, self.support(), self.library()])
    }

    /// Keeps the image from being removed while the file is open.
    pub(crate) fn claim(&self) -> Option<fs::File> {
        inventory::claim(&self.path)
    }

    /// Fails early, with one line, if nothing can be built in the cache.
    fn check_cache(&self) -> Result<(), Error> {
        let create = || {
            fs::create_dir_all(&self.cache)?;
            tempfile::tempfile_in(&self.cache)
        };
        create().map_err(Error::file("write to the cache", &self.cache))?;
        check_free_space(&self.cache, NEEDED_MB)
    }
}

/// Returns what [`Prebuilt::support`] returns, for the image in a folder.
pub(crate) fn support(prebuilt: &Path) -> PathBuf {
    prebuilt.join("libsupport.so")
}

/// Returns the path of the standard library in a folder, if the folder has it as a file.
#[must_use]
pub fn standard(folder: &Path) -> Option<PathBuf> {
    let names = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.file_name());
    let is_standard = |name: &str| {
        name.starts_with(STANDARD) && Path::new(name).extension().is_some_and(|e| e == "so")
    };
    names
        .filter_map(|name| name.into_string().ok())
        .find(|name| is_standard(name))
        .map(|name| folder.join(name))
}

/// Returns the folder of the images, and of the files that engines were sent.
#[must_use]
pub fn cache_folder() -> PathBuf {
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
