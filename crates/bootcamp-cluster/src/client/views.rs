//! Ways to choose who runs a request.

use serde_json::{Value, json};

use super::table::Way;
use super::{Client, Pending, Request, RequestError};

/// Which engines.
///
/// ```
/// use bootcamp_cluster::client::Targets;
///
/// assert_eq!(Targets::from(2), Targets::Ids(vec![2]));
/// assert_eq!(Targets::from([1, 3]), Targets::Ids(vec![1, 3]));
/// assert_eq!(Targets::default(), Targets::All);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Targets {
    /// Those that are there when a request is sent.
    #[default]
    All,
    /// Those with these ids, in this order.
    Ids(Vec<u32>),
}

impl From<u32> for Targets {
    fn from(id: u32) -> Self {
        Self::Ids(vec![id])
    }
}

impl From<Vec<u32>> for Targets {
    fn from(ids: Vec<u32>) -> Self {
        Self::Ids(ids)
    }
}

impl From<&[u32]> for Targets {
    fn from(ids: &[u32]) -> Self {
        Self::Ids(ids.to_vec())
    }
}

impl<const N: usize> From<[u32; N]> for Targets {
    fn from(ids: [u32; N]) -> Self {
        Self::Ids(ids.to_vec())
    }
}

/// Sends a request to every one of some engines, as many messages. The hub keeps the
/// results; for large buffers to many engines take [`Broadcast`].
#[derive(Clone, Debug)]
pub struct Direct {
    pub(super) client: Client,
    pub(super) targets: Targets,
}

impl Direct {
    /// Sends the request; one [`Pending`] for each engine, in the order of the targets.
    ///
    /// # Errors
    /// If an engine is not there.
    pub fn submit(&self, request: &Request) -> Result<Vec<Pending>, RequestError> {
        let mut pending = Vec::new();
        for engine in self.client.resolve(&self.targets)? {
            let mut message = request.message(self.client.session(), Value::Null);
            message.idents = vec![engine.1.clone().into()];
            let expected = vec![(message.header.msg_id.clone(), Some(engine))];
            let way = &self.client.ways().mux;
            pending.extend(self.client.send(message, way, expected, Way::Engine)?);
        }
        Ok(pending)
    }
}

/// Sends a request to some engines as one message, which the controller multiplies.
#[derive(Clone, Debug)]
pub struct Broadcast {
    pub(super) client: Client,
    pub(super) targets: Targets,
}

impl Broadcast {
    /// Sends the request; one [`Pending`] for each engine, in the order of the targets.
    ///
    /// # Errors
    /// If an engine is not there.
    pub fn submit(&self, request: &Request) -> Result<Vec<Pending>, RequestError> {
        let engines = self.client.resolve(&self.targets)?;
        let targets: Vec<_> = engines.iter().map(|(id, uuid)| json!([uuid, id])).collect();
        let metadata = json!({ "targets": targets, "is_broadcast": true, "is_coalescing": false });
        let message = request.message(self.client.session(), metadata);
        // Every engine gets a copy with a name of its own.
        let msg_id = &message.header.msg_id;
        let expected = engines
            .into_iter()
            .map(|engine| (format!("{msg_id}_{}", engine.1), Some(engine)))
            .collect();
        self.client.send(message, &self.client.ways().broadcast, expected, Way::Engine)
    }
}

/// Gives a request to the task queue, which chooses an engine that is free.
#[derive(Clone, Debug)]
pub struct Balanced {
    pub(super) client: Client,
    pub(super) targets: Targets,
    pub(super) retries: u32,
}

impl Balanced {
    /// Only among these engines.
    #[must_use]
    pub fn targets(self, targets: impl Into<Targets>) -> Self {
        Self { targets: targets.into(), ..self }
    }

    /// Tries again so many times, each time on another engine, if the request fails or its
    /// engine is lost.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// Puts the request into the queue. It waits there while no engine is there.
    ///
    /// # Errors
    /// If an engine among the targets is not there.
    pub fn submit(&self, request: &Request) -> Result<Pending, RequestError> {
        let (engines, targets) = match &self.targets {
            Targets::All => (self.client.ids().len(), Vec::new()),
            targets @ Targets::Ids(_) => {
                let engines = self.client.resolve(targets)?;
                (engines.len(), engines.into_iter().map(|(_, uuid)| uuid).collect())
            }
        };
        // The scheduler never gives a request twice to the same engine: with more retries
        // than other engines a request that fails everywhere would wait for a new engine.
        let others = u32::try_from(engines.saturating_sub(1)).unwrap_or(u32::MAX);
        let metadata = json!({
            "after": [], "follow": [], "timeout": null, "label": null,
            "targets": targets, "retries": self.retries.min(others),
        });
        let message = request.message(self.client.session(), metadata);
        let expected = vec![(message.header.msg_id.clone(), None)];
        let mut pending =
            self.client.send(message, &self.client.ways().task, expected, Way::Task)?;
        pending.pop().ok_or(RequestError::ControllerLost)
    }
}
