//! The Rust toolchain that compiles cells.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, iter};

use crate::error::Error;

/// A Rust toolchain with its library sources, found once at start.
#[derive(Clone, Debug)]
pub(crate) struct Toolchain {
    sysroot: PathBuf,
    version: String,
}

impl Toolchain {
    /// Finds the toolchain: the one that `RUSTC` names (a kernelspec says so), else the
    /// one on PATH.
    pub(crate) fn find() -> Result<Self, Error> {
        let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let sysroot = PathBuf::from(ask(&program, &["--print", "sysroot"])?.trim());
        if !sysroot.join("lib/rustlib/src/rust/library/std").is_dir() {
            return Err(Error::NoLibrarySources { sysroot });
        }
        let version = ask(&program, &["-vV"])?;
        Ok(Self { sysroot, version })
    }

    /// The compiler itself, not rustup's proxy.
    pub(crate) fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    /// The cargo of the same toolchain.
    pub(crate) fn cargo(&self) -> PathBuf {
        self.sysroot.join("bin/cargo")
    }

    /// All that `rustc -vV` says; two toolchains with the same text are equal.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The plain version number, such as `1.95.0`.
    pub(crate) fn release(&self) -> &str {
        self.version.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("unknown")
    }

    /// The variables that make evcxr, rust-analyzer and cargo use this toolchain,
    /// whatever folder a notebook lies in: evcxr asks `rustup which` first and PATH next.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 2] {
        let path = env::var_os("PATH").unwrap_or_default();
        let dirs = iter::once(self.sysroot.join("bin")).chain(env::split_paths(&path));
        let path = env::join_paths(dirs).unwrap_or(path);
        [("PATH", path), ("RUSTUP_TOOLCHAIN", self.sysroot.clone().into_os_string())]
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
