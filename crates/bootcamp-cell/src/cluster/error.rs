//! Why a value does not travel.

use std::fmt;
use std::io;

/// Why a value does not travel.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// This is no cell of a bootcamp kernel.
    #[error("only a cell of the bootcamp kernel has a cluster: start JupyterLab with scripts/lab")]
    NoKernel,
    /// The kernel or an engine says why.
    #[error("{0}")]
    Refused(String),
    /// The variable has another type there.
    #[error("`{name}` is a {found} on engine {engine}, not a {wanted}")]
    OtherType {
        /// The variable.
        name: String,
        /// The engine.
        engine: u32,
        /// Its type there.
        found: String,
        /// The type that was asked for.
        wanted: &'static str,
    },
    /// serde cannot write or read the value.
    #[error("the value of `{name}` cannot travel: {why}")]
    Value {
        /// The variable.
        name: String,
        /// What serde says.
        why: postcard::Error,
    },
    /// The connection to the kernel, or a file of the value.
    #[error("the kernel's folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl ClusterError {
    pub(super) fn no_answer() -> Self {
        Self::Refused("the kernel gave no answer".to_owned())
    }
}

/// As people read it: a cell shows the errors of `?` and `unwrap` by this format.
impl fmt::Debug for ClusterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
