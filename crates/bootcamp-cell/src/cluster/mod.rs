//! The engines of the kernel's cluster, as a cell sees them: variables that go there and come
//! back.
//!
//! `%cluster start -n 4` starts engines, `%%px` runs cells on them, and a [`Client`] reads and
//! writes their variables:
//!
//! ```no_run
//! # use bootcamp_cell::cluster::{Client, ClusterError};
//! let c = Client::connect()?;
//! c.all().push("steps", &1000)?;
//! // %%px let points = random_walker(f, steps, start, 100, &mut rng);
//! let points: Vec<Vec<[f64; 2]>> = c.all().pull("points")?; // one for each engine
//! let first: Vec<[f64; 2]> = c[0].pull("points")?;
//! assert_eq!(points[0], first);
//! # Ok::<(), ClusterError>(())
//! ```
//!
//! Values travel in the [postcard](https://docs.rs/postcard) format, by serde. Both ends have
//! to mean the same type.

mod balanced;
pub mod cloud;
mod error;
mod function;
mod lists;
#[cfg(feature = "kernel")]
mod task;
mod value;
mod view;

use std::ops::Index;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::channel::{self, Reply, Request};

pub use balanced::{Balanced, List, Results};
pub use error::ClusterError;
pub use function::Function;
#[cfg(feature = "kernel")]
pub use task::{TASK, bootcamp_cell_task};
pub use value::{INPUT, OUTPUT};
#[doc(hidden)]
pub use value::{hand_over, take_over};
pub use view::{Engine, View};

/// What a cell asks of the kernel's cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineRequest {
    /// Which engines there are.
    Ids,
    /// The values of a variable, each in a file of its own.
    Pull {
        /// The variable.
        name: String,
        /// Whose; everybody's if none are named.
        engines: Option<Vec<u32>>,
    },
    /// A new variable.
    Push {
        /// The variable.
        name: String,
        /// Its type, as the compiler calls it.
        kind: String,
        /// For whom, and the file with the value of each.
        files: Vec<(u32, PathBuf)>,
    },
    /// Tasks for whichever engine is free.
    Map {
        /// What runs them.
        function: Function,
        /// The file of their arguments.
        arguments: PathBuf,
        /// The lists that it holds, one behind the other.
        lists: Vec<List>,
        /// Who may run them.
        engines: Vec<u32>,
        /// How often a list is given to another engine when its own dies.
        retries: u32,
        /// Whether the results stay with the controller, for whoever asks for them.
        keep: bool,
    },
    /// The next list of a map that is done.
    NextOf {
        /// The map.
        map: u64,
    },
    /// Nobody waits for a map any more.
    EndOf {
        /// The map.
        map: u64,
    },
    /// How far a job is whose results the controller keeps.
    JobStatus {
        /// Its name.
        job: String,
    },
    /// Those results, once all are there.
    JobResults {
        /// Its name.
        job: String,
    },
}

/// What the kernel answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineReply {
    /// The engines.
    Ids(Vec<u32>),
    /// The engines and their files, which are the caller's to remove.
    Pulled(Vec<(u32, PathBuf)>),
    /// The variable is there.
    Pushed,
    /// The tasks are on their way.
    Mapping(u64),
    /// A list is done.
    Mapped {
        /// Its number.
        list: usize,
        /// The file of its outcomes, which is the caller's to remove; or why there are none.
        results: Result<PathBuf, String>,
        /// What its tasks printed.
        printed: String,
        /// Engines that died since the last list.
        lost: Vec<u32>,
    },
    /// A map was ended.
    Ended,
    /// The name of a job.
    Job(String),
    /// How many of a job's lists are done, and how many there are.
    JobStatus(usize, usize),
    /// The files of a job's results in order, which are the caller's to remove.
    JobResults(Vec<Result<PathBuf, String>>),
}

/// The engines of the kernel's cluster. `c[2]` is the engine with the id 2.
///
/// ```
/// use bootcamp_cell::cluster::{Client, ClusterError};
///
/// // In a plain program there is no kernel to ask.
/// assert!(matches!(Client::connect(), Err(ClusterError::NoKernel)));
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    engines: Vec<Engine>,
}

impl Client {
    /// The engines that are there now.
    ///
    /// # Errors
    /// If the kernel has no cluster, or there is no bootcamp kernel.
    pub fn connect() -> Result<Self, ClusterError> {
        match ask(EngineRequest::Ids)? {
            EngineReply::Ids(ids) => {
                Ok(Self { engines: ids.into_iter().map(|id| Engine { id }).collect() })
            }
            _ => Err(ClusterError::no_answer()),
        }
    }

    /// The ids of the engines, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        self.engines.iter().map(Engine::id).collect()
    }

    /// All engines.
    #[must_use]
    pub fn all(&self) -> View {
        View { engines: self.ids() }
    }

    /// All engines, to share tasks: [`Balanced::map`].
    #[must_use]
    pub fn balanced(&self) -> Balanced {
        self.all().balanced()
    }

    /// The engines with these ids, in this order.
    #[must_use]
    pub fn targets(&self, ids: &[u32]) -> View {
        View { engines: ids.to_vec() }
    }
}

impl Index<u32> for Client {
    type Output = Engine;

    /// # Panics
    /// If there was no engine with this id when the client connected.
    fn index(&self, id: u32) -> &Engine {
        let found = self.engines.iter().find(|engine| engine.id == id);
        found.unwrap_or_else(|| panic!("there is no engine {id}: there are {:?}", self.ids()))
    }
}

fn ask(request: EngineRequest) -> Result<EngineReply, ClusterError> {
    match channel::call(&Request::Engines(request))? {
        Some(Reply::Engines(reply)) => Ok(reply),
        Some(Reply::Refused(why)) => Err(ClusterError::Refused(why)),
        Some(_) => Err(ClusterError::no_answer()),
        None => Err(ClusterError::NoKernel),
    }
}
