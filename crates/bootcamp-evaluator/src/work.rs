//! A session's private folder: evcxr's crate, the child's pipes and sockets.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, thread};

use tempfile::TempDir;

use crate::error::Error;
use crate::signals;

/// The space that a session needs at least: for a copy of the image's template of a target folder,
/// and for the cells' libraries.
const NEEDED_MB: u64 = 200;

const PREFIX: &str = "bootcamp-";
/// The end of a folder's name while it is being removed. A later kernel that finds it continues.
const REMOVED: &str = ".removed";
const CONTEXT: &str = "context";
/// The file that is locked while the kernel lives.
const LOCK: &str = "lock";
/// The age from which a folder without a lock counts as abandoned. A younger one may be about to
/// get its lock.
const SETTLED: Duration = Duration::from_mins(1);

/// The folder of a session. It is removed with the kernel, or, if the kernel was killed, after the
/// next one has started.
#[derive(Debug)]
pub struct Work {
    folder: TempDir,
    _lock: fs::File,
}

impl Work {
    /// Creates a folder for a session.
    ///
    /// # Errors
    /// When there is no space or no permission.
    pub fn create() -> Result<Self, Error> {
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

    /// Returns the path of a file of this folder: `stdin`, `stdout`, `stderr`, `channel`,
    /// `runtime`, `cell`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Removes the folder, even if other processes still use it.
    pub fn remove(&self) {
        remove(self.root());
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the folder of the crate in which evcxr writes and compiles cells (its
    /// `EVCXR_TMPDIR`).
    #[must_use]
    pub fn context(&self) -> PathBuf {
        self.path(CONTEXT)
    }
}

/// Returns the folder for working folders. Its path is short, because the address of a socket may
/// have 108 bytes at most.
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

/// Removes the folders of kernels that were killed. This may take seconds.
pub fn remove_abandoned() {
    remove_abandoned_in(&temporary_folder());
}

fn remove_abandoned_in(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(Result::ok) {
        let (name, folder) = (entry.file_name(), entry.path());
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if name.ends_with(REMOVED) || is_abandoned(&folder) {
            remove(&folder);
        } else if !folder.join(LOCK).exists() && is_settled(&folder) {
            // The kernel was killed before it had the lock. Only empty folders are removed, because
            // another program may use the name.
            let _ = fs::remove_dir(folder.join(CONTEXT));
            let _ = fs::remove_dir(&folder);
        }
    }
}

/// Says whether the folder has a lock that no process holds. A living kernel holds its lock, and
/// the lock of another user cannot be opened.
fn is_abandoned(folder: &Path) -> bool {
    let lock = folder.join(LOCK);
    folder.join(CONTEXT).is_dir()
        && is_settled(&lock)
        && fs::File::open(&lock).is_ok_and(|file| file.try_lock().is_ok())
}

fn is_settled(path: &Path) -> bool {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > SETTLED))
}

/// Removes a working folder. If the process is killed meanwhile, the folder keeps a name by which
/// the next kernel finds it.
fn remove(folder: &Path) {
    let mut name = folder.as_os_str().to_owned();
    if !folder.to_string_lossy().ends_with(REMOVED) {
        name.push(REMOVED);
    }
    let removed = PathBuf::from(name);
    for _ in 0..100 {
        // The worker or a compiler may still write there, or create the folder again, until it
        // notices that the folder is gone.
        let _ = fs::rename(folder, &removed);
        let _ = fs::remove_dir_all(&removed);
        let _ = fs::remove_dir_all(folder);
        if !removed.exists() && !folder.exists() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Fails if the file system of `folder` has less than `needed_mb` megabytes free.
pub(crate) fn check_free_space(folder: &Path, needed_mb: u64) -> Result<(), Error> {
    let space = rustix::fs::statvfs(folder)
        .map_err(|error| Error::file("look at the folder", folder)(error.into()))?;
    let free_mb = space.f_bavail.saturating_mul(space.f_frsize) >> 20;
    if free_mb < needed_mb {
        return Err(Error::DiskFull { path: folder.to_owned(), free_mb, needed_mb });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    /// Creates a folder named like a kernel's, with these files and folders (`/` at the end), of an
    /// age.
    fn folder(parent: &Path, name: &str, content: &[&str], age: Duration) -> PathBuf {
        let folder = parent.join(name);
        fs::create_dir(&folder).unwrap();
        let age = |path: &Path| {
            let file = fs::File::open(path).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        };
        for name in content {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match name.strip_suffix('/') {
                Some(_) => fs::create_dir_all(&path).unwrap(),
                None => fs::write(&path, "").unwrap(),
            }
            age(&path);
        }
        age(&folder);
        folder
    }

    #[test]
    fn what_a_killed_kernel_left_goes_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let parent = parent.path();
        let old = Duration::from_mins(2);
        let goes = [
            folder(parent, "bootcamp-killed", &["context/src/", "lock", "stdin"], old),
            folder(parent, "bootcamp-killed-in-removal.removed", &["context/"], old),
            folder(parent, "bootcamp-removed-at-once.removed", &["context/src/"], Duration::ZERO),
            folder(parent, "bootcamp-killed-at-once", &[], old),
            folder(parent, "bootcamp-killed-then", &["context/"], old),
        ];
        let lives = folder(parent, "bootcamp-lives", &["context/", "lock"], old);
        let held = fs::File::open(lives.join(LOCK)).unwrap();
        held.lock().unwrap();
        let stays = [
            lives,
            folder(parent, "bootcamp-starts", &["context/"], Duration::ZERO),
            folder(parent, "bootcamp-site", &["context/index.html"], old),
            folder(parent, "bootcamp-notes", &["lock"], old),
            folder(parent, "other", &["context/", "lock"], old),
        ];
        remove_abandoned_in(parent);
        for folder in goes {
            assert!(!folder.exists(), "{} is still there", folder.display());
        }
        for folder in stays {
            assert!(folder.exists(), "{} has gone", folder.display());
        }
    }

    #[test]
    fn a_folder_goes_with_its_kernel() {
        let work = Work::create().unwrap();
        let root = work.root().to_owned();
        assert!(work.context().is_dir() && root.join(LOCK).is_file());
        work.remove();
        assert!(!root.exists());
    }
}
