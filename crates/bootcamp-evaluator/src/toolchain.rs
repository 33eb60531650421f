//! The Rust toolchain that compiles cells.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

/// A Rust toolchain with its library sources, found once at start.
#[derive(Clone, Debug)]
pub struct Toolchain {
    sysroot: PathBuf,
    version: String,
}

impl Toolchain {
    /// Finds the toolchain: the one that `RUSTC` names (a kernelspec sets it), else the one on
    /// PATH.
    ///
    /// # Errors
    /// When there is none, or the standard library's sources are missing.
    pub fn find() -> Result<Self, Error> {
        let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let sysroot = PathBuf::from(ask(&program, &["--print", "sysroot"])?.trim());
        // rustup may have several names for a toolchain, which has one prebuilt image.
        let sysroot = sysroot.canonicalize().unwrap_or(sysroot);
        let version = ask(&program, &["-vV"])?;
        let toolchain = Self { sysroot, version };
        if !toolchain.library_sources().join("std").is_dir() {
            return Err(Error::NoLibrarySources { sysroot: toolchain.sysroot });
        }
        Ok(toolchain)
    }

    /// Returns a toolchain that has only the files which a test puts into the folder.
    #[cfg(test)]
    pub(crate) fn in_folder(sysroot: &Path) -> Self {
        Self { sysroot: sysroot.to_owned(), version: String::new() }
    }

    /// Returns the path of the compiler itself, not of rustup's proxy.
    #[must_use]
    pub fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    /// Returns the path of the cargo of the same toolchain.
    #[must_use]
    pub fn cargo(&self) -> PathBuf {
        self.sysroot.join("bin/cargo")
    }

    /// Returns the output of `rustc -vV`. Two toolchains with the same text are equal.
    #[must_use]
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Returns the plain version number, such as `1.95.0`.
    #[must_use]
    pub fn release(&self) -> &str {
        self.version.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("unknown")
    }

    /// Returns the folder of the toolchain.
    #[must_use]
    pub(crate) fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// Returns the folder with the standard library's sources.
    #[must_use]
    pub(crate) fn library_sources(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust/library")
    }

    /// Returns the target that it compiles for by default.
    #[must_use]
    pub(crate) fn host(&self) -> &str {
        self.version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("unknown")
    }

    /// Returns the linker that evcxr chooses: the first of these that is on PATH.
    #[must_use]
    pub(crate) fn linker() -> Option<&'static str> {
        let path = env::var_os("PATH").unwrap_or_default();
        let is_there = |name: &&str| env::split_paths(&path).any(|dir| dir.join(name).is_file());
        ["mold", "lld"].into_iter().find(is_there)
    }

    /// Returns the flags with which evcxr compiles everything.
    #[must_use]
    pub(crate) fn rust_flags() -> &'static str {
        match Self::linker() {
            Some("lld") => "-Cprefer-dynamic -Clink-arg=-fuse-ld=lld",
            _ => "-Cprefer-dynamic",
        }
    }
}

fn ask(program: &OsString, arguments: &[&str]) -> Result<String, Error> {
    let name = Path::new(program).display().to_string();
    let Ok(output) = Command::new(program).args(arguments).output() else {
        return Err(Error::NoCompiler { program: name });
    };
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::BrokenCompiler { program: name, why });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
