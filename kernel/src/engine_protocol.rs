//! What a kernel and its engines say to each other.

use std::path::PathBuf;
use std::sync::OnceLock;

use bootcamp_evaluator::sources_hash;
use serde::{Deserialize, Serialize};

use crate::outcome::Interrupt;
use crate::output::Summary;
use crate::parts::Part;
use crate::prelude::PRELUDE;

/// The type of a request to run a compiled cell, whose library is the first buffer.
pub(crate) const CELL: &str = "cell_request";
/// The type of a request for what an engine lacks of a prebuilt image.
pub(crate) const PREBUILT: &str = "prebuilt_request";
/// The type of a request to keep a part of a prebuilt image, the first buffer.
pub(crate) const PART: &str = "part_request";
/// The type of a request to keep a library, the first buffer, for lists of tasks.
pub(crate) const LIBRARY: &str = "library_request";
/// The type of a request to run a list of tasks, whose arguments are the first buffer.
pub(crate) const TASKS: &str = "tasks_request";
/// The type of a request for what an engine is.
pub(crate) const ABOUT: &str = "about_request";

/// A compiled cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CellRequest {
    /// What the kernel was built from.
    pub(crate) build: String,
    /// The key of the prebuilt image for which the cell is compiled. A [`PrebuiltRequest`] came
    /// before.
    pub(crate) prebuilt: String,
    pub(crate) function: String,
    /// As in `In [3]`.
    pub(crate) execution_count: usize,
    pub(crate) ends_in_expression: bool,
    /// Where in the kernel's own folder a value that the cell leaves may be put, by an engine
    /// that sees the folder. The name is only a beginning.
    pub(crate) leave_at: PathBuf,
}

/// A library that an engine is to keep.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LibraryRequest {
    /// What the kernel was built from.
    pub(crate) build: String,
    /// Of the library, in hexadecimal digits: the name by which lists of tasks know it.
    pub(crate) sha256: String,
}

/// A list of tasks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TasksRequest {
    /// The key of the prebuilt image for which the library is compiled.
    pub(crate) prebuilt: String,
    /// The library of the function.
    pub(crate) sha256: String,
    /// Where it is in the library.
    pub(crate) offset: usize,
    /// What it has captured.
    pub(crate) captured: Vec<u8>,
}

/// How a list of tasks ended. If all went well, the outcomes are the first buffer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// Why there are no outcomes. It is no failure of the request: no other engine is to try.
    pub(crate) failed: Option<String>,
}

/// A prebuilt image, in which an engine is to live.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PrebuiltRequest {
    /// What the kernel was built from.
    pub(crate) build: String,
    /// The kind of computer that it is for.
    pub(crate) target: String,
    /// Where it is, on the kernel's computer.
    pub(crate) prebuilt: PathBuf,
    pub(crate) parts: Vec<Part>,
}

/// What an engine lacks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PrebuiltAnswer {
    /// SHA-256 of parts.
    pub(crate) missing: Vec<String>,
    pub(crate) host: String,
    /// Where it keeps what it is sent, with the other engines of its computer.
    pub(crate) store: PathBuf,
}

/// A part of a prebuilt image.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PartRequest {
    /// The key of the prebuilt image.
    pub(crate) prebuilt: String,
    pub(crate) sha256: String,
}

/// How a cell ended on an engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ran {
    /// How its process ended, if it did.
    pub(crate) process_ended: Option<String>,
    pub(crate) interrupt: Interrupt,
    /// Variables that it needs and that are not there; then it did not run.
    pub(crate) missing: Vec<String>,
    pub(crate) summary: Summary,
    /// The file in the kernel's folder that holds the value it left; otherwise that travels.
    pub(crate) left_at: Option<PathBuf>,
}

impl Ran {
    /// Whether it ran to its end.
    pub(crate) fn went_well(&self) -> bool {
        self.process_ended.is_none() && self.missing.is_empty() && !self.summary.stopped
    }
}

/// What an engine is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) host: String,
    pub(crate) process: u32,
}

/// The kind of this computer: what is compiled for another one does not run.
pub(crate) fn target() -> String {
    // A test stands for another kind so.
    std::env::var("BOOTCAMP_TARGET")
        .unwrap_or_else(|_| format!("{} {}", std::env::consts::OS, std::env::consts::ARCH))
}

/// What this program was built from: its version, and a hash of what its cells are made of.
pub(crate) fn build() -> &'static str {
    static BUILD: OnceLock<String> = OnceLock::new();
    BUILD.get_or_init(|| {
        // A test stands for another build so.
        let other = std::env::var("BOOTCAMP_BUILD").ok();
        let hash = || format!("{:08x}", sources_hash(&PRELUDE) >> 32);
        format!("{} ({})", env!("CARGO_PKG_VERSION"), other.unwrap_or_else(hash))
    })
}
