//! The reasons why the kernel cannot serve, each in one line.

use std::io;
use std::path::PathBuf;

/// The reason why the kernel cannot serve a connection.
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
}
