//! What an engine was sent for its child: files by their SHA-256, and prebuilt images made of them.
//!
//! `CACHE/shipped/` holds `parts/SHA256`, the files, and `images/KEY`, folders of links to them.
//! All engines of a computer share it. Files and links appear whole or not at all, so that
//! several may write the same one.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use bootcamp_cluster::wire::sha256;
use bootcamp_evaluator::cache_folder;

use crate::parts::{self, Part};

/// How long something is kept that nobody uses.
const FORGOTTEN: Duration = Duration::from_hours(24 * 30);

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Store(PathBuf);

impl Store {
    /// The one of this person on this computer; where the cache cannot be written to, one in
    /// `instead`.
    pub(super) fn open(instead: &Path) -> io::Result<Self> {
        let create = |folder: PathBuf| {
            for part in ["parts", "images"] {
                fs::create_dir_all(folder.join(part))?;
            }
            tempfile::tempfile_in(folder.join("parts"))?;
            Ok(Self(folder))
        };
        let usual = create(cache_folder().join("shipped"));
        let store = usual.or_else(|_: io::Error| create(instead.join("shipped")))?;
        store.remove_forgotten();
        Ok(store)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// Whether a part is there, whole. One that is damaged goes.
    pub(super) fn has(&self, part: &Part) -> bool {
        let file = self.part(&part.sha256);
        let is_whole = part.is_at(&file);
        if is_whole {
            touch(&file);
        } else {
            let _ = fs::remove_file(file);
        }
        is_whole
    }

    /// Keeps a part.
    pub(super) fn keep(&self, digest: &str, bytes: &[u8]) -> io::Result<()> {
        if sha256(bytes) != digest {
            return Err(io::Error::other("it changed on the way"));
        }
        let fresh = tempfile::NamedTempFile::new_in(self.0.join("parts"))?;
        fs::write(fresh.path(), bytes)?;
        fresh.persist(self.part(digest)).map(drop).map_err(|error| error.error)
    }

    /// A folder in which these parts have their names.
    pub(super) fn assemble(&self, parts: &[Part]) -> io::Result<PathBuf> {
        let images = self.0.join("images");
        let prebuilt = images.join(parts::key(parts));
        fs::create_dir_all(&prebuilt)?;
        for part in parts {
            let fresh = tempfile::TempDir::new_in(&images)?;
            let link = fresh.path().join(&part.name);
            symlink(Path::new("../../parts").join(&part.sha256), &link)?;
            fs::rename(link, prebuilt.join(&part.name))?;
        }
        touch(&prebuilt);
        Ok(prebuilt)
    }

    fn part(&self, digest: &str) -> PathBuf {
        self.0.join("parts").join(digest)
    }

    /// Removes what nobody came to for a long time. What cannot be removed stays.
    fn remove_forgotten(&self) {
        let entries = ["parts", "images"].map(|name| fs::read_dir(self.0.join(name)));
        for entry in entries.into_iter().flatten().flatten().flatten() {
            let used = entry.metadata().and_then(|metadata| metadata.modified());
            let is_old = |time: SystemTime| time.elapsed().is_ok_and(|age| age > FORGOTTEN);
            if !used.is_ok_and(is_old) {
                continue;
            }
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// Says that somebody came.
fn touch(path: &Path) {
    if let Ok(file) = fs::File::open(path) {
        let _ = file.set_modified(SystemTime::now());
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn part(bytes: &[u8], name: &str) -> Part {
        Part { name: name.to_owned(), path: PathBuf::new(), sha256: sha256(bytes) }
    }

    #[test]
    fn several_keep_and_assemble_the_same_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["parts", "images"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let store = Store(folder.path().to_owned());
        let bytes = vec![7; 1 << 20];
        let parts = [part(&bytes, "libone.so"), part(b"two", "libtwo.so")];
        let work = || {
            for _ in 0..20 {
                store.keep(&parts[0].sha256, &bytes).unwrap();
                store.keep(&parts[1].sha256, b"two").unwrap();
                assert!(parts.iter().all(|part| store.has(part)));
                let prebuilt = store.assemble(&parts).unwrap();
                assert!(parts.iter().all(|part| part.is_at(&prebuilt.join(&part.name))));
            }
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(work);
            }
        });
        assert_eq!(fs::read_dir(folder.path().join("parts")).unwrap().count(), 2);
        assert_eq!(fs::read_dir(folder.path().join("images")).unwrap().count(), 1);

        assert!(store.keep(&parts[0].sha256, b"other").is_err());
        fs::write(store.part(&parts[1].sha256), "cut").unwrap();
        assert!(!store.has(&parts[1]) && !store.part(&parts[1].sha256).exists());
        // What nobody used for long goes.
        let old = fs::File::open(store.part(&parts[0].sha256)).unwrap();
        old.set_modified(SystemTime::now() - 2 * FORGOTTEN).unwrap();
        store.remove_forgotten();
        assert!(!store.has(&parts[0]));
    }
}
