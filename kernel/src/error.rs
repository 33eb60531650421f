//! What can keep the kernel from starting, said in one line each.

use std::io;
use std::path::{Path, PathBuf};

/// Why the kernel (or one of its verbs) cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot read the connection file {}: {source}; Jupyter writes this file, start the kernel from Jupyter", path.display())]
    ConnectionFile { path: PathBuf, source: io::Error },
    #[error("the connection file {} is not one: {why}", path.display())]
    MalformedConnection { path: PathBuf, why: String },
    #[error(
        "cannot listen on {endpoint} for the {socket} socket: {why}; start the kernel again to get other ports"
    )]
    Bind { socket: &'static str, endpoint: String, why: String },
    #[error(
        "no Rust compiler found: `{program}` is not on PATH; install Rust from https://rustup.rs, then run scripts/lab again"
    )]
    NoCompiler { program: String },
    #[error("`{program} --print sysroot` failed: {why}")]
    BrokenCompiler { program: String, why: String },
    #[error("the Rust library sources are missing from {}: run `rustup component add rust-src`", sysroot.display())]
    NoLibrarySources { sysroot: PathBuf },
    #[error("cannot {act} {}: {source}{}", path.display(), hint(source))]
    File { act: &'static str, path: PathBuf, source: io::Error },
    #[error("only {free_mb} MB are free in {}: free some space, the kernel needs at least {needed_mb} MB there", path.display())]
    DiskFull { path: PathBuf, free_mb: u64, needed_mb: u64 },
    #[error("building the bootcamp crate failed:\n{why}")]
    Build { why: String },
}

impl Error {
    /// Wraps an error of the file system: what was tried, and on which path.
    pub(crate) fn file(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
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
