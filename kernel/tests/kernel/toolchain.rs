//! A toolchain of a test's own.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The toolchain of this machine in another folder, made of links: a test may change it.
pub(crate) struct Toolchain {
    folder: PathBuf,
}

impl Toolchain {
    /// It optimizes nothing, so that crates are compiled sooner.
    pub(crate) fn quick(folder: &Path) -> Self {
        let real = sysroot();
        let toolchain = Self { folder: folder.to_owned() };
        fs::create_dir_all(folder.join("bin")).unwrap();
        symlink(real.join("bin/cargo"), folder.join("bin/cargo")).unwrap();
        let script = format!(
            "#!/bin/sh\n\
             [ \"$*\" != '--print sysroot' ] || exec echo '{}'\n\
             for argument; do\n    shift\n    \
             case $argument in opt-level=*) argument=opt-level=0 ;; esac\n    \
             set -- \"$@\" \"$argument\"\ndone\n\
             exec '{}' \"$@\"\n",
            folder.display(),
            real.join("bin/rustc").display()
        );
        fs::write(toolchain.rustc(), script).unwrap();
        fs::set_permissions(toolchain.rustc(), fs::Permissions::from_mode(0o755)).unwrap();
        link_beside(&real, folder, Path::new("lib/rustlib/src/rust/library/std/src"));
        toolchain
    }

    pub(crate) fn rustc(&self) -> PathBuf {
        self.folder.join("bin/rustc")
    }

    /// Takes a file or a folder, which lies beside `std`'s `lib.rs`, out of the library.
    pub(crate) fn remove_from_std(&self, name: &str) {
        fs::remove_file(self.folder.join("lib/rustlib/src/rust/library/std/src").join(name))
            .unwrap();
    }
}

fn sysroot() -> PathBuf {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// Makes the folders of a path; what lies beside each of them, and in the last one, is linked.
fn link_beside(from: &Path, to: &Path, path: &Path) {
    let mut parts = path.components();
    let (mut from, mut to) = (from.to_owned(), to.to_owned());
    let mut next = parts.next();
    while let Some(part) = next {
        from.push(part);
        to.push(part);
        fs::create_dir_all(&to).unwrap();
        next = parts.next();
        for entry in fs::read_dir(&from).unwrap() {
            let name = entry.unwrap().file_name();
            if next.is_none_or(|next| next.as_os_str() != name) {
                symlink(from.join(&name), to.join(&name)).unwrap();
            }
        }
    }
}
