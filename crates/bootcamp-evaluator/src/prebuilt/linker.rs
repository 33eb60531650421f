//! Links a cell without the C compiler.
//!
//! rustc normally starts `cc`, which starts `collect2`, which starts a wrapper, which starts
//! `rust-lld`. If rustc starts `rust-lld` itself, linking takes a fifth less time. The linker then
//! needs the folders of the C library, which only `cc` knows.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, io};

use super::Prebuilt;
use crate::compiler::RustcLine;
use crate::error::Error;
use crate::toolchain::Toolchain;

impl Prebuilt {
    /// Lets cells of sessions without dependencies link in this way, if rustc would use the same
    /// linker anyway.
    pub(super) fn link_directly(&self) -> Result<(), Error> {
        let Some(arguments) = self.linker_arguments() else { return Ok(()) };
        let lines = self.path.join("lines");
        let change = || {
            for entry in fs::read_dir(&lines)? {
                let file = entry?.path();
                let line: RustcLine = serde_json::from_slice(&fs::read(&file)?)?;
                fs::write(&file, serde_json::to_vec(&line.linked_by(&arguments))?)?;
            }
            io::Result::Ok(())
        };
        change().map_err(Error::file("write to the folder", &lines))
    }

    /// Returns rustc's arguments for this linker, after one successful try.
    fn linker_arguments(&self) -> Option<Vec<String>> {
        // If the user chose a linker or folders of libraries, they are used.
        if Toolchain::linker().is_some() || env::var_os("LIBRARY_PATH").is_some() {
            return None;
        }
        let libraries = self.toolchain.sysroot().join("lib/rustlib").join(self.toolchain.host());
        let linker = libraries.join("bin/rust-lld");
        let wrappers = libraries.join("bin/gcc-ld").to_str()?.to_owned();
        if !self.link(&[])?.contains(&wrappers) {
            return None;
        }
        let mut arguments =
            vec![format!("-Clinker={}", linker.to_str()?), "-Clinker-flavor=ld.lld".to_owned()];
        for folder in library_folders()? {
            arguments.push(format!("-Lnative={}", folder.to_str()?));
        }
        self.link(&arguments).map(|_| arguments)
    }

    /// Links an empty library. Returns the command of the linker.
    fn link(&self, arguments: &[String]) -> Option<String> {
        let library = self.path.join("linked.so");
        let output = Command::new(self.toolchain.rustc())
            .args(["--crate-type=cdylib", "--crate-name=linked", "-Cprefer-dynamic"])
            .args(["--print=link-args", "-o"])
            .arg(&library)
            .args(arguments)
            .arg("-")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let linked = fs::remove_file(&library).is_ok();
        (linked && output.status.success())
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Returns the folders in which `cc` looks for libraries.
fn library_folders() -> Option<Vec<PathBuf>> {
    let output = Command::new("cc").arg("-print-search-dirs").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let list = text.lines().find_map(|line| line.strip_prefix("libraries: ="))?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in env::split_paths(list).filter_map(|folder| folder.canonicalize().ok()) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    (!folders.is_empty()).then_some(folders)
}
