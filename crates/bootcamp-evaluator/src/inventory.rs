//! The list of the files of a folder that was built once, which shows whether it is complete.
//!
//! Such a folder is the prebuilt image, or a set of dependencies. One process builds it, under a lock.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files::remove_at_once;

/// The lock of the process that builds the folder.
pub(crate) const BUILD_LOCK: &str = "lock";
/// The lock that processes share while they use the folder. Its time is that of the last use.
pub(crate) const USE_LOCK: &str = "use";
/// The file with the list.
const FILE: &str = "ready.json";

#[derive(Debug, Serialize, Deserialize)]
struct Inventory {
    /// The folder itself. A copy elsewhere names files that may not exist.
    folder: PathBuf,
    /// Each file's path in the folder, and its length.
    lengths: BTreeMap<String, u64>,
}

/// Lists the files of a folder. The list appears completely or not at all.
pub(crate) fn write(folder: &Path) -> Result<(), Error> {
    let mut lengths = BTreeMap::new();
    collect(folder, "", &mut lengths)?;
    let file = folder.join(FILE);
    let fresh = folder.join(format!("{FILE}.new"));
    let inventory = Inventory { folder: folder.to_owned(), lengths };
    let text = serde_json::to_vec(&inventory).unwrap_or_default();
    fs::write(&fresh, text).map_err(Error::file("write", &fresh))?;
    fs::rename(&fresh, &file).map_err(Error::file("write", &file))
}

/// Says whether the folder was built in this place, and every file of the list exists with its full
/// length.
pub(crate) fn is_complete(folder: &Path) -> bool {
    let Ok(text) = fs::read(folder.join(FILE)) else { return false };
    let Ok(inventory) = serde_json::from_slice::<Inventory>(&text) else { return false };
    let is_whole = |(name, length): (&String, &u64)| {
        fs::metadata(folder.join(name)).is_ok_and(|metadata| metadata.len() == *length)
    };
    inventory.folder == folder && inventory.lengths.iter().all(is_whole)
}

fn collect(folder: &Path, prefix: &str, lengths: &mut BTreeMap<String, u64>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
        let entry = entry.map_err(Error::file("read", folder))?;
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if prefix.is_empty() && [FILE, BUILD_LOCK, USE_LOCK].contains(&&*name) {
            continue;
        }
        let name = format!("{prefix}{name}");
        let metadata = entry.metadata().map_err(Error::file("read", &path))?;
        if metadata.is_dir() {
            collect(&path, &format!("{name}/"), lengths)?;
        } else {
            lengths.insert(name, metadata.len());
        }
    }
    Ok(())
}

/// Keeps a folder from being removed while the file is open, and notes that it is used now. Returns
/// `None` if its lock file cannot be opened, as in a folder of another user, who decides about it.
pub(crate) fn claim(folder: &Path) -> Option<fs::File> {
    let file = folder.join(USE_LOCK);
    if let Ok(file) = fs::File::options().append(true).open(&file) {
        let _ = file.set_modified(SystemTime::now());
    }
    let file = fs::File::open(file).ok()?;
    file.lock_shared().ok()?;
    Some(file)
}

/// Returns the locks of a folder that no process uses and none builds.
pub(crate) fn lock_unused(folder: &Path) -> Option<Vec<fs::File>> {
    let files =
        [USE_LOCK, BUILD_LOCK].iter().filter_map(|name| fs::File::open(folder.join(name)).ok());
    let files: Vec<fs::File> = files.collect();
    files.iter().all(|file| file.try_lock().is_ok()).then_some(files)
}

/// Removes a folder that nobody has used for this time. A process that claims it meanwhile finds that
/// it is not complete.
pub(crate) fn remove_unused(folder: &Path, rest: Duration) {
    let locks = lock_unused(folder);
    if locks.is_some() && last_use(folder).elapsed().is_ok_and(|age| age > rest) {
        remove_at_once(folder);
    }
}

/// Returns the time of the last use.
pub(crate) fn last_use(folder: &Path) -> SystemTime {
    let modified = |path: PathBuf| fs::metadata(path)?.modified();
    modified(folder.join(USE_LOCK))
        .or_else(|_| modified(folder.to_owned()))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_cut_off_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("deps")).unwrap();
        fs::write(folder.join("deps/a.rmeta"), "1234").unwrap();
        fs::write(folder.join(USE_LOCK), "").unwrap();
        assert!(!is_complete(folder));
        write(folder).unwrap();
        assert!(is_complete(folder));
        let copy = tempfile::tempdir().unwrap();
        crate::files::copy_folder(folder, &copy.path().join("copy")).unwrap();
        assert!(!is_complete(&copy.path().join("copy")));
        fs::write(folder.join("another"), "does no harm").unwrap();
        assert!(is_complete(folder));
        fs::write(folder.join("deps/a.rmeta"), "12").unwrap();
        assert!(!is_complete(folder));
        fs::remove_file(folder.join("deps/a.rmeta")).unwrap();
        assert!(!is_complete(folder));
        fs::write(folder.join(FILE), "{ cut").unwrap();
        assert!(!is_complete(folder));
    }
}
