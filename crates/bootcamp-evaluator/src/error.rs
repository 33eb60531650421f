//! What can keep an evaluator from starting, said in one line each.

use std::io;
use std::path::{Path, PathBuf};

/// Why an evaluator cannot start, or a prebuilt image cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no compiler.
    #[error(
        "no Rust compiler found: `{program}` is not on PATH; install Rust from https://rustup.rs, then run scripts/lab again"
    )]
    NoCompiler {
        /// What was looked for.
        program: String,
    },
    /// The compiler does not say where its files are.
    #[error("`{program} --print sysroot` failed: {why}")]
    BrokenCompiler {
        /// The compiler.
        program: String,
        /// What it said.
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
        /// What was tried, as in `write`.
        act: &'static str,
        /// On which path.
        path: PathBuf,
        /// Why it is refused.
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
        /// What the one who builds said.
        why: String,
    },
    /// evcxr, or a process that it needs, does not start.
    #[error("{why}")]
    Start {
        /// What it said.
        why: String,
    },
}

impl Error {
    pub(crate) fn start(error: &anyhow::Error) -> Self {
        Self::Start { why: format!("{error:#}") }
    }

    /// Wraps an error of the file system: what was tried, and on which path.
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
