//! Sets of dependencies: the crates that the `:dep` lines of a session name, compiled once for a
//! computer.
//!
//! The folder `CACHE/dependencies-KEY/SET/`, with the key of the prebuilt image, holds
//! * `Cargo.toml`, `src/lib.rs` and `Cargo.lock`: an empty package that depends on the crates;
//! * `target`: cargo's target folder for the package;
//! * `line.json`: how cargo compiles the package, and so a cell;
//! * `conditions.json`: what the crates read of this computer while they were compiled
//!   ([`mod@conditions`]).
//!
//! `CACHE/dependencies-KEY/known/` has the versions that cargo has chosen ([`Versions`]).
//!
//! One process builds a set, under a lock; others wait for it. Nothing in a complete set changes.
//! A dependency by path may change at any time: such a set is the session's own, and cargo looks
//! at it for every cell.

mod cleaning;
mod conditions;
mod package;
mod versions;

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::compiler::RustcLine;
use crate::error::Error;
use crate::evcxr_words::CELL_CRATE;
use crate::files::remove_at_once;
use crate::inventory::{self, USE_LOCK};
use crate::prebuilt::cache_folder;
use crate::target_folder::{drop_crates, take_all, take_packages};
use crate::work::check_free_space;

use conditions::Conditions;
pub(crate) use package::Package;
use versions::KNOWN;
pub(crate) use versions::Versions;

/// The file in a session's folder that names the set that its cells use.
const CURRENT: &str = "dependencies";
/// The beginnings of the names of prebuilt images, and of the folders with their sets.
const IMAGE: &str = "prebuilt-";
const STORE: &str = "dependencies-";
/// The space that a set needs at least.
const NEEDED_MB: u64 = 200;
const LINE: &str = "line.json";
const CONDITIONS: &str = "conditions.json";

/// A set of dependencies. It may not be built yet.
#[derive(Debug)]
pub(crate) struct Dependencies {
    pub(crate) package: Package,
    target: PathBuf,
    /// True if other sessions use it, too.
    is_shared: bool,
}

impl Dependencies {
    /// Returns the set of this name beside a prebuilt image, or in the user's own cache if the image is
    /// another user's. Returns `None` if neither can hold it.
    pub(crate) fn shared(prebuilt: &Path, name: &str) -> Option<Self> {
        Self::shared_in(&stores(prebuilt), name)
    }

    fn shared_in(stores: &[PathBuf], name: &str) -> Option<Self> {
        let in_store = |store: &PathBuf| {
            let package = store.join(name);
            Self { target: package.join("target"), package: Package(package), is_shared: true }
        };
        let built = stores.iter().map(in_store).find(Self::is_built);
        built.or_else(|| stores.iter().map(in_store).find(Self::can_be_built))
    }

    /// Returns the set of a session itself, in the folder of its cells.
    pub(crate) fn own(context: &Path) -> Self {
        Self { package: own_package(context), target: context.join("target"), is_shared: false }
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    fn is_built(&self) -> bool {
        self.is_shared
            && inventory::is_complete(&self.package.0)
            && read::<Conditions>(&self.package.0.join(CONDITIONS))
                .is_some_and(|known| known.hold())
    }

    /// Takes crates that are compiled already into the target folder: those of the prebuilt image, and
    /// those of this set that other sets have.
    pub(crate) fn take_compiled(&self, prebuilt: &Path) -> Result<(), Error> {
        take_all(&prebuilt.join("template/target"), &self.target)?;
        let packages = self.package.locked();
        for store in stores(prebuilt) {
            for set in cleaning::sets(&store) {
                if set != self.package.0 && inventory::is_complete(&set) {
                    // The set is not removed meanwhile. If it was just before, cargo compiles.
                    let _claim = inventory::claim(&set);
                    let _ = take_packages(&set.join("target"), &self.target, &packages);
                }
            }
        }
        Ok(())
    }

    /// Notes a set for others, before cargo builds it.
    pub(crate) fn begin(&self) -> io::Result<()> {
        if self.is_shared { fs::write(self.package.0.join(USE_LOCK), "") } else { Ok(()) }
    }

    /// Completes the set, whose crates are compiled, with the line that compiles a cell. Old sets go
    /// where there are too many.
    pub(crate) fn complete(&self, line: &RustcLine, cargo_home: &Path) -> Result<(), Error> {
        if !self.is_shared {
            return Ok(());
        }
        drop_crates(&self.target, &[CELL_CRATE.to_owned()], &[])?;
        let conditions = Conditions::of(&self.target, &[cargo_home, &self.package.0]);
        let write = |name: &str, text: Vec<u8>| {
            let file = self.package.0.join(name);
            fs::write(&file, text).map_err(Error::file("write", &file))
        };
        write(LINE, serde_json::to_vec(line).unwrap_or_default())?;
        write(CONDITIONS, serde_json::to_vec(&conditions).unwrap_or_default())?;
        inventory::write(&self.package.0)?;
        if let Some(store) = self.package.0.parent() {
            cleaning::shrink(store, &self.package.0);
            cleaning::remove_orphans(store.parent().unwrap_or(store));
        }
        Ok(())
    }

    /// Returns the line that compiles a cell, if all crates are compiled, and would be compiled in the
    /// same way now.
    pub(crate) fn line(&self) -> Option<RustcLine> {
        self.is_built().then(|| read(&self.package.0.join(LINE)))?
    }

    /// Removes a set that could not be built: the disk may be full because of it.
    pub(crate) fn give_up(&self) {
        if self.is_shared {
            remove_at_once(&self.package.0);
        }
    }

    /// Notes for the session in `work` that its cells use this set. Returns false if the set was
    /// removed just now.
    pub(crate) fn note_use(&self, work: &Path) -> io::Result<bool> {
        if !self.is_shared {
            return Ok(true);
        }
        // The kernel claims the set when its cell has ended. A set that was claimed just now stays
        // until then.
        drop(inventory::claim(&self.package.0));
        fs::write(work.join(CURRENT), self.package.0.as_os_str().as_encoded_bytes())?;
        Ok(inventory::is_complete(&self.package.0))
    }

    fn can_be_built(&self) -> bool {
        let can_be_written = || {
            fs::create_dir_all(&self.package.0)?;
            tempfile::tempfile_in(&self.package.0).map(drop)
        };
        can_be_written().is_ok() && check_free_space(&self.package.0, NEEDED_MB).is_ok()
    }
}

/// The set that a session uses, which nobody removes meanwhile.
#[derive(Debug, Default)]
pub(crate) struct InUse {
    name: Vec<u8>,
    claim: Option<fs::File>,
}

impl InUse {
    /// Looks which set the cells of the session in `work` use now.
    pub(crate) fn renew(&mut self, work: &Path) {
        let name = fs::read(work.join(CURRENT)).unwrap_or_default();
        if name != self.name {
            self.claim = String::from_utf8(name.clone())
                .ok()
                .and_then(|folder| inventory::claim(Path::new(&folder)));
            self.name = name;
        }
    }
}

/// Returns the package of a session itself, in the folder of its cells.
fn own_package(context: &Path) -> Package {
    Package(context.join("target/.bootcamp/ctx"))
}

/// Says whether cargo has found a dependency before. `key` names it, and what decides about it.
pub(crate) fn is_known(prebuilt: &Path, key: &str) -> bool {
    stores(prebuilt).iter().any(|store| store.join(KNOWN).join(key).exists())
}

/// Notes that cargo has found a dependency.
pub(crate) fn note_known(prebuilt: &Path, key: &str) {
    let note = |store: &PathBuf| {
        fs::create_dir_all(store.join(KNOWN))?;
        fs::write(store.join(KNOWN).join(key), "")
    };
    // Without the note, cargo is asked again.
    let _ = stores(prebuilt).iter().any(|store| note(store).is_ok());
}

/// Returns the folders with sets for a prebuilt image: the one beside it, and the user's own.
fn stores(prebuilt: &Path) -> Vec<PathBuf> {
    let name = prebuilt.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = format!("{STORE}{}", name.strip_prefix(IMAGE).unwrap_or(name));
    let mut stores = vec![prebuilt.with_file_name(&name), cache_folder().join(&name)];
    stores.dedup();
    stores
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_built_where_there_is_room_and_used_where_it_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let (other, own) = (Path::new("/proc/other").to_owned(), folder.path().to_owned());
        assert!(Dependencies::shared_in(std::slice::from_ref(&other), "set").is_none());
        let set = Dependencies::shared_in(&[other, own.clone()], "set").unwrap();
        assert_eq!(set.package.folder(), own.join("set"));
        assert!(set.line().is_none());
        set.package.write("[package]", &[]).unwrap();
        inventory::write(set.package.folder()).unwrap();
        // What a killed process has left is no set: it has no conditions.
        assert!(set.line().is_none());
        fs::write(set.package.folder().join(CONDITIONS), "{\"variables\":{},\"files\":{}}")
            .unwrap();
        assert!(set.is_built());
        let later = own.join("later");
        let set = Dependencies::shared_in(&[later, own.clone()], "set").unwrap();
        assert_eq!(set.package.folder(), own.join("set"));
    }
}
