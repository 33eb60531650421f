//! The list of the files of a prebuilt image, which shows whether the image is complete.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{BUILD_LOCK, USE_LOCK};
use crate::error::Error;

/// The file with the list.
const FILE: &str = "ready.json";

#[derive(Debug, Serialize, Deserialize)]
struct Inventory {
    /// The folder in which the image was built. A copy elsewhere names files that may not exist.
    prebuilt: PathBuf,
    /// Each file's path in the image, and its length.
    lengths: BTreeMap<String, u64>,
}

/// Lists the files of the image. The list appears completely or not at all.
pub(super) fn write(prebuilt: &Path) -> Result<(), Error> {
    let mut lengths = BTreeMap::new();
    collect(prebuilt, "", &mut lengths)?;
    let file = prebuilt.join(FILE);
    let fresh = prebuilt.join(format!("{FILE}.new"));
    let inventory = Inventory { prebuilt: prebuilt.to_owned(), lengths };
    let text = serde_json::to_vec(&inventory).unwrap_or_default();
    fs::write(&fresh, text).map_err(Error::file("write", &fresh))?;
    fs::rename(&fresh, &file).map_err(Error::file("write", &file))
}

/// Says whether the image was built in this folder, and every file of the list exists with its full
/// length.
pub(super) fn is_complete(prebuilt: &Path) -> bool {
    let Ok(text) = fs::read(prebuilt.join(FILE)) else { return false };
    let Ok(inventory) = serde_json::from_slice::<Inventory>(&text) else { return false };
    let is_whole = |(name, length): (&String, &u64)| {
        fs::metadata(prebuilt.join(name)).is_ok_and(|metadata| metadata.len() == *length)
    };
    inventory.prebuilt == prebuilt && inventory.lengths.iter().all(is_whole)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_cut_off_is_seen() {
        let prebuilt = tempfile::tempdir().unwrap();
        let prebuilt = prebuilt.path();
        fs::create_dir(prebuilt.join("deps")).unwrap();
        fs::write(prebuilt.join("deps/a.rmeta"), "1234").unwrap();
        fs::write(prebuilt.join(USE_LOCK), "").unwrap();
        assert!(!is_complete(prebuilt));
        write(prebuilt).unwrap();
        assert!(is_complete(prebuilt));
        let copy = tempfile::tempdir().unwrap();
        crate::files::copy_folder(prebuilt, &copy.path().join("prebuilt")).unwrap();
        assert!(!is_complete(&copy.path().join("prebuilt")));
        fs::write(prebuilt.join("another"), "does no harm").unwrap();
        assert!(is_complete(prebuilt));
        fs::write(prebuilt.join("deps/a.rmeta"), "12").unwrap();
        assert!(!is_complete(prebuilt));
        fs::remove_file(prebuilt.join("deps/a.rmeta")).unwrap();
        assert!(!is_complete(prebuilt));
        fs::write(prebuilt.join(FILE), "{ cut").unwrap();
        assert!(!is_complete(prebuilt));
    }
}
