//! Removes the sets of dependencies that were not used for the longest time, when all together are too
//! large.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use super::{IMAGE, KNOWN, STORE};
use crate::files::remove;
use crate::inventory;

/// The variable that sets how many megabytes all sets together may have.
const SIZE: &str = "BOOTCAMP_CACHE_SIZE";
const DEFAULT_MB: u64 = 5000;
/// The age from which a set that no process holds may be removed. A younger one may be about to be
/// held.
const SETTLED: Duration = Duration::from_mins(10);

/// The age from which the versions of a set are chosen anew, if a session asks for them.
const FORGOTTEN: Duration = Duration::from_hours(24 * 90);

/// Removes old sets until the others are small enough; `own` stays in any case.
pub(super) fn shrink(store: &Path, own: &Path) {
    shrink_to(store, own, limit_mb(env::var(SIZE).ok().as_deref()) << 20);
    forget(&store.join(KNOWN));
}

fn shrink_to(store: &Path, own: &Path, limit: u64) {
    let mut sets = sets(store);
    sets.sort_by_key(|set| inventory::last_use(set));
    let mut from_newest = sets.into_iter().rev().collect::<Vec<_>>();
    // The own set counts first.
    from_newest.sort_by_key(|set| set != own);
    let (mut seen, mut size) = (HashSet::new(), 0);
    for set in from_newest {
        size += size_of(&set, &mut seen);
        if size > limit && set != own {
            inventory::remove_unused(&set, SETTLED);
        }
    }
}

/// Removes what cargo has found long ago: it finds it again.
fn forget(known: &Path) {
    for entry in fs::read_dir(known).into_iter().flatten().filter_map(Result::ok) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > FORGOTTEN)) {
            let _ = remove(&entry.path());
        }
    }
}

/// Removes the sets of prebuilt images that are gone.
pub(super) fn remove_orphans(cache: &Path) {
    for store in sets(cache) {
        let key = store.file_name().and_then(|name| name.to_str()?.strip_prefix(STORE));
        if key.is_some_and(|key| !cache.join(format!("{IMAGE}{key}")).exists()) {
            for set in sets(&store) {
                inventory::remove_unused(&set, SETTLED);
            }
            let _ = fs::remove_dir_all(store.join(KNOWN));
            // It stays while a set is in it.
            let _ = fs::remove_dir(&store);
        }
    }
}

/// Returns the folders in a folder, such as the sets in a store.
pub(super) fn sets(store: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(store).into_iter().flatten().filter_map(Result::ok);
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !path.ends_with(KNOWN))
        .collect()
}

/// Returns the bytes of the files that no set before had: a file may be in several sets.
fn size_of(folder: &Path, seen: &mut HashSet<(u64, u64)>) -> u64 {
    let mut size = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            size += size_of(&entry.path(), seen);
        } else if seen.insert((metadata.dev(), metadata.ino())) {
            size += metadata.blocks() * 512;
        }
    }
    size
}

/// Returns the limit that a person has set, in megabytes.
fn limit_mb(text: Option<&str>) -> u64 {
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(DEFAULT_MB)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::inventory::USE_LOCK;

    /// Writes a set of a megabyte that was used so many minutes ago.
    fn write_set(store: &Path, name: &str, minutes: u64) -> PathBuf {
        let set = store.join(name);
        fs::create_dir_all(set.join("target")).unwrap();
        fs::write(set.join("target/libcrate.rlib"), vec![1; 1 << 20]).unwrap();
        let file = fs::File::create(set.join(USE_LOCK)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_mins(minutes)).unwrap();
        set
    }

    #[test]
    fn the_sets_that_were_not_used_for_the_longest_time_go() {
        let store = tempfile::tempdir().unwrap();
        let store = store.path();
        fs::create_dir(store.join(KNOWN)).unwrap();
        let oldest = write_set(store, "oldest", 300);
        let held = write_set(store, "held", 200);
        let old = write_set(store, "old", 100);
        let linked = write_set(store, "linked", 90);
        let young = write_set(store, "young", 1);
        let own = write_set(store, "own", 400);
        // A crate of two sets counts once.
        fs::remove_file(linked.join("target/libcrate.rlib")).unwrap();
        fs::hard_link(young.join("target/libcrate.rlib"), linked.join("target/libcrate.rlib"))
            .unwrap();
        let lock = fs::File::open(held.join(USE_LOCK)).unwrap();
        lock.lock_shared().unwrap();
        shrink_to(store, &own, 10 << 20);
        assert_eq!(sets(store).len(), 6);
        shrink_to(store, &own, 5 << 19);
        let mut left = sets(store);
        left.sort();
        let mut wanted = [held, linked, own, young];
        wanted.sort();
        assert_eq!(left, wanted);
        assert!(!oldest.exists() && !old.exists() && store.join(KNOWN).exists());
    }

    #[test]
    fn sets_go_with_their_image() {
        let cache = tempfile::tempdir().unwrap();
        let cache = cache.path();
        fs::create_dir(cache.join("prebuilt-a")).unwrap();
        let kept = write_set(&cache.join("dependencies-a"), "set", 100);
        write_set(&cache.join("dependencies-b"), "set", 100);
        let young = write_set(&cache.join("dependencies-c"), "set", 1);
        remove_orphans(cache);
        assert!(kept.exists() && young.exists() && !cache.join("dependencies-b").exists());
    }

    #[test]
    fn a_limit_is_a_number_of_megabytes() {
        assert_eq!(limit_mb(Some(" 20 ")), 20);
        assert_eq!([limit_mb(None), limit_mb(Some("much"))], [DEFAULT_MB; 2]);
    }
}
