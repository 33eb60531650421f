//! A cluster of a test's own: a Python controller and engines, in a temporary folder.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, iter};

use bootcamp_cluster::client::Client;
use bootcamp_cluster::connection::Profile;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A dead engine is known after five seconds.
const HEARTBEAT: &str =
    "c.HeartMonitor.period = 1000\nc.HeartMonitor.max_heartmonitor_misses = 5\n";
/// How many ports a controller asks for, and some more.
const PORTS: usize = 20;

/// The Python that has ipyparallel, as the environment says.
pub(crate) fn python() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var_os("BOOTCAMP_PYTHON").map(PathBuf::from);
    named.unwrap_or_else(|| project.join(".venv/bin/python"))
}

/// A port that was not given before. It is below those that the system gives to outgoing
/// connections.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 20).expect("a small number") * 800;
    loop {
        let port = 16_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 16_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// What is missing to run these tests, if anything is.
pub(crate) fn missing() -> Option<String> {
    let python = python();
    let found = Command::new(&python)
        .args(["-c", "import ipyparallel"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    (!found).then(|| format!("{} has no ipyparallel; set BOOTCAMP_PYTHON", python.display()))
}

/// An example, which cargo builds beside this test.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().unwrap().with_file_name("examples").join(name);
    assert!(binary.exists(), "build it first: cargo build --release --workspace --examples");
    binary
}

/// Processes of a test, all ended with it.
pub(crate) struct Cluster {
    folder: TempDir,
    processes: Vec<(String, Child)>,
}

impl Cluster {
    /// A folder with a profile, in which nothing runs yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("bootcamp-cluster.").tempdir().unwrap();
        let cluster = Self { folder, processes: Vec::new() };
        let profile = cluster.profile().folder().to_owned();
        fs::create_dir(&profile).unwrap();
        cluster.configure_controller();
        let launcher = format!(
            "c = get_config()\nc.EngineLauncher.engine_cmd = [{:?}]\n",
            example("echo_engine").display().to_string()
        );
        fs::write(profile.join("ipcluster_config.py"), launcher).unwrap();
        cluster
    }

    /// The same with ipyparallel's own heartbeat: engines wait half a minute for a controller
    /// that is started anew, which takes its time on a busy machine. It keeps the ports that it
    /// has chosen.
    pub(crate) fn patient() -> Self {
        let cluster = Self::new();
        fs::remove_file(cluster.profile().folder().join("ipcontroller_config.py")).unwrap();
        cluster
    }

    /// The controller takes ports that no other one of these tests takes: those that it would
    /// choose at random are free when it looks, and taken when it has started.
    fn configure_controller(&self) {
        let ports: Vec<u16> = iter::repeat_with(free_port).take(PORTS).collect();
        let text = format!("c = get_config()\nc.IPController.ports = {ports:?}\n{HEARTBEAT}");
        fs::write(self.profile().folder().join("ipcontroller_config.py"), text).unwrap();
    }

    /// A controller with so many engines, which have all joined.
    pub(crate) fn start(engines: usize) -> Self {
        let mut cluster = Self::new();
        cluster.controller();
        for _ in 0..engines {
            cluster.engine();
        }
        cluster
    }

    pub(crate) fn profile(&self) -> Profile {
        Profile::at(self.folder.path().join("profile_test"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that knows this cluster and no other.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("IPYTHONDIR", self.folder.path())
            .env("IPP_PROFILE_DIR", self.profile().folder())
            .env_remove("IPP_CLUSTER_ID")
            .env_remove("IPP_CONNECTION_INFO")
            .env_remove("SLURM_PROCID")
            .env_remove("OMPI_COMM_WORLD_RANK")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn spawn(&mut self, name: &str, mut command: Command) -> &mut Child {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path(&format!("{name}.log")))
            .unwrap();
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        self.processes.push((name.to_owned(), child));
        &mut self.processes.last_mut().unwrap().1
    }

    /// What a process wrote.
    pub(crate) fn log(&self, name: &str) -> String {
        fs::read_to_string(self.path(&format!("{name}.log"))).unwrap_or_default()
    }

    pub(crate) fn controller(&mut self) -> u32 {
        self.controller_with(&[], &[])
    }

    pub(crate) fn controller_with(&mut self, options: &[&str], variables: &[(&str, &str)]) -> u32 {
        let mut command = self.command(&python());
        let profile = self.profile();
        command
            .args(["-m", "ipyparallel.controller", "--ip=127.0.0.1"])
            .arg(format!("--profile-dir={}", profile.folder().display()))
            .args(options)
            .envs(variables.iter().copied());
        self.spawn("controller", command).id()
    }

    /// `ipcluster start`, with engines that it launches itself.
    pub(crate) fn ipcluster(&mut self, engines: usize) {
        let mut command = self.command(&python());
        let profile = self.profile();
        command
            .args(["-m", "ipyparallel.cluster", "start", "--ip=127.0.0.1"])
            .arg(format!("--n={engines}"))
            .arg(format!("--profile-dir={}", profile.folder().display()));
        self.spawn("ipcluster", command);
    }

    /// One engine more; the id of its process.
    pub(crate) fn engine(&mut self) -> u32 {
        self.engine_with(&[])
    }

    pub(crate) fn engine_with(&mut self, variables: &[(&str, &str)]) -> u32 {
        let mut command = self.command(&example("echo_engine"));
        command.envs(variables.iter().copied());
        self.spawn("engine", command).id()
    }

    /// What the example that drives a cluster says.
    pub(crate) fn squares(&self) -> String {
        let output = self.command(&example("squares")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A Python program that uses ipyparallel's own client.
    pub(crate) fn python(&self, script: &str, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration").join(script);
        let mut command = self.command(&python());
        let output = command.arg(script).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}\n{errors}\n{}", self.log("engine"));
        text
    }

    /// A client that sees so many engines.
    pub(crate) async fn client(&self, engines: usize) -> Client {
        let connection = self.profile().client().await.unwrap();
        let client = Client::connect(connection).await.unwrap();
        let joined =
            tokio::time::timeout(Duration::from_secs(20), client.wait_for_engines(engines));
        assert!(joined.await.is_ok(), "engines did not join: {}", self.log("engine"));
        client
    }

    /// How a process ended, if it does within this time.
    pub(crate) fn ended(&mut self, process: u32, within: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + within;
        let (_, child) = self.processes.iter_mut().find(|(_, child)| child.id() == process)?;
        loop {
            match child.try_wait().unwrap() {
                None if Instant::now() < end => sleep(Duration::from_millis(20)),
                status => return status,
            }
        }
    }

    /// Processes that this test started, directly or not: they know its folder.
    fn of_this_test(&self) -> Vec<Pid> {
        let folder = self.folder.path().display().to_string();
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        let knows = |process: &fs::DirEntry| {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&folder)
        };
        let id = |process: &fs::DirEntry| process.file_name().to_str()?.parse().ok();
        processes
            .flatten()
            .filter(knows)
            .filter_map(|process| Pid::from_raw(id(&process)?))
            .collect()
    }

    /// Sends a signal to all the controller's processes: ends them as a power cut would, or
    /// makes them silent.
    pub(crate) fn signal_controller(&self, signal: Signal) {
        let engines: Vec<_> = self
            .processes
            .iter()
            .filter(|(name, _)| name == "engine")
            .map(|(_, child)| child.id())
            .collect();
        for process in self.of_this_test() {
            if !engines.contains(&(process.as_raw_nonzero().get() as u32)) {
                let _ = kill_process(process, signal);
            }
        }
    }
}

/// Sends a signal to one process.
pub(crate) fn signal(process: u32, signal: Signal) {
    kill_process(Pid::from_raw(process.cast_signed()).unwrap(), signal).unwrap();
}

impl Drop for Cluster {
    #[expect(clippy::print_stderr)]
    fn drop(&mut self) {
        if std::thread::panicking() {
            for name in ["controller", "ipcluster", "engine"] {
                eprintln!("--- {name}.log\n{}", self.log(name));
            }
        }
        for (_, child) in &mut self.processes {
            if child.try_wait().is_ok_and(|status| status.is_none()) {
                signal(child.id(), Signal::TERM);
            }
        }
        let processes: Vec<_> = self.processes.iter().map(|(_, child)| child.id()).collect();
        for process in processes {
            self.ended(process, Duration::from_secs(5));
        }
        for process in self.of_this_test() {
            let _ = kill_process(process, Signal::KILL);
        }
        for (_, child) in &mut self.processes {
            let _ = child.wait();
        }
    }
}
