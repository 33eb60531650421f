//! A cluster of engines, as a notebook's kernel drives it.
//!
//! ipyparallel's controller and launchers are started by `ipcluster` ([`launcher`]). A cell is
//! compiled once, in the kernel's own [compile server](bootcamp_evaluator::compile_server), and
//! sent to every engine ([`run`]); each engine keeps its own variables. What the notebook's cells
//! have defined is told to the compile server first ([`definitions`]). A cell of the notebook reads
//! and writes the engines' variables ([`variables`]), and has them share tasks ([`maps`],
//! [`jobs`]).

mod definitions;
mod jobs;
mod joining;
mod launcher;
mod libraries;
mod lines;
mod maps;
mod outcome;
mod profile;
mod run;
mod shipping;
mod status;
mod targets;
mod variables;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bootcamp_cluster::client::Client;
use bootcamp_evaluator::compile_server::CompileServer;
use bootcamp_evaluator::signals::{POLL_INTERVAL, Signals};
use bootcamp_evaluator::stand_in::StandIn;
use bootcamp_evaluator::{Failure, Prebuilt, Work};
use tokio::runtime::Handle;

use crate::parts::Part;

use definitions::Definitions;
use launcher::Launcher;
use run::{PackedCell, Running};

pub(crate) use launcher::Wanted;
pub(crate) use lines::{Grouping, Lines, Shown};
pub(crate) use outcome::EngineAudience;
pub(crate) use profile::{Kind, PROFILE, find as find_profile, write_new, write_profile};
pub(crate) use status::EngineStatus;

/// A kernel's handle to its cluster, if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Cluster(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    handle: Handle,
    work: PathBuf,
    /// What cells need; engines that lack it are sent it ([`shipping`]).
    prebuilt: Prebuilt,
    parts: OnceLock<Vec<Part>>,
    stand_in: StandIn,
    signals: &'static Signals,
    /// Apart from the state, so that it can be stopped while cells run.
    launcher: Mutex<Option<Launcher>>,
    /// Apart from the state, which somebody may hold for as long as engines work.
    definitions: Mutex<Definitions>,
    /// Whether all cells run on the engines.
    takes_all: AtomicBool,
    /// Apart from the state: several may run at once.
    maps: Mutex<HashMap<u64, Arc<maps::Running>>>,
    state: Mutex<State>,
}

/// What stopping a cluster did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stopped {
    Ended,
    /// It goes on, without this kernel.
    Left,
    Nothing,
}

#[derive(Debug, Default)]
struct State {
    client: Option<Client>,
    compile_server: Option<CompileServer>,
    /// A cell that nobody waits for.
    running: Option<Running>,
    /// What reads a variable, by its name, since the last cell.
    pulls: HashMap<String, PackedCell>,
    /// The engines that have what cells need.
    equipped: HashSet<u32>,
    sent: libraries::Sent,
}

/// What there is when a cell is to run on engines.
struct Ready<'a> {
    client: Client,
    compile_server: &'a mut CompileServer,
    running: &'a mut Option<Running>,
    pulls: &'a mut HashMap<String, PackedCell>,
    equipped: &'a mut HashSet<u32>,
}

impl State {
    /// Whether there is a cluster that answers.
    fn is_connected(&self) -> bool {
        self.client.as_ref().is_some_and(|client| !client.is_lost() && !client.is_away())
    }
}

impl Cluster {
    /// For a kernel that works in `work` and uses the image in `prebuilt`; nothing is started. Called in
    /// the kernel's runtime.
    pub(crate) fn new(
        work: &Work,
        prebuilt: &Prebuilt,
        stand_in: &StandIn,
        signals: &'static Signals,
    ) -> Self {
        Self(Arc::new(Shared {
            handle: Handle::current(),
            work: work.root().to_owned(),
            prebuilt: prebuilt.clone(),
            parts: OnceLock::new(),
            stand_in: stand_in.clone(),
            signals,
            launcher: Mutex::default(),
            definitions: Mutex::default(),
            takes_all: AtomicBool::new(false),
            maps: Mutex::default(),
            state: Mutex::default(),
        }))
    }

    /// Ends what this kernel has started, and leaves what it has not.
    pub(crate) fn stop(&self) -> Stopped {
        let mut state = self.state();
        self.0.takes_all.store(false, Ordering::Relaxed);
        let had_client = state.client.is_some();
        *state = State::default();
        if self.stop_launcher() {
            Stopped::Ended
        } else if had_client {
            Stopped::Left
        } else {
            Stopped::Nothing
        }
    }

    /// Ends what is to end with the kernel, while a cell may be running.
    pub(crate) fn end(&self) {
        if self.launcher().as_ref().is_some_and(|launcher| !launcher.is_kept()) {
            self.stop_launcher();
        }
    }

    fn stop_launcher(&self) -> bool {
        let launcher = self.launcher().take();
        launcher.map(Launcher::stop).is_some()
    }

    /// Takes note of a cell that the notebook ran.
    pub(crate) fn note(&self, code: &str) {
        self.definitions().note(code);
    }

    /// Forgets what cells have defined.
    pub(crate) fn forget_definitions(&self) {
        let mut state = self.state();
        *self.definitions() = Definitions::default();
        if let Some(compile_server) = &mut state.compile_server {
            compile_server.clear();
        }
    }

    pub(crate) fn takes_all(&self) -> bool {
        self.0.takes_all.load(Ordering::Relaxed)
    }

    /// From now on all cells run on the engines, or none; says which.
    pub(crate) fn toggle_takes_all(&self) -> Result<bool, Failure> {
        let takes_all = !self.takes_all();
        if takes_all {
            client(&self.state())?;
        }
        self.0.takes_all.store(takes_all, Ordering::Relaxed);
        Ok(takes_all)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn maps(&self) -> MutexGuard<'_, HashMap<u64, Arc<maps::Running>>> {
        self.0.maps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn definitions(&self) -> MutexGuard<'_, Definitions> {
        self.0.definitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What cells on engines need, with a compile server if there is none.
    fn ready<'a>(&self, state: &'a mut State) -> Result<Ready<'a>, Failure> {
        let client = client(state)?;
        if state.compile_server.as_ref().is_none_or(CompileServer::is_gone) {
            let compile_server = CompileServer::start(|command| self.0.stand_in.restore(command));
            state.compile_server =
                Some(compile_server.map_err(|error| failure(&format!("{error:#}")))?);
            state.pulls.clear();
            self.definitions().forget_told();
        }
        let State { compile_server: Some(compile_server), running, pulls, equipped, .. } = state
        else {
            return Err(failure("the compile server did not start"));
        };
        Ok(Ready { client, compile_server, running, pulls, equipped })
    }

    fn launcher(&self) -> MutexGuard<'_, Option<Launcher>> {
        self.0.launcher.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn client(state: &State) -> Result<Client, Failure> {
    match &state.client {
        Some(client) if client.is_lost() => {
            Err(failure("the cluster's controller is gone: `%cluster start -n 4` starts another"))
        }
        Some(client) if client.is_away() => Err(failure(
            "the cluster's controller does not answer: wait until it is back, or start another \
             cluster with `%cluster start -n 4`",
        )),
        Some(client) => Ok(client.clone()),
        None => {
            Err(failure("there is no cluster: `%cluster start -n 4` starts one with four engines"))
        }
    }
}

/// What cannot be done while nobody has waited for a cell that was begun.
fn at_work() -> Failure {
    failure("a cell is at work on the engines: `%pxresult` waits for it")
}

/// Waits for what comes next, for as long as `check` does not fail; `None` when nothing more will
/// come.
fn receive<T>(
    from: &Receiver<T>,
    check: impl Fn() -> Result<(), Failure>,
) -> Result<Option<T>, Failure> {
    loop {
        match from.recv_timeout(POLL_INTERVAL) {
            Ok(next) => return Ok(Some(next)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => check()?,
        }
    }
}

/// `engine 2`, or `engines 0, 2`.
pub(crate) fn names(engines: &[u32]) -> String {
    let plural = if engines.len() == 1 { "" } else { "s" };
    format!("engine{plural} {}", ids(engines))
}

fn ids(engines: &[u32]) -> String {
    engines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn failure(why: &str) -> Failure {
    Failure::plain("ClusterError", why)
}
