//! The Jupyter side: five sockets, and the meaning of each message.
//!
//! Shell and control have a task each, so that neither waits for the other. Work for evcxr is
//! queued for the worker thread ([`crate::worker`]). While a cell runs, completion and
//! documentation come from the definitions of earlier cells.

mod building;
mod common;
mod comms;
mod control;
mod execution;
mod heartbeat;
mod info;
mod request;
mod shell;

use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use anyhow::Context as _;
use bootcamp_evaluator::signals::Signals;
use bootcamp_evaluator::stand_in::{self, StandIn};
use bootcamp_evaluator::{Prebuilt, Toolchain, Work, remove_abandoned};
use jupyter_protocol::{ConnectionInfo, JupyterMessage, Status};
use jupyter_zmq_client::{
    create_kernel_control_connection, create_kernel_shell_connection,
    create_kernel_stdin_connection,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, mpsc};

use common::Common;
use comms::Comms;
use shell::Shell;

use crate::cluster::Cluster;
use crate::completion::Assistant;
use crate::error::Error;
use crate::frontend::{Asker, Publisher, listen};
use crate::history::History;
use crate::output::Outputs;
use crate::prelude::PRELUDE;
use crate::terminal;
use crate::worker::{Start, Worker};

/// Serves the kernel of a connection file until it is shut down.
pub(crate) fn run(file: &Path) -> anyhow::Result<()> {
    let connection = read_connection(file)?;
    let toolchain = Toolchain::find()?;
    let prebuilt = Prebuilt::find(&toolchain, &PRELUDE)?;
    let work = Arc::new(Work::create()?);
    let parent = parent_process();
    let stand_in = StandIn::prepare(work.root(), prebuilt.path(), &PRELUDE, &toolchain)?;
    // SAFETY: the process has one thread here; the runtime below starts the others.
    unsafe { stand_in::enter(&stand_in, &work.context()) }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the kernel's threads")?;
    let signals = Signals::open(work.root()).context("cannot read the kernel's own folder")?;
    let start = Start { prebuilt, stand_in, work: Arc::clone(&work), signals };
    let serving = serve(&connection, &toolchain, start, parent);
    let result = runtime.block_on(serving);
    // The worker may be in the middle of a cell, whose end is not awaited.
    runtime.shutdown_background();
    work.remove();
    result
}

async fn serve(
    connection: &ConnectionInfo,
    toolchain: &Toolchain,
    start: Start,
    parent: Option<u32>,
) -> anyhow::Result<()> {
    // All messages of this kernel share a session id of its own.
    let session = JupyterMessage::new(Status::busy(), None).header.session;
    let failed = |socket, endpoint: String| {
        move |error: jupyter_zmq_client::RuntimeError| Error::Bind {
            socket,
            endpoint,
            why: error.to_string(),
        }
    };
    let shell = create_kernel_shell_connection(connection, &session)
        .await
        .map_err(failed("shell", connection.shell_url()))?;
    let control = create_kernel_control_connection(connection, &session)
        .await
        .map_err(failed("control", connection.control_url()))?;
    let stdin = create_kernel_stdin_connection(connection, &session)
        .await
        .map_err(failed("stdin", connection.stdin_url()))?;
    let iopub =
        listen(connection, &session).await.map_err(failed("iopub", connection.iopub_url()))?;
    heartbeat::start(connection)
        .await
        .map_err(|error| failed("heartbeat", connection.hb_url())(error.into()))?;

    terminal::detach().context("cannot open a pipe")?;
    let publisher = Publisher::start(iopub);
    let asker = Asker::start(stdin);
    let cluster = Cluster::new(&start.work, &start.prebuilt, &start.stand_in, start.signals);
    let outputs = Outputs::start(
        &start.work,
        publisher.clone(),
        asker.clone(),
        Some(Arc::new(cluster.clone())),
    )
    .context("cannot open the pipes to the cells' process")?;
    let history = History::start();
    let worker = Worker::start(start, outputs, history.clone(), cluster);
    tokio::task::spawn_blocking(remove_abandoned);
    let (replies, queued_replies) = mpsc::channel(64);
    let (shell_out, shell_in) = shell.split();
    let common = Common {
        info: info::kernel_info(toolchain),
        connection: info::connection(connection),
        worker: worker.clone(),
        ending: Arc::new(Notify::new()),
    };
    let assistant = Assistant::new(worker.clone());
    let comms = Comms::default();
    let executions = execution::start(execution::Start {
        worker: worker.clone(),
        publisher: publisher.clone(),
        asker,
        assistant: assistant.clone(),
        history: history.clone(),
        comms: comms.clone(),
        replies: replies.clone(),
    });
    let mut terminated = signal(SignalKind::terminate()).context("cannot wait for signals")?;

    shell::start_replies(shell_out, queued_replies);
    Shell {
        publisher: publisher.clone(),
        replies,
        executions,
        assistant,
        history,
        comms,
        common: common.clone(),
    }
    .start(shell_in);
    tokio::select! {
        () = control::serve(control, &publisher, &common) => {}
        () = common.ending.notified() => {}
        () = parent_ended(parent) => {}
        _ = terminated.recv() => {}
    }
    worker.end();
    Ok(())
}

fn read_connection(file: &Path) -> Result<ConnectionInfo, Error> {
    let path = file.to_owned();
    let text = fs::read_to_string(file)
        .map_err(|source| Error::ConnectionFile { path: path.clone(), source })?;
    let connection: ConnectionInfo = serde_json::from_str(&text).map_err(|error| {
        Error::MalformedConnection { path: path.clone(), why: error.to_string() }
    })?;
    if connection.signature_scheme != "hmac-sha256" {
        let why = format!("its signature scheme is {}", connection.signature_scheme);
        return Err(Error::MalformedConnection { path, why });
    }
    Ok(connection)
}

/// Returns the server that started this kernel, if the server named itself (`JPY_PARENT_PID`).
fn parent_process() -> Option<u32> {
    let announced: u32 = env::var("JPY_PARENT_PID").ok()?.parse().ok()?;
    (std::os::unix::process::parent_id() == announced).then_some(announced)
}

/// Waits until the parent has ended. A kernel without its server would run for ever.
async fn parent_ended(parent: Option<u32>) {
    let Some(parent) = parent else { return std::future::pending().await };
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}
