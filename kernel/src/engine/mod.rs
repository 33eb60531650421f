//! The engine: a member of an ipyparallel cluster that runs Rust.
//!
//! A launcher starts it as `bootcamp-kernel engine`; where the controller is, the environment
//! says. `bootcamp-cluster` speaks the protocol. User code runs in a child like a kernel's
//! ([`cells`]): a panic, an abort or a segfault is the reply to a request, and the engine stays.
//! A kernel sends it cells that are compiled ([`crate::engine_protocol`]), and first what they
//! need, where the engine lacks it ([`image`], [`store`]); others, such as Python's clients,
//! send Rust source, for which the engine has a [compile
//! server](bootcamp_evaluator::compile_server) where there is a toolchain.

mod cells;
mod image;
mod runner;
mod store;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bootcamp_cluster::connection::EngineConnection;
use bootcamp_cluster::engine::{Engine, EngineOptions};
use bootcamp_evaluator::log::say;
use bootcamp_evaluator::signals::Signals;
use bootcamp_evaluator::{Work, remove_abandoned};

use crate::frontend::{Asker, Publisher};
use crate::interrupts::State;
use crate::output::Outputs;

use cells::Cells;
use runner::EngineRunner;

/// How long user code may keep an engine that has left its cluster.
const PATIENCE: Duration = Duration::from_secs(5);

/// Plays the engine's role until it leaves its cluster.
pub(crate) fn run() -> anyhow::Result<()> {
    let work = Arc::new(Work::create()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the engine's threads")?;
    let result = runtime.block_on(serve(&work));
    runtime.shutdown_background();
    work.remove();
    result
}

async fn serve(work: &Arc<Work>) -> anyhow::Result<()> {
    let signals = Signals::open(work.root()).context("cannot read the engine's own folder")?;
    let connection = EngineConnection::from_env().await?;
    let options = EngineOptions::default().exit_when_stuck(PATIENCE).notes(say);
    let engine = Engine::join(connection, options).await?;
    say(&format!("engine {} has joined", engine.id()));
    tokio::task::spawn_blocking(remove_abandoned);
    let outputs = Outputs::start(work, Publisher::closed(), Asker::closed(), None)
        .context("cannot open the pipes to the cells' process")?;
    let state = Arc::new(State::new(true, signals));
    let cells = Cells::new(Arc::clone(work), outputs, Arc::clone(&state));
    let runner = EngineRunner::new(cells, Arc::clone(&state))
        .context("cannot start the thread of the cells")?;
    let departure = engine.run(runner).await;
    state.end();
    say(&format!("the engine has left: {departure:?}"));
    Ok(())
}
