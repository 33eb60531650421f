//! A disk that is soon full.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::Command;

/// Calls a function with the folder of a disk of one megabyte. Only root may do so.
pub(crate) fn with_small_disk<T>(run: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let call = |program: &str, arguments: &[&str]| {
        let status = Command::new(program).args(arguments).arg(&small).status();
        assert!(status.is_ok_and(|status| status.success()), "{program} failed");
    };
    call("mount", &["-t", "tmpfs", "-o", "size=1m", "tmpfs"]);
    let result = catch_unwind(AssertUnwindSafe(|| run(&small)));
    // A process that is about to end may still be there.
    call("umount", &["--lazy"]);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
