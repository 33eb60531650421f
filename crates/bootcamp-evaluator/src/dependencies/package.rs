//! The empty package that depends on the crates of a set, for cargo.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::inventory::BUILD_LOCK;
use crate::packages::STUB;

/// A folder with a manifest, an empty library and a lock file.
#[derive(Clone, Debug)]
pub(crate) struct Package(pub(super) PathBuf);

impl Package {
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        self.0.join("Cargo.toml")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.0.join("Cargo.lock")
    }

    /// Writes the package. Its manifest and the first of the lock files that exists decide which crates
    /// it has.
    pub(crate) fn write(&self, manifest: &str, locks: &[PathBuf]) -> io::Result<()> {
        fs::create_dir_all(self.0.join("src"))?;
        write_if_other(&self.manifest(), manifest.as_bytes())?;
        write_if_other(&self.0.join("src/lib.rs"), b"")?;
        // cargo keeps the versions that it finds in a lock file. Those of the image come first.
        let own = fs::read_to_string(self.lock_file()).unwrap_or_default();
        match locks.iter().find(|lock| lock.exists()) {
            Some(lock) if !locked_packages(&own).contains(STUB) => {
                fs::write(self.lock_file(), fs::read(lock)?)
            }
            _ => Ok(()),
        }
    }

    /// Returns the lock of the process that lets cargo work on the package, if no other one has it.
    pub(crate) fn try_lock(&self) -> io::Result<Option<fs::File>> {
        fs::create_dir_all(&self.0)?;
        let file = self.0.join(BUILD_LOCK);
        let lock = fs::File::create(&file)?;
        match lock.try_lock() {
            // The folder may have been removed before, and this file with it.
            Ok(()) => {
                let locked = lock.metadata()?.ino();
                let is_there = fs::metadata(&file).is_ok_and(|there| there.ino() == locked);
                Ok(is_there.then_some(lock))
            }
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Returns the names of the packages that the lock file has.
    pub(super) fn locked(&self) -> HashSet<String> {
        locked_packages(&fs::read_to_string(self.lock_file()).unwrap_or_default())
    }
}

fn locked_packages(lock: &str) -> HashSet<String> {
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names.map(str::to_owned).collect()
}

fn write_if_other(file: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|present| present == content) {
        return Ok(());
    }
    fs::write(file, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_knows_the_image_stays() {
        let folder = tempfile::tempdir().unwrap();
        let [no, image] = ["no", "image"].map(|name| folder.path().join(name));
        fs::write(&image, format!("[[package]]\nname = \"{STUB}\"\nversion = \"1.0.0\"\n"))
            .unwrap();
        let package = Package(folder.path().join("package"));
        fs::create_dir(&package.0).unwrap();
        fs::write(package.lock_file(), "[[package]]\nname = \"one-two\"\n").unwrap();
        assert_eq!(package.locked(), HashSet::from(["one-two".to_owned()]));
        package.write("", &[no.clone(), image.clone()]).unwrap();
        assert_eq!(package.locked(), HashSet::from([STUB.to_owned()]));
        let more = fs::read_to_string(package.lock_file()).unwrap() + "[[package]]\nname = \"a\"\n";
        fs::write(package.lock_file(), more).unwrap();
        package.write("", &[no, image]).unwrap();
        assert!(package.locked().contains("a"));
    }
}
