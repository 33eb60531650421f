//! A cluster of engines, as a notebook's kernel drives it.
//!
//! ipyparallel's controller and launchers are started by `ipcluster` ([`launcher`]). A cell is
//! compiled once, in the kernel's own [workshop](crate::workshop), and sent to every engine
//! ([`run`]); each engine keeps its own variables. What the notebook's cells have defined is
//! told to the workshop first ([`definitions`]).

mod definitions;
mod launcher;
mod lines;
mod run;
mod status;
mod targets;
mod variables;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bootcamp_cluster::client::Client;
use bootcamp_cluster::connection::Profile;
use tokio::runtime::Handle;

use crate::evaluator::Failure;
use crate::house::House;
use crate::signals::Signals;
use crate::work::Work;
use crate::workshop::Workshop;

use definitions::Definitions;
use launcher::Launcher;
use run::{Compilate, Running};

pub(crate) use launcher::write_profile;
pub(crate) use lines::{Grouping, Lines, Shown};
pub(crate) use run::Audience;
pub(crate) use status::EngineStatus;

/// How long engines have to join.
const PATIENCE: Duration = Duration::from_mins(1);
const NAP: Duration = Duration::from_millis(50);

/// A kernel's handle to its cluster, if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Cluster(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    handle: Handle,
    work: PathBuf,
    /// Where the engines find what cells need.
    house: PathBuf,
    signals: &'static Signals,
    /// Apart from the state, so that it can be stopped while cells run.
    launcher: Mutex<Option<Launcher>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    definitions: Definitions,
    client: Option<Client>,
    workshop: Option<Workshop>,
    /// A cell that nobody waits for.
    running: Option<Running>,
    /// What reads a variable, by its name, since the last cell.
    pulls: HashMap<String, Compilate>,
    /// Whether all cells run on the engines.
    takes_all: bool,
}

/// What there is when a cell is to run on engines.
struct Ready<'a> {
    client: Client,
    workshop: &'a mut Workshop,
    definitions: &'a mut Definitions,
    running: &'a mut Option<Running>,
    pulls: &'a mut HashMap<String, Compilate>,
}

impl Cluster {
    /// For a kernel that works in `work` and lives in `house`; nothing is started. Called in the kernel's runtime.
    pub(crate) fn new(work: &Work, house: &House, signals: &'static Signals) -> Self {
        Self(Arc::new(Shared {
            handle: Handle::current(),
            work: work.root().to_owned(),
            house: house.path().to_owned(),
            signals,
            launcher: Mutex::default(),
            state: Mutex::default(),
        }))
    }

    /// Starts a controller and `count` engines, and tells `progress` how many have joined.
    pub(crate) fn start(
        &self,
        count: usize,
        keep: bool,
        interrupted: impl Fn() -> bool,
        mut progress: impl FnMut(usize),
    ) -> Result<(), Failure> {
        let mut state = self.state();
        if state.client.as_ref().is_some_and(|client| !client.is_lost()) {
            let why =
                "there is a cluster already: `%cluster stop` ends it, `%cluster status` shows it";
            return Err(failure(why));
        }
        self.stop_launcher();
        // It takes as long as the engines do.
        let workshop = thread::spawn(Workshop::start);
        let launcher = Launcher::start(&self.0.work, count, keep);
        let launcher = launcher.map_err(|why| failure(&why))?;
        let profile = launcher.profile().clone();
        *self.launcher() = Some(launcher);
        let joined = self.join(&profile, count, interrupted, &mut progress);
        let client = joined.inspect_err(|_| {
            self.stop_launcher();
        })?;
        state.client = Some(client);
        state.running = None;
        state.pulls.clear();
        state.workshop = workshop.join().ok().and_then(Result::ok);
        state.definitions.forget_sent();
        Ok(())
    }

    fn join(
        &self,
        profile: &Profile,
        count: usize,
        interrupted: impl Fn() -> bool,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Client, Failure> {
        let started = Instant::now();
        let mut client = None;
        let mut before = usize::MAX;
        loop {
            if interrupted() {
                return Err(Failure::plain("Interrupted", "the cluster was not started"));
            }
            if let Some(why) = self.launcher().as_mut().and_then(Launcher::failed) {
                return Err(failure(&why));
            }
            if started.elapsed() > PATIENCE {
                let log = self.launcher().as_ref().map(Launcher::log).unwrap_or_default();
                return Err(failure(&format!(
                    "only {before} of {count} engines joined within a minute; ipcluster said:\n{log}"
                )));
            }
            if client.is_none() && profile.client_file().exists() {
                client = self.connected(profile).ok();
            }
            let joined = client.as_ref().map_or(0, |client: &Client| client.ids().len());
            if joined != before {
                before = joined;
                progress(joined);
            }
            if joined >= count
                && let Some(client) = client
            {
                return Ok(client);
            }
            thread::sleep(NAP);
        }
    }

    /// Connects to a cluster that runs already.
    pub(crate) fn connect(&self, profile: &Profile) -> Result<Vec<u32>, Failure> {
        let mut state = self.state();
        if self.launcher().is_some()
            && state.client.as_ref().is_some_and(|client| !client.is_lost())
        {
            return Err(failure("this kernel has a cluster of its own: `%cluster stop` ends it"));
        }
        if !profile.client_file().exists() {
            return Err(failure(&format!(
                "no cluster runs there (no {}): `ipcluster start` starts one, `%cluster start` one \
                 of this kernel's own",
                profile.client_file().display()
            )));
        }
        let client = self.connected(profile).map_err(|why| failure(&why))?;
        let ids = client.ids();
        state.client = Some(client);
        state.running = None;
        Ok(ids)
    }

    fn connected(&self, profile: &Profile) -> Result<Client, String> {
        self.0.handle.block_on(async {
            let connection = profile.client().await.map_err(|error| error.to_string())?;
            Client::connect(connection).await.map_err(|error| error.to_string())
        })
    }

    /// Ends what this kernel has started; says whether there was anything.
    pub(crate) fn stop(&self) -> bool {
        let mut state = self.state();
        state.running = None;
        state.takes_all = false;
        let had_client = state.client.take().is_some();
        state.workshop = None;
        self.stop_launcher() || had_client
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
        self.state().definitions.note(code);
    }

    /// Forgets what cells have defined.
    pub(crate) fn forget_definitions(&self) {
        let mut state = self.state();
        state.definitions = Definitions::default();
        if let Some(workshop) = &mut state.workshop {
            workshop.clear();
        }
    }

    pub(crate) fn takes_all(&self) -> bool {
        self.state().takes_all
    }

    /// From now on all cells run on the engines, or none; says which.
    pub(crate) fn toggle_takes_all(&self) -> Result<bool, Failure> {
        let mut state = self.state();
        if !state.takes_all {
            client(&state)?;
        }
        state.takes_all = !state.takes_all;
        Ok(state.takes_all)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn launcher(&self) -> MutexGuard<'_, Option<Launcher>> {
        self.0.launcher.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Starts the workshop if there is none.
    fn ready(&mut self) -> Result<Ready<'_>, Failure> {
        let client = client(self)?;
        if self.workshop.is_none() {
            let workshop = Workshop::start().map_err(|error| failure(&format!("{error:#}")))?;
            self.workshop = Some(workshop);
            self.definitions.forget_sent();
        }
        let Self { workshop: Some(workshop), definitions, running, pulls, .. } = self else {
            return Err(failure("the workshop did not start"));
        };
        Ok(Ready { client, workshop, definitions, running, pulls })
    }
}

fn client(state: &State) -> Result<Client, Failure> {
    match &state.client {
        Some(client) if client.is_lost() => {
            Err(failure("the cluster's controller is gone: `%cluster start -n 4` starts another"))
        }
        Some(client) => Ok(client.clone()),
        None => {
            Err(failure("there is no cluster: `%cluster start -n 4` starts one with four engines"))
        }
    }
}

fn failure(why: &str) -> Failure {
    Failure::plain("ClusterError", why)
}
