//! `ipcluster`, which starts a controller and engines and ends with the kernel.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use bootcamp_cluster::connection::Profile;
use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};

use crate::stand_in::StandIn;

/// The profile of clusters that outlive their kernels, and of `JupyterLab`'s own sidebar.
pub(crate) const PROFILE: &str = "rust";
/// How long `ipcluster` has to stop its processes.
const PATIENCE: Duration = Duration::from_secs(10);
const NAP: Duration = Duration::from_millis(20);
/// How much of what it said is shown when it failed.
const LINES: usize = 12;

/// A running `ipcluster`.
#[derive(Debug)]
pub(super) struct Launcher {
    process: Child,
    profile: Profile,
    log: PathBuf,
    keep: bool,
}

impl Launcher {
    /// Starts a controller and engines. A cluster that is to be kept has the profile `rust`;
    /// any other one has a profile in the kernel's own folder.
    pub(super) fn start(
        work: &Path,
        stand_in: &StandIn,
        engines: usize,
        keep: bool,
    ) -> Result<Self, String> {
        let profile = if keep {
            Profile::named(PROFILE).map_err(|error| error.to_string())?
        } else {
            Profile::at(work.join("profile"))
        };
        let folder = profile.folder();
        if profile.client_file().exists() {
            return Err(format!(
                "a cluster of the profile `{PROFILE}` runs already: `%cluster connect` takes it, \
                 `ipcluster stop --profile {PROFILE}` ends it"
            ));
        }
        let write = || write_profile(folder, &crate::program::path()?);
        write().map_err(|error| {
            format!("cannot write the cluster's profile to {}: {error}", folder.display())
        })?;
        let log = folder.join("ipcluster.log");
        let file = fs::File::create(&log).map_err(|error| error.to_string())?;
        let mut command = Command::new(program());
        command
            .args(["start", "-n", &engines.to_string()])
            .arg(format!("--profile-dir={}", folder.display()))
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(|error| error.to_string())?)
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
            io::ErrorKind::NotFound => "ipyparallel is missing (no ipcluster): run `pip install \
                 ipyparallel` in the environment of JupyterLab"
                .to_owned(),
            _ => format!("cannot start ipcluster: {error}"),
        })?;
        Ok(Self { process, profile, log, keep })
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Why it ended, if it did.
    pub(super) fn failed(&mut self) -> Option<String> {
        let status = self.process.try_wait().ok()??;
        Some(format!("ipcluster ended with {status}; it said:\n{}", self.log()))
    }

    /// The end of what it said.
    pub(super) fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
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
        while asked.elapsed() < PATIENCE && matches!(self.process.try_wait(), Ok(None)) {
            thread::sleep(NAP);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !self.keep {
            let _ = fs::remove_dir_all(self.profile.folder());
        }
    }
}

/// `ipcluster` of the environment that this program is installed in, else the one on PATH.
fn program() -> PathBuf {
    let beside = crate::program::path().ok().map(|program| program.with_file_name("ipcluster"));
    beside.filter(|program| program.is_file()).unwrap_or_else(|| "ipcluster".into())
}

/// Writes a profile whose engines are this program. What people have changed is kept.
pub(crate) fn write_profile(folder: &Path, program: &Path) -> io::Result<()> {
    const NOTE: &str =
        "# Written by bootcamp-kernel, which writes it again while this line is here.";
    fs::create_dir_all(folder)?;
    let program = serde_json::to_string(program)?;
    let engines = format!("c.EngineLauncher.engine_cmd = [{program}, \"engine\"]\n");
    let heartbeat =
        "c.HeartMonitor.period = 1000\nc.HeartMonitor.max_heartmonitor_misses = 5\n".to_owned();
    for (name, settings) in
        [("ipcluster_config.py", engines), ("ipcontroller_config.py", heartbeat)]
    {
        let file = folder.join(name);
        let is_ours = fs::read_to_string(&file).map_or(true, |text| text.starts_with(NOTE));
        if is_ours {
            fs::write(file, format!("{NOTE}\nc = get_config()\n{settings}"))?;
        }
    }
    Ok(())
}
