//! The building of a prebuilt image, by one process at a time.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Prebuilt, cleaning, sources, standard};
use crate::error::Error;
use crate::evcxr_words::{CELL_CRATE, CELL_LIBRARY};
use crate::files::{copy_folder, remove};
use crate::inventory::{self, BUILD_LOCK, USE_LOCK};
use crate::log::say;
use crate::target_folder;
use crate::toolchain::Toolchain;

/// The support library's sources.
const SUPPORT: [(&str, &str); 2] = [
    ("support.rs", include_str!("../child/support.rs")),
    ("raw_report.rs", include_str!("../child/raw_report.rs")),
];
/// Starts a session for a prebuilt image that is being built; see [`Prebuilt::keep_session`].
pub(crate) type FirstSession = fn(&Prebuilt, &Toolchain) -> anyhow::Result<()>;

impl Prebuilt {
    /// Builds the image, unless it is complete. Parts of an incomplete image are removed first.
    /// Cargo's progress goes to standard error.
    ///
    /// `first_session` starts a session and keeps in the image what cargo did for it.
    pub(crate) fn build(&self, first_session: FirstSession) -> Result<(), Error> {
        fs::create_dir_all(&self.path).map_err(Error::file("create the folder", &self.path))?;
        // One process builds; the others wait for the lock and then find everything.
        let lock_file = self.path.join(BUILD_LOCK);
        let lock = fs::File::create(&lock_file).map_err(Error::file("write", &lock_file))?;
        lock.lock().map_err(Error::file("lock", &lock_file))?;
        if inventory::is_complete(&self.path) {
            return Ok(());
        }
        self.clear()?;
        if let Err(error) = self.build_parts(first_session) {
            // An incomplete image is useless, and the disk may be full because of it.
            let _ = self.clear();
            return Err(error);
        }
        cleaning::remove_old(&self.cache, &self.path);
        Ok(())
    }

    fn build_parts(&self, first_session: FirstSession) -> Result<(), Error> {
        let in_use = self.path.join(USE_LOCK);
        fs::write(&in_use, "").map_err(Error::file("write", &in_use))?;
        sources::unpack(self.prelude, &self.path.join("src"))?;
        self.build_dylib()?;
        self.build_snapshot()?;
        self.start_lock()?;
        self.build_standard()?;
        self.build_support()?;
        first_session(self, &self.toolchain)
            .map_err(|error| self.failed(format!("compiling a first cell: {error:#}")))?;
        inventory::write(&self.path)
    }

    /// Copies the lock file, so that the first session uses the versions that `bootcamp` was
    /// compiled with.
    fn start_lock(&self) -> Result<(), Error> {
        let template = self.path.join("template");
        fs::create_dir_all(&template).map_err(Error::file("create the folder", &template))?;
        copy_folder(&self.path.join("src/Cargo.lock"), &template.join("Cargo.lock"))
    }

    /// Imports the files of the first session: `target` with the crates inside `bootcamp`, the lock
    /// file, and how cargo compiles a cell.
    pub(crate) fn keep_session(
        &self,
        work: &Path,
        target: &Path,
        lock: &Path,
    ) -> Result<(), Error> {
        let template = self.path.join("template");
        copy_folder(target, &template.join("target"))?;
        let own = self.prelude.own_crates().chain([CELL_CRATE.to_owned()]);
        let own: Vec<String> = own.collect();
        let of_session = [CELL_LIBRARY, ".bootcamp", ".evcxr"];
        target_folder::drop_crates(&template.join("target"), &own, &of_session)?;
        remove(&self.build_folder())?;
        copy_folder(lock, &template.join("Cargo.lock"))?;
        for name in ["lines", "answers"] {
            copy_folder(&work.join(name), &self.path.join(name))?;
        }
        self.link_directly()
    }

    /// Copies the sources of the standard library. Without the copy, rust-analyzer uses the
    /// toolchain's own sources.
    fn build_standard(&self) -> Result<(), Error> {
        if let Some(missing) = standard::copy(&self.toolchain, &self.path.join("library"))? {
            say(&format!(
                "Rust {} lays out its standard library in another way ({missing} is not as \
                 expected): cells run, and a kernel starts some seconds later",
                self.toolchain.release()
            ));
        }
        Ok(())
    }

    fn build_support(&self) -> Result<(), Error> {
        let sources = self.path.join("src");
        for (name, text) in SUPPORT {
            let file = sources.join(name);
            fs::write(&file, text).map_err(Error::file("write", &file))?;
        }
        let source = sources.join("support.rs");
        let output = Command::new(self.toolchain.rustc())
            .args(["--crate-type=cdylib", "--crate-name=support", "--edition=2024"])
            .args(["-Cprefer-dynamic", "-Crpath", "-Copt-level=1", "-o"])
            .args([&self.support(), &source])
            .output()
            .map_err(Error::file("run", &self.toolchain.rustc()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    pub(super) fn failed(&self, why: String) -> Error {
        Error::Build { name: self.prelude.name, why }
    }

    /// Removes all parts of the image.
    fn clear(&self) -> Result<(), Error> {
        let entries = fs::read_dir(&self.path).map_err(Error::file("read", &self.path))?;
        for entry in entries.filter_map(Result::ok) {
            if entry.file_name() != BUILD_LOCK {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}
