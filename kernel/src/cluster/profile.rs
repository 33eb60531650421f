//! Profiles of ipyparallel: how a cluster's controller and engines are started.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use bootcamp_cluster::connection::Profile;
use bootcamp_evaluator::Failure;

use super::failure;

/// The profile of clusters that outlive their kernels, and of `JupyterLab`'s own sidebar.
pub(crate) const PROFILE: &str = "rust";
/// The settings of engines, and of the launcher that starts them.
const CLUSTER_FILE: &str = "ipcluster_config.py";
/// The settings of the controller.
const CONTROLLER_FILE: &str = "ipcontroller_config.py";
const CONFIGURATION: &str = "c = get_config()\n";
/// A dead engine is known after five seconds.
const HEARTBEAT: &str =
    "c.HeartMonitor.period = 1000\nc.HeartMonitor.max_heartmonitor_misses = 5\n";

/// What starts the engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Local,
    Slurm,
    Ssh,
    Mpi,
}

/// A profile that was written, and what a person has to look at in it.
#[derive(Debug)]
pub(crate) struct Written {
    folder: PathBuf,
    /// The file with the lines.
    file: &'static str,
    lines: Vec<Line>,
}

/// A line of a file that somebody has to look at.
#[derive(Debug)]
struct Line {
    number: usize,
    text: String,
    why: &'static str,
}

/// A line of the configuration, and what the comment above it says.
struct Setting {
    comment: &'static str,
    line: String,
    /// Whether nobody but the person knows what is right.
    is_open: bool,
}

/// Writes a profile to begin with, where ipyparallel looks for it. One that is there stays.
pub(crate) fn write_new(name: &str, kind: Kind) -> Result<Written, Failure> {
    let profile = Profile::named(name).map_err(|error| failure(&error.to_string()))?;
    let folder = profile.folder().to_owned();
    if let Some(there) =
        [CLUSTER_FILE, CONTROLLER_FILE].iter().find(|file| folder.join(file).exists())
    {
        return Err(failure(&format!(
            "there is a profile `{name}` already: edit {}, or give the new one another name",
            folder.join(there).display()
        )));
    }
    let write = || {
        let (text, lines) = configuration(&folder, kind, &bootcamp_evaluator::program::path()?)?;
        fs::create_dir_all(&folder)?;
        let controller =
            format!("{CONFIGURATION}# A dead engine is known after five seconds.\n{HEARTBEAT}");
        for (file, text) in [(CLUSTER_FILE, text), (CONTROLLER_FILE, controller)] {
            fs::File::create_new(folder.join(file))?.write_all(text.as_bytes())?;
        }
        io::Result::Ok(lines)
    };
    let lines = write().map_err(|error| {
        failure(&format!("cannot write the profile to {}: {error}", folder.display()))
    })?;
    Ok(Written { folder, file: CLUSTER_FILE, lines })
}

/// The text of the configuration, and the lines to look at.
fn configuration(folder: &Path, kind: Kind, program: &Path) -> io::Result<(String, Vec<Line>)> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_prefix("profile_").unwrap_or(&name);
    let mut text = format!(
        "# `%cluster start -n 4 --profile {name}` starts engines that run Rust, as this file says.\n\
         # All other settings are those of ipyparallel: https://ipyparallel.readthedocs.io\n\
         {CONFIGURATION}"
    );
    let mut lines = Vec::new();
    for Setting { comment, line, is_open } in settings(folder, name, kind, program)? {
        text.push('\n');
        for part in comment.lines() {
            let _ = writeln!(text, "# {part}");
        }
        if is_open {
            let why = comment.lines().next().unwrap_or_default();
            let number = text.lines().count() + 1;
            lines.push(Line { number, text: line.clone(), why });
        }
        text.push_str(&line);
        text.push('\n');
    }
    Ok((text, lines))
}

fn settings(folder: &Path, name: &str, kind: Kind, program: &Path) -> io::Result<Vec<Setting>> {
    let program = serde_json::to_string(program)?;
    let setting = |comment, line: String| Setting { comment, line, is_open: false };
    let open = |comment, line: String| Setting { comment, line, is_open: true };
    let engine = format!("c.EngineLauncher.engine_cmd = [{program}, \"engine\"]");
    let own_engine = setting("The program of the engines: this notebook's kernel.", engine.clone());
    let there = "The program of the engines, at its place on every host.\n\
         It has to be the kernel's own build; what else cells need is sent.";
    let launcher = |class| format!("c.Cluster.engine_launcher_class = \"{class}\"");
    let address = address();
    let reached = "An address of this computer that the hosts of the engines can reach.\n\
         What is sent there is signed, but who can watch that network can read it.";
    let controller = format!("c.Cluster.controller_ip = \"{address}\"");
    Ok(match kind {
        Kind::Local => vec![own_engine],
        Kind::Slurm => vec![
            setting("Slurm starts the engines: ids are ranks.", launcher("slurm")),
            open(
                "The partition of the engines, Slurm's queue (`sinfo` lists them); empty: its usual one.",
                "c.SlurmEngineSetLauncher.queue = \"\"".to_owned(),
            ),
            open(reached, controller),
            open(there, engine),
            setting(
                "Where the script of the job is written.",
                format!(
                    "c.SlurmEngineSetLauncher.batch_file_name = {}",
                    serde_json::to_string(&folder.join("slurm_engine.sbatch"))?
                ),
            ),
            setting(
                "More, if your Slurm asks for it: an account, and a limit of time.",
                "# c.SlurmEngineSetLauncher.account = \"\"\n\
                 # c.SlurmEngineSetLauncher.timelimit = \"1:00:00\""
                    .to_owned(),
            ),
        ],
        Kind::Ssh => vec![
            setting("ssh starts the engines.", launcher("ssh")),
            open(
                "The hosts, each with the number of its engines at most; `ssh HOST true` has to need no password.",
                "c.SSHEngineSetLauncher.engines = {\"user@host\": 4}".to_owned(),
            ),
            open(reached, format!("{controller}\nc.Cluster.controller_location = \"{address}\"")),
            open(there, engine),
            open(
                "A Python on the hosts that has ipyparallel: its launcher needs it there.",
                "c.SSHLauncher.remote_python = \"python3\"".to_owned(),
            ),
            setting(
                "Where the hosts keep their part of the profile, in the home folder.",
                format!("c.SSHLauncher.remote_profile_dir = \".ipython/profile_{name}\""),
            ),
            setting(
                "Options for ssh and scp, such as [\"-p\", \"2222\"] and [\"-P\", \"2222\"].",
                "c.SSHLauncher.ssh_args = []\nc.SSHLauncher.scp_args = []".to_owned(),
            ),
        ],
        Kind::Mpi => vec![
            setting("mpiexec starts the engines: ids are ranks.", launcher("mpi")),
            open(
                "Options of mpiexec, such as [\"--hostfile\", \"FILE\"].\n\
                 Open MPI gives other hosts only the variables that are named: [\"-x\", \"IPP_CONNECTION_INFO\"].",
                "c.MPILauncher.mpi_args = []".to_owned(),
            ),
            open(reached, controller),
            open(there, engine),
        ],
    })
}

/// The address that most connections of this computer come from; nothing is sent.
fn address() -> String {
    let find = || {
        let socket = UdpSocket::bind(("0.0.0.0", 0))?;
        // Any address outside will do.
        socket.connect(("198.51.100.1", 9))?;
        io::Result::Ok(socket.local_addr()?.ip().to_string())
    };
    find().unwrap_or_else(|_| "127.0.0.1".to_owned())
}

/// Writes a profile whose engines are this program, and writes it again where nobody has changed
/// it.
pub(crate) fn write_profile(folder: &Path, program: &Path) -> io::Result<()> {
    const NOTE: &str =
        "# Written by bootcamp-kernel, which writes it again while this line is here.";
    fs::create_dir_all(folder)?;
    let program = serde_json::to_string(program)?;
    let engines = format!("c.EngineLauncher.engine_cmd = [{program}, \"engine\"]\n");
    for (name, settings) in [(CLUSTER_FILE, &engines[..]), (CONTROLLER_FILE, HEARTBEAT)] {
        let file = folder.join(name);
        let is_ours = fs::read_to_string(&file).map_or(true, |text| text.starts_with(NOTE));
        if is_ours {
            fs::write(file, format!("{NOTE}\n{CONFIGURATION}{settings}"))?;
        }
    }
    Ok(())
}

/// The profile with this name, or in this folder, if somebody has written it.
pub(super) fn existing(name: &str) -> Result<Profile, Failure> {
    let profile = find(name)?;
    if profile.folder().join(CLUSTER_FILE).is_file() {
        return Ok(profile);
    }
    Err(failure(&format!(
        "there is no profile `{name}` (no {}): `%cluster profile NAME` writes one, with --slurm, \
         --ssh or --mpi for other computers",
        profile.folder().join(CLUSTER_FILE).display()
    )))
}

/// A profile by its name, or by its folder.
pub(crate) fn find(name: &str) -> Result<Profile, Failure> {
    if name.contains('/') {
        return Ok(Profile::at(PathBuf::from(name)));
    }
    Profile::named(name).map_err(|error| failure(&error.to_string()))
}

impl Written {
    /// What a person reads.
    pub(crate) fn text(&self, name: &str) -> String {
        let mut text = format!("Wrote the profile `{name}` to {}\n", self.folder.display());
        if !self.lines.is_empty() {
            let _ = writeln!(
                text,
                "Look at these lines of {}, and change what is different here:",
                self.file
            );
        }
        for Line { number, text: lines, why } in &self.lines {
            for (number, line) in iter::zip(*number.., lines.lines()) {
                let _ = writeln!(text, "  {number:>3}  {line}");
            }
            let _ = writeln!(text, "       {why}");
        }
        let _ = writeln!(text, "Then `%cluster start -n 4 --profile {name}` starts engines by it.");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_to_look_at_are_those_of_the_file() {
        for kind in [Kind::Local, Kind::Slurm, Kind::Ssh, Kind::Mpi] {
            let (text, lines) =
                configuration(Path::new("/p/profile_lab"), kind, Path::new("/bin/kernel")).unwrap();
            assert_eq!(lines.is_empty(), kind == Kind::Local);
            let all: Vec<&str> = text.lines().collect();
            for Line { number, text: line, why } in lines {
                assert_eq!(all[number - 1], line.lines().next().unwrap());
                assert!(text.contains(why) && !why.is_empty());
            }
            assert!(text.contains("c.EngineLauncher.engine_cmd = [\"/bin/kernel\", \"engine\"]\n"));
        }
    }
}
