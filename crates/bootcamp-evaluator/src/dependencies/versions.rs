//! The versions that cargo has chosen for a set of dependencies, and its answers about the packages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::package::Package;
use super::{own_package, stores};
use crate::files::remove_at_once;

/// The folder beside the sets with what cargo has found.
pub(super) const KNOWN: &str = "known";

/// What cargo has found for a manifest.
#[derive(Debug)]
pub(crate) struct Versions {
    pub(crate) package: Package,
    /// True if other sessions use it, too.
    is_shared: bool,
}

impl Versions {
    /// Returns what is found under this name for all sessions of a prebuilt image. Returns `None` if
    /// nothing can be kept.
    pub(crate) fn shared(prebuilt: &Path, name: &str) -> Option<Self> {
        let folders: Vec<PathBuf> =
            stores(prebuilt).iter().map(|store| store.join(KNOWN).join(name)).collect();
        let is_found = |folder: &&PathBuf| folder.join("Cargo.lock").exists();
        let can_be_written = |folder: &&PathBuf| {
            fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)).is_ok()
        };
        let folder =
            folders.iter().find(is_found).or_else(|| folders.iter().find(can_be_written))?;
        Some(Self { package: Package(folder.clone()), is_shared: true })
    }

    /// Returns those of a session itself, in the folder of its cells.
    pub(crate) fn own(context: &Path) -> Self {
        Self { package: own_package(context), is_shared: false }
    }

    /// Returns cargo's answer that was kept under a name.
    pub(crate) fn answer(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.package.0.join(name)).ok().filter(|_| self.is_shared)
    }

    /// Keeps an answer of cargo's. It appears completely or not at all.
    pub(crate) fn keep_answer(&self, name: &str, answer: &str) -> io::Result<()> {
        if !self.is_shared {
            return Ok(());
        }
        let file = self.package.0.join(name);
        let fresh = file.with_extension("new");
        fs::write(&fresh, answer)?;
        fs::rename(fresh, file)
    }

    /// Removes what cargo could not find.
    pub(crate) fn give_up(&self) {
        if self.is_shared {
            remove_at_once(&self.package.0);
        }
    }
}
