//! A kernel's private folder: evcxr's crate, the child's pipes and sockets.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, thread};

use tempfile::TempDir;

use crate::error::Error;
use crate::signals;

/// What a session needs at least: a copy of the house's seed and the cells' libraries.
const NEEDED_MB: u64 = 200;

const PREFIX: &str = "bootcamp-";
/// Locked while the kernel lives.
const LOCK: &str = "lock";
/// A folder that is younger may be on its way to its lock.
const SETTLED: Duration = Duration::from_mins(1);

/// The folder; it goes when the kernel does, or, if the kernel was killed, after the next
/// one has started.
#[derive(Debug)]
pub(crate) struct Work {
    folder: TempDir,
    _lock: fs::File,
}

impl Work {
    pub(crate) fn create() -> Result<Self, Error> {
        let parent = temporary_folder();
        check_free_space(&parent, NEEDED_MB)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&parent)
            .map_err(Error::file("create a working folder in", &parent))?;
        let lock = lock(folder.path()).map_err(Error::file("lock", folder.path()))?;
        let work = Self { folder, _lock: lock };
        let context = work.context();
        fs::create_dir(&context).map_err(Error::file("create the folder", &context))?;
        let signals = work.path(signals::FILE);
        fs::write(&signals, signals::EMPTY).map_err(Error::file("write", &signals))?;
        for name in ["stdin", "stdout", "stderr"] {
            let path = work.path(name);
            let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
            rustix::fs::mkfifoat(rustix::fs::CWD, &path, mode)
                .map_err(|error| Error::file("create the pipe", &path)(error.into()))?;
        }
        Ok(work)
    }

    /// A file of this folder: `stdin`, `stdout`, `stderr`, `channel`, `runtime`, `cell`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Removes the folder while others may still hold it.
    pub(crate) fn remove(&self) {
        // The worker or a compiler may still be writing there; each finds no folder soon.
        for _ in 0..100 {
            let _ = fs::remove_dir_all(self.root());
            if !self.root().exists() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The crate that evcxr writes and compiles cells in (its `EVCXR_TMPDIR`).
    pub(crate) fn context(&self) -> PathBuf {
        self.path("context")
    }
}

/// Where working folders go. The address of a socket may have 108 bytes at most.
fn temporary_folder() -> PathBuf {
    const LONGEST: usize = 80;
    Some(env::temp_dir())
        .filter(|folder| folder.as_os_str().len() <= LONGEST)
        .unwrap_or_else(|| PathBuf::from("/tmp"))
}

fn lock(folder: &Path) -> io::Result<fs::File> {
    let file = fs::File::create(folder.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// Removes the folders of kernels that were killed. May take seconds.
pub(crate) fn remove_abandoned() {
    let Ok(entries) = fs::read_dir(temporary_folder()) else { return };
    for entry in entries.filter_map(Result::ok) {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        if !entry.path().join("context").is_dir() {
            continue;
        }
        let lock = entry.path().join(LOCK);
        let settled = fs::metadata(&lock)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > SETTLED));
        // The lock of a living kernel is taken; of another user's folder it is out of reach.
        if settled && fs::File::open(&lock).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// An error when the file system of `folder` has less than `needed_mb` megabytes free.
pub(crate) fn check_free_space(folder: &Path, needed_mb: u64) -> Result<(), Error> {
    let space = rustix::fs::statvfs(folder)
        .map_err(|error| Error::file("look at the folder", folder)(error.into()))?;
    let free_mb = space.f_bavail.saturating_mul(space.f_frsize) >> 20;
    if free_mb < needed_mb {
        return Err(Error::DiskFull { path: folder.to_owned(), free_mb, needed_mb });
    }
    Ok(())
}
