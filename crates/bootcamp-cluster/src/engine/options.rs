//! How an engine joins and leaves.

use std::env;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::transport::Transport;

/// Where short remarks for a log go.
#[derive(Clone)]
pub(super) struct Notes(Arc<dyn Fn(&str) + Send + Sync>);

impl Notes {
    pub(super) fn note(&self, text: &str) {
        (self.0)(text);
    }
}

impl fmt::Debug for Notes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Notes(..)")
    }
}

/// How an engine joins and leaves its cluster.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    pub(super) id: Option<u32>,
    pub(super) transport: Option<Arc<dyn Transport>>,
    pub(super) sigterm: bool,
    pub(super) exit_when_stuck: Option<Duration>,
    pub(super) notes: Notes,
}

impl Default for EngineOptions {
    /// Wishes for the id that is its rank under Slurm or MPI, leaves on SIGTERM.
    fn default() -> Self {
        let rank = ["SLURM_PROCID", "OMPI_COMM_WORLD_RANK"]
            .iter()
            .find_map(|variable| env::var(variable).ok()?.parse().ok());
        Self {
            id: rank,
            transport: None,
            sigterm: true,
            exit_when_stuck: None,
            notes: Notes(Arc::new(|_| {})),
        }
    }
}

impl EngineOptions {
    /// Wishes for this id. The hub gives another one if it is taken.
    #[must_use]
    pub fn id(self, id: u32) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Travels by this `ZeroMQ`, not by the one that suits the controller.
    #[must_use]
    pub fn transport(self, transport: impl Transport) -> Self {
        Self { transport: Some(Arc::new(transport)), ..self }
    }

    /// Whether SIGTERM, by which launchers stop engines, makes it leave.
    #[must_use]
    pub fn sigterm(self, leave: bool) -> Self {
        Self { sigterm: leave, ..self }
    }

    /// Ends the whole process, as a success, this long after the engine has left its
    /// cluster: for programs whose user code may block for ever.
    #[must_use]
    pub fn exit_when_stuck(self, patience: Duration) -> Self {
        Self { exit_when_stuck: Some(patience), ..self }
    }

    /// Where remarks for a log go: messages that were refused, and why.
    #[must_use]
    pub fn notes(self, note: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { notes: Notes(Arc::new(note)), ..self }
    }
}
