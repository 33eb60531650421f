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
    /// A task panicked, or its engine could not run it.
    #[error("task {task} failed: {why}")]
    Task {
        /// The number of its argument, from 0.
        task: usize,
        /// The message of the panic.
        why: String,
    },
    /// Tasks of a map failed.
    #[error("{failed} of {count} tasks failed; the first is task {task}: {why}")]
    Tasks {
        /// How many.
        failed: usize,
        /// Of how many.
        count: usize,
        /// The number of the first one's argument, from 0.
        task: usize,
        /// The message of its panic.
        why: String,
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
