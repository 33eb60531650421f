//! Removes prebuilt images that no process uses any more.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::inventory;

/// The number of unused images that are kept. They belong to another toolchain, or to another
/// version of the crate, which the user may choose again.
const KEPT: usize = 2;
/// The age at which an unused image is removed in any case.
const FORGOTTEN: Duration = Duration::from_hours(24 * 30);

/// Removes old images beside `own`. An image that cannot be removed stays.
pub(super) fn remove_old(cache: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(cache) else { return };
    let mut empty: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // The last two are of earlier versions.
            ["prebuilt-", "house-", "staging-"].iter().any(|begin| name.starts_with(begin))
        })
        .map(|entry| entry.path())
        .filter(|path| path != own && inventory::lock_unused(path).is_some())
        .map(|path| (inventory::last_use(&path), path))
        .collect();
    empty.sort();
    empty.reverse();
    for (index, (time, path)) in empty.into_iter().enumerate() {
        let forgotten = time.elapsed().is_ok_and(|age| age > FORGOTTEN);
        if index >= KEPT || forgotten {
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::USE_LOCK;

    #[test]
    fn images_in_use_and_the_latest_unused_ones_stay() {
        let cache = tempfile::tempdir().unwrap();
        let cache = cache.path();
        for (index, name) in
            ["prebuilt-a", "prebuilt-b", "prebuilt-c", "prebuilt-d", "other"].iter().enumerate()
        {
            fs::create_dir(cache.join(name)).unwrap();
            let file = fs::File::create(cache.join(name).join(USE_LOCK)).unwrap();
            let time = SystemTime::now() - Duration::from_secs(1000 - index as u64);
            file.set_modified(time).unwrap();
        }
        let in_use = fs::File::open(cache.join("prebuilt-a").join(USE_LOCK)).unwrap();
        in_use.lock_shared().unwrap();
        fs::create_dir(cache.join("prebuilt-own")).unwrap();
        let old = fs::File::create(cache.join("prebuilt-c").join(USE_LOCK)).unwrap();
        old.set_modified(SystemTime::now() - 2 * FORGOTTEN).unwrap();
        remove_old(cache, &cache.join("prebuilt-own"));
        let mut left: Vec<_> =
            fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["other", "prebuilt-a", "prebuilt-b", "prebuilt-d", "prebuilt-own"]);
    }
}
