//! Starting a cluster, and connecting to one that runs.

use std::thread;
use std::time::{Duration, Instant};

use bootcamp_cluster::client::Client;
use bootcamp_cluster::connection::Profile;
use bootcamp_evaluator::Failure;
use bootcamp_evaluator::compile_server::CompileServer;

use super::launcher::{Launcher, Wanted};
use super::{Cluster, State, at_work, failure};

/// How long engines have to join.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

impl Cluster {
    /// Starts a controller and engines, and tells `progress` how many have joined.
    pub(crate) fn start(
        &self,
        wanted: Wanted<'_>,
        interrupted: impl Fn() -> bool,
        mut progress: impl FnMut(usize),
    ) -> Result<(), Failure> {
        let mut state = self.state();
        if state.is_connected() {
            let why =
                "there is a cluster already: `%cluster stop` ends it, `%cluster status` shows it";
            return Err(failure(why));
        }
        self.stop_launcher();
        let stand_in = self.0.stand_in.clone();
        let launcher = Launcher::start(&self.0.work, &stand_in, wanted)?;
        let profile = launcher.profile().clone();
        let compile_server =
            thread::spawn(move || CompileServer::start(|command| stand_in.restore(command)));
        *self.launcher() = Some(launcher);
        let joined = self.join(&profile, wanted.engines, interrupted, &mut progress);
        let client = joined.inspect_err(|_| {
            self.stop_launcher();
        })?;
        // One that did not start is started by the first cell, which says why it cannot be.
        let compile_server = compile_server.join().ok().and_then(Result::ok);
        *state = State { client: Some(client), compile_server, ..State::default() };
        self.definitions().forget_told();
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
            // A queue, or a host, may be slow: there an interrupt ends the waiting.
            let is_chosen = self.launcher().as_ref().is_some_and(Launcher::is_chosen);
            if started.elapsed() > PATIENCE && !is_chosen {
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
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Connects to a cluster that runs already.
    pub(crate) fn connect(&self, profile: &Profile) -> Result<Vec<u32>, Failure> {
        let mut state = self.state();
        if self.launcher().is_some() && state.is_connected() {
            return Err(failure("this kernel has a cluster of its own: `%cluster stop` ends it"));
        }
        if !profile.client_file().exists() {
            return Err(failure(&format!(
                "no cluster runs there (no {}): `ipcluster start` starts one, `%cluster start` one \
                 of this kernel's own",
                profile.client_file().display()
            )));
        }
        if state.running.is_some() {
            return Err(at_work());
        }
        let client = self.connected(profile).map_err(|why| failure(&why))?;
        let ids = client.ids();
        // What is left of a cluster whose controller is gone.
        self.stop_launcher();
        // Other engines have other variables.
        *state = State { client: Some(client), ..State::default() };
        Ok(ids)
    }

    fn connected(&self, profile: &Profile) -> Result<Client, String> {
        self.0.handle.block_on(async {
            let connection = profile.client().await.map_err(|error| error.to_string())?;
            Client::connect(connection).await.map_err(|error| error.to_string())
        })
    }
}
