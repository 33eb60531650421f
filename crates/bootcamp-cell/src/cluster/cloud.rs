//! Work that goes on without you: start it, close the notebook, fetch the results another day.
//!
//! ```no_run
//! use bootcamp_cell::cluster::{ClusterError, cloud};
//!
//! fn start_walker(start: [f64; 2]) -> Vec<[f64; 2]> {
//!     vec![start; 100]
//! }
//!
//! let starts = [[0.0, 0.0], [1.0, 2.0]];
//! let job = cloud::map(start_walker, starts)?; // returns at once
//! println!("{job}: {}", cloud::status(&job)?);
//! let points: Vec<Vec<[f64; 2]>> = cloud::result(&job)?; // waits until all are there
//! assert_eq!(points.len(), 2);
//! # Ok::<(), ClusterError>(())
//! ```
//!
//! The cluster's controller keeps the results. As long as it runs, any kernel that is connected
//! with it fetches them by the name of the job, which is its text:
//! `cloud::result::<Vec<[f64; 2]>>("job-1f6c09a2-16")`.

use std::fmt;
use std::path::PathBuf;

use bootcamp_protocol::{EngineReply, EngineRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::function::{Arguments, sent};
use super::lists::{start_job, take};
use super::results::{Came, results};
use super::{Client, ClusterError, ask};

/// The name of some work on the engines.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Job(String);

impl fmt::Display for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

impl AsRef<str> for Job {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// How far a job is. Each engine is given lists of tasks; these are counted.
///
/// ```
/// use bootcamp_cell::cluster::cloud::Status;
///
/// let status = Status { done: 3, lists: 32 };
/// assert_eq!(status.to_string(), "3 of 32 lists of tasks are done");
/// assert!(!status.is_done());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Lists whose results are there.
    pub done: usize,
    /// All lists.
    pub lists: usize,
}

impl Status {
    /// Whether all results are there.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.done == self.lists
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} lists of tasks are done", self.done, self.lists)
    }
}

/// Has the engines call the function with each argument, and does not wait for them. The
/// function is as for [`Balanced::map`](super::Balanced::map).
///
/// # Errors
/// If serde cannot write an argument, the function has captured a pointer, or there is no
/// engine.
#[expect(clippy::inline_always, reason = "`closure::captured` says why")]
#[inline(always)]
pub fn map<F, A, R>(
    function: F,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Job, ClusterError>
where
    F: Fn(A) -> R + Copy + 'static,
    A: Serialize + DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    let function = sent(function)?;
    let arguments = Arguments::new(arguments)?;
    start_job(&Client::connect()?.balanced(), function, &arguments).map(Job)
}

/// How far a job is.
///
/// # Errors
/// If the controller knows no such job.
pub fn status(job: impl AsRef<str>) -> Result<Status, ClusterError> {
    let job = job.as_ref().to_owned();
    match ask(EngineRequest::JobStatus { job })? {
        EngineReply::JobStatus(done, lists) => Ok(Status { done, lists }),
        _ => Err(ClusterError::no_answer()),
    }
}

/// The results of a job in the order of its arguments. Waits until all are there.
///
/// # Errors
/// If the controller knows no such job, tasks failed, or the results are of another type.
pub fn result<R: DeserializeOwned>(job: impl AsRef<str>) -> Result<Vec<R>, ClusterError> {
    let job = job.as_ref().to_owned();
    let EngineReply::JobResults(files) = ask(EngineRequest::JobResults { job })? else {
        return Err(ClusterError::no_answer());
    };
    results(&lists(files)?)
}

/// What is in the files.
fn lists(files: Vec<Result<PathBuf, String>>) -> Result<Vec<Came>, ClusterError> {
    // All are read: who fails leaves none behind.
    let read = |file| take(file).map(|outcomes| Came { start: 0, tasks: None, outcomes });
    let all: Vec<Result<Came, ClusterError>> = files.into_iter().map(read).collect();
    all.into_iter().collect()
}
