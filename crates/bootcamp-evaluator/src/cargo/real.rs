//! The real cargo and the real rustup.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::{env, fs};

use super::{Notice, Question};
use crate::evcxr_words::CELL_CRATE;
use crate::packages::STUB;
use crate::signals::CancelGuard;

/// Parts of cargo's messages when it cannot reach a registry.
const NETWORK_ERRORS: [&str; 6] = [
    "failed to download",
    "failed to fetch",
    "failed to query replaced source registry",
    "Could not resolve host",
    "download of config.json failed",
    "spurious network error",
];
/// The file that exists once a session has found no network, so that cargo does not try the network
/// at every call.
const OFFLINE_FILE: &str = "offline";

impl Question {
    /// Replaces this process by the real cargo.
    pub(super) fn real(&self) -> anyhow::Result<ExitCode> {
        Err(self.real_cargo().args(&self.arguments).exec().into())
    }

    /// Returns a command for the real cargo, in the environment that was set before the kernel
    /// changed it.
    pub(super) fn real_cargo(&self) -> Command {
        let mut command = Command::new(self.tool("cargo"));
        let rustc = env::var_os("RUSTC");
        self.stand_in.restore(&mut command);
        command.env("RUSTC", rustc.unwrap_or_else(|| self.tool("rustc").into()));
        command
    }

    /// Returns the path of a tool of the prebuilt image's toolchain.
    fn tool(&self, name: &str) -> PathBuf {
        self.stand_in.sysroot.join("bin").join(name)
    }

    /// Runs cargo and passes its messages on as they come. Without a network, cargo is run again
    /// with the packages that were downloaded before.
    pub(super) fn run_online(&self, command: impl Fn() -> Command) -> io::Result<CargoOutput> {
        let work = self.stand_in.work();
        let offline = work.join(OFFLINE_FILE);
        let without_network = || watch(work, command().env("CARGO_NET_OFFLINE", "true"));
        if offline.exists() {
            let output = without_network()?;
            if output.status.success() {
                output.pass_errors_on();
                return Ok(output);
            }
            // cargo needs something that is not downloaded; the network may be back.
            let _ = fs::remove_file(&offline);
        }
        let output = watch(work, &mut command())?;
        let is_of_network = |text: &&str| output.stderr.contains(*text);
        if !output.status.success() && NETWORK_ERRORS.iter().any(is_of_network) {
            let again = without_network()?;
            if again.status.success() {
                let _ = fs::write(offline, "");
                return Ok(again);
            }
        }
        // Messages are passed on after a success, too: a warning may say what is wrong with a
        // dependency. Of two failures, the message of the first one says why.
        output.pass_errors_on();
        Ok(output)
    }

    pub(super) fn real_rustup(&self) -> anyhow::Result<ExitCode> {
        Err(self.rustup_command().exec().into())
    }

    /// Returns the path that the real rustup prints for these arguments.
    pub(super) fn rustup_which(&self) -> io::Result<Option<PathBuf>> {
        let output = match self.rustup_command().output() {
            // rustup is not installed: Rust came with the system.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            output => output?,
        };
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(output.status.success().then(|| PathBuf::from(path)))
    }

    fn rustup_command(&self) -> Command {
        let path = self.stand_in.original("PATH").unwrap_or_default();
        let found = env::split_paths(&path).map(|folder| folder.join("rustup"));
        let program = found.into_iter().find(|file| file.is_file());
        let mut command = Command::new(program.unwrap_or_else(|| "rustup-is-missing".into()));
        command.args(&self.arguments);
        self.stand_in.restore(&mut command);
        command
    }
}

/// The result of a run of cargo.
pub(super) struct CargoOutput {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    stderr: String,
}

impl CargoOutput {
    /// Says whether there is no warning, such as of a dependency that has no library.
    pub(super) fn has_no_warning(&self) -> bool {
        !self.stderr.lines().any(|line| line.starts_with("warning"))
    }

    /// Writes the messages other than progress, which was passed on as it came.
    fn pass_errors_on(&self) {
        let is_progress = |line: &str| {
            ["Blocking ", "Compiling "].iter().any(|verb| line.trim_start().starts_with(verb))
        };
        let errors = self.stderr.lines().filter(|line| !is_progress(line));
        let text: String = errors.flat_map(|line| [line, "\n"]).collect();
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Runs a command until an interrupt. Its progress is passed on at once; its errors are kept.
fn watch(work: &Path, command: &mut Command) -> io::Result<CargoOutput> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let guard = CancelGuard::of(&child, work);
    let stdout = child.stdout.take();
    let reader = std::thread::spawn(move || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if let Some(mut stdout) = stdout {
            io::Read::read_to_end(&mut stdout, &mut bytes)?;
        }
        Ok(bytes)
    });
    let mut notice = Notice::new(work);
    let mut stderr = String::new();
    if let Some(pipe) = child.stderr.take() {
        for line in BufReader::new(pipe).lines() {
            let line = line?;
            if let Some(name) = compiled_crate(&line)
                && !notice.compiling(name)
            {
                let _ = writeln!(io::stderr(), "{line}");
            }
            stderr.push_str(&line);
            stderr.push('\n');
        }
    }
    let stdout = reader.join().map_err(|_| io::Error::other("cargo's output was lost"))??;
    drop(guard);
    let status = child.wait()?;
    notice.end(status.success());
    Ok(CargoOutput { status, stdout, stderr })
}

/// Returns the crate that a line of cargo's progress names. Returns `None` for the cell and the
/// stub, which the user did not ask for.
fn compiled_crate(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix("Compiling ")?;
    let is_own = |own: &str| name.strip_prefix(own).is_some_and(|rest| rest.starts_with(' '));
    (![CELL_CRATE, STUB].into_iter().any(is_own)).then_some(name)
}
