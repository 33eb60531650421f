//! The reasons why an evaluator cannot start, each in one line.

use std::io;
use std::path::{Path, PathBuf};

/// The reason why an evaluator cannot start, or why a prebuilt image cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no compiler.
    #[error(
        "no Rust compiler found: `{program}` is not on PATH; install Rust from https://rustup.rs, then run scripts/lab again"
    )]
    NoCompiler {
        /// The program that was looked for.
        program: String,
    },
    /// The compiler does not say where its files are.
    #[error("`{program} --print sysroot` failed: {why}")]
    BrokenCompiler {
        /// The compiler.
        program: String,
        /// The compiler's message.
        why: String,
    },
    /// The toolchain came without the standard library's sources.
    #[error("the Rust library sources are missing from {}: run `rustup component add rust-src`", sysroot.display())]
    NoLibrarySources {
        /// The toolchain's folder.
        sysroot: PathBuf,
    },
    /// The file system refuses something.
    #[error("cannot {act} {}: {source}{}", path.display(), hint(source))]
    File {
        /// The operation, such as `write`.
        act: &'static str,
        /// The path that it is about.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The disk is nearly full.
    #[error("only {free_mb} MB are free in {}: free some space, the kernel needs at least {needed_mb} MB there", path.display())]
    DiskFull {
        /// A folder on the disk.
        path: PathBuf,
        /// The free space there, in megabytes.
        free_mb: u64,
        /// The space that is needed, in megabytes.
        needed_mb: u64,
    },
    /// The helper crate cannot be built.
    #[error("building the {name} crate failed:\n{why}")]
    Build {
        /// The crate.
        name: &'static str,
        /// The message of the build.
        why: String,
    },
    /// evcxr, or a process that it needs, does not start.
    #[error("{why}")]
    Start {
        /// The message of the error.
        why: String,
    },
}

impl Error {
    pub(crate) fn start(error: &anyhow::Error) -> Self {
        Self::Start { why: format!("{error:#}") }
    }

    /// Returns a function that wraps an error of the file system with the operation and the path.
    pub fn file(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { act, path, source }
    }
}

fn hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; set BOOTCAMP_CACHE to a folder that you may write to"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free some disk space",
        _ => "",
    }
}
