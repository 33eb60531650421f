//! Being an engine of a cluster.
//!
//! ```no_run
//! use bootcamp_cluster::connection::EngineConnection;
//! use bootcamp_cluster::engine::{Engine, EngineOptions, Execute, Outputs, Runner};
//! use bootcamp_cluster::Failure;
//!
//! struct Shout;
//!
//! impl Runner for Shout {
//!     async fn execute(&mut self, request: Execute, outputs: &Outputs) -> Result<(), Failure> {
//!         outputs.stdout(&request.code.to_uppercase());
//!         Ok(())
//!     }
//! }
//!
//! # async fn engine() -> Result<(), Box<dyn std::error::Error>> {
//! let connection = EngineConnection::from_env().await?;
//! let engine = Engine::join(connection, EngineOptions::default()).await?;
//! let departure = engine.run(Shout).await;
//! # Ok(())
//! # }
//! ```
//!
//! Three threads: the sockets, the heartbeat, and yours, in which [`Engine::run`] runs the
//! [`Runner`]. Nothing that a runner does delays a ping, an abort or an interrupt.

mod connection;
mod control;
mod core;
mod error;
mod heartbeat;
mod options;
mod outputs;
mod publisher;
mod queue;
mod registration;
mod replies;
mod run;
mod runner;

use std::sync::Arc;
use std::thread;

use tokio::sync::oneshot;

use self::core::Core;
use self::run::Run;
use crate::connection::EngineConnection;

pub use error::{Departure, EngineError};
pub use options::EngineOptions;
pub use outputs::Outputs;
pub use runner::{Answer, Call, Execute, Interrupter, Runner};

/// An engine that has joined its cluster.
#[derive(Debug)]
pub struct Engine {
    core: Arc<Core>,
}

/// Makes an engine leave, from any thread.
#[derive(Clone, Debug)]
pub struct Leaver(Arc<Core>);

impl Leaver {
    /// Leaves: what runs is given up, what waits is not run.
    pub fn leave(&self) {
        self.0.leave(Departure::Left);
    }
}

impl Engine {
    /// Registers with the controller. Clients see the engine once it has answered a ping,
    /// within two heartbeat periods.
    ///
    /// # Errors
    /// If the controller cannot be reached, does not answer, or says no.
    pub async fn join(
        connection: EngineConnection,
        options: EngineOptions,
    ) -> Result<Self, EngineError> {
        let (joined, outcome) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name("engine sockets".to_owned())
            .spawn(move || runtime.block_on(connection::serve(connection, options, joined)))?;
        let gone =
            || EngineError::Threads(std::io::Error::other("the thread of the sockets ended"));
        Ok(Self { core: outcome.await.map_err(|_| gone())?? })
    }

    /// The number by which clients name this engine.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.core.replier.id
    }

    /// The name by which the controller knows this engine.
    #[must_use]
    pub fn uuid(&self) -> &str {
        self.core.uuid()
    }

    /// What makes the engine leave while it runs.
    #[must_use]
    pub fn leaver(&self) -> Leaver {
        Leaver(self.core.clone())
    }

    /// Runs what the engine is sent until it leaves, and says why it left.
    pub async fn run(self, runner: impl Runner) -> Departure {
        let core = &*self.core;
        let _ = core.interrupter.set(runner.interrupter());
        let mut run = Run { core, runner, execution_count: 0 };
        let serve = async {
            loop {
                let request = core.queue.next().await;
                run.answer(request).await;
            }
        };
        let departure = tokio::select! {
            biased;
            departure = core.leaving() => departure,
            () = serve => Departure::Left,
        };
        core.gone().await;
        departure
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.core.leave(Departure::Left);
    }
}
