//! The floor: what no kernel that compiles a cell by rustc can be faster than.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use libloading::Library;
use tempfile::TempDir;

/// Compiles and loads the smallest library, once for each round.
pub(crate) struct Floor {
    rustc: PathBuf,
    folder: TempDir,
    /// In milliseconds: rustc, and loading what it made.
    pub(crate) times: Vec<[f64; 2]>,
}

impl Floor {
    pub(crate) fn new() -> Self {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output();
        let sysroot = String::from_utf8(output.expect("rustc runs").stdout).expect("a path");
        // The compiler itself, not rustup's proxy.
        let rustc = Path::new(sysroot.trim()).join("bin/rustc");
        let folder = tempfile::tempdir().expect("a folder");
        let mut floor = Self { rustc, folder, times: Vec::new() };
        floor.measure();
        // The first one read the compiler from the disk.
        floor.times.clear();
        floor
    }

    pub(crate) fn measure(&mut self) {
        // A file that was loaded before would not be loaded again.
        let number = self.times.len();
        let source = self.folder.path().join(format!("floor{number}.rs"));
        let library = self.folder.path().join(format!("libfloor{number}.so"));
        let line =
            format!("#[unsafe(no_mangle)] pub extern \"C\" fn floor() -> usize {{ {number} }}\n");
        fs::write(&source, line).expect("the source can be written");
        let started = Instant::now();
        let status = Command::new(&self.rustc)
            .args(["--edition=2024", "--crate-type=cdylib", "-Cprefer-dynamic"])
            .args(["-Copt-level=2", "-Ccodegen-units=1", "-o"])
            .args([&library, &source])
            .status();
        assert!(status.is_ok_and(|status| status.success()), "rustc failed");
        let compiled = started.elapsed();
        // SAFETY: the library was made from the line above; loading it runs none of its
        // code.
        let loaded = unsafe { Library::new(&library) }.expect("the library can be loaded");
        // SAFETY: the function is declared with this type.
        let floor = unsafe { loaded.get::<extern "C" fn() -> usize>(b"floor") };
        assert_eq!(floor.expect("the function is there")(), number);
        let all = started.elapsed();
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
        self.times.push([milliseconds(compiled), milliseconds(all.saturating_sub(compiled))]);
    }
}
