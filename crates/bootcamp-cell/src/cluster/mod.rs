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
mod closure;
pub mod cloud;
mod error;
mod function;
mod lists;
mod loader;
mod numbers;
mod results;
#[cfg(feature = "kernel")]
mod task;
mod value;
mod view;

use std::ops::Index;

use bootcamp_protocol::{EngineReply, EngineRequest, Reply, Request};

use crate::channel;

pub use balanced::Results;
pub use error::ClusterError;
#[cfg(feature = "kernel")]
pub use task::bootcamp_cell_task;
#[doc(hidden)]
pub use value::{export, import};
pub use view::{Engine, View};

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

/// Engines that share tasks: each list of them goes to an engine that is free.
///
/// ```no_run
/// # use bootcamp_cell::cluster::{Client, ClusterError};
/// fn start_walker(start: [f64; 2]) -> Vec<[f64; 2]> {
///     vec![start; 100]
/// }
///
/// let c = Client::connect()?;
/// let starts = [[0.0, 0.0], [1.0, 2.0]];
/// let points = c.balanced().map(start_walker, starts)?; // in the order of the starts
/// assert_eq!(points.len(), 2);
/// # Ok::<(), ClusterError>(())
/// ```
///
/// A function or a closure of a cell can be mapped. What a closure captures has to be plain
/// data, as numbers and arrays of them: nothing that points somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balanced {
    engines: Vec<u32>,
    chunk_size: Option<usize>,
    retries: u32,
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
