//! `ipcluster`, which starts a controller and engines and ends with the kernel.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use bootcamp_cluster::connection::Profile;
use bootcamp_evaluator::Failure;
use bootcamp_evaluator::signals::POLL_INTERVAL;
use bootcamp_evaluator::stand_in::StandIn;
use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};

use super::failure;
use super::profile::{self, PROFILE, write_profile};

/// How long `ipcluster` has to stop its processes.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it has if they may be those of other computers.
const REMOTE_PATIENCE: Duration = Duration::from_secs(30);
/// How much of what it said is shown when it failed.
const LINES: usize = 12;

/// A running `ipcluster`.
#[derive(Debug)]
pub(super) struct Launcher {
    process: Child,
    profile: Profile,
    log: PathBuf,
    keep: bool,
    /// Whether a person has written the profile.
    is_chosen: bool,
}

/// What cluster is to be started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) engines: usize,
    /// Whether it is to outlive the kernel.
    pub(crate) keep: bool,
    /// The profile that a person has written, by its name or its folder.
    pub(crate) profile: Option<&'a str>,
}

impl Launcher {
    /// Starts a controller and engines: by the profile that a person has named, else by one of
    /// this program's own, which is `rust` for a cluster that is to be kept, and in the kernel's
    /// folder for any other.
    pub(super) fn start(
        work: &Path,
        stand_in: &StandIn,
        wanted: Wanted<'_>,
    ) -> Result<Self, Failure> {
        let Wanted { engines, keep, profile: chosen } = wanted;
        let profile = match chosen {
            Some(name) => profile::existing(name)?,
            None if keep => profile::find(PROFILE)?,
            None => Profile::at(work.join("profile")),
        };
        let name = chosen.unwrap_or(PROFILE);
        let folder = profile.folder();
        if profile.client_file().exists() {
            return Err(failure(&format!(
                "a cluster of the profile `{name}` runs already: `%cluster connect --profile {name}` \
                 takes it, `ipcluster stop --profile {name}` ends it; if none runs, remove {}",
                profile.client_file().display()
            )));
        }
        if chosen.is_none() {
            let write = || write_profile(folder, &bootcamp_evaluator::program::path()?);
            write().map_err(|error| {
                let folder = folder.display();
                failure(&format!("cannot write the cluster's profile to {folder}: {error}"))
            })?;
        }
        let log = folder.join("ipcluster.log");
        let unwritable =
            |error: io::Error| failure(&format!("cannot write {}: {error}", log.display()));
        let file = fs::File::create(&log).map_err(unwritable)?;
        let mut command = Command::new(program());
        command
            .args(["start", "-n", &engines.to_string()])
            .arg(format!("--profile-dir={}", folder.display()))
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(unwritable)?)
            .stderr(file)
            // Ctrl-C in the server's terminal is not for the cluster.
            .process_group(0);
        // Engines and their cells do not see what is for evcxr.
        stand_in.restore(&mut command);
        if !keep {
            // SAFETY: the call is a system call, which may be made after a fork.
            unsafe {
                command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::INT))?));
            }
        }
        let process = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => failure(
                "ipyparallel is missing (no ipcluster): run `pip install ipyparallel` in the \
                 environment of JupyterLab",
            ),
            _ => failure(&format!("cannot start ipcluster: {error}")),
        })?;
        Ok(Self { process, profile, log, keep, is_chosen: chosen.is_some() })
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Why it ended, if it did.
    pub(super) fn failed(&mut self) -> Option<String> {
        let Some(status) = self.process.try_wait().ok()? else {
            // It goes on when the launcher of a profile fails: ssh, or Slurm's sbatch.
            let text = fs::read_to_string(&self.log).unwrap_or_default();
            let failed = text.contains("Traceback (most") && text.contains("in start_engines");
            return failed
                .then(|| format!("ipcluster started no engines; it said:\n{}", self.log()));
        };
        Some(format!("ipcluster ended with {status}; it said:\n{}", self.log()))
    }

    /// The end of what it said.
    pub(super) fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    /// Whether a person has written the profile: then the engines may have to wait in a queue.
    pub(super) fn is_chosen(&self) -> bool {
        self.is_chosen
    }

    /// Whether it is to outlive the kernel.
    pub(super) fn is_kept(&self) -> bool {
        self.keep
    }

    /// Ends the controller and the engines.
    pub(super) fn stop(mut self) {
        if let Some(process) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(process, Signal::INT);
        }
        let asked = Instant::now();
        let patience = if self.is_chosen { REMOTE_PATIENCE } else { PATIENCE };
        while asked.elapsed() < patience && matches!(self.process.try_wait(), Ok(None)) {
            thread::sleep(POLL_INTERVAL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !self.keep && !self.is_chosen {
            let _ = fs::remove_dir_all(self.profile.folder());
        }
    }
}

/// `ipcluster` of the environment that this program is installed in, else the one on PATH.
fn program() -> PathBuf {
    let beside =
        bootcamp_evaluator::program::path().ok().map(|program| program.with_file_name("ipcluster"));
    beside.filter(|program| program.is_file()).unwrap_or_else(|| "ipcluster".into())
}
