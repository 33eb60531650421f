//! The child: the process that loads compiled cells and holds their variables.
//!
//! evcxr starts it and writes `LOAD_AND_RUN library function` to its standard input, as it does to
//! its own runtime. The child keeps these pipes for itself and gives the cells other pipes, which
//! the kernel reads. So nothing is lost when a cell prints without a newline, aborts, or prints
//! from a C library, and no output of a cell can disturb evcxr.

pub(crate) mod commands;
mod link;
mod process;
mod raw_report;
mod runner;

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use rustix::fs::OFlags;

use crate::prelude::Prelude;
use crate::signals::Signals;
use crate::work::Work;
use crate::{evcxr_words, prebuilt};

pub use link::{FromChild, Release, Report};
pub use process::Process;

/// The variable with the kernel's working folder.
pub(crate) const WORK_VARIABLE: &str = "BOOTCAMP_WORK";
/// The variable with the path of the support library.
pub(crate) const SUPPORT_VARIABLE: &str = "BOOTCAMP_SUPPORT";
/// The variable with the path of the prebuilt `bootcamp`.
pub(crate) const PRELUDE_VARIABLE: &str = "BOOTCAMP_PRELUDE";
/// The variable with the path of the standard library. It is not set where the toolchain has it.
pub(crate) const STANDARD_VARIABLE: &str = "BOOTCAMP_STANDARD";
/// The variable with the user's own `RUST_BACKTRACE`, which evcxr overwrites.
pub(crate) const BACKTRACE_VARIABLE: &str = "BOOTCAMP_BACKTRACE";

/// The file in which the kernel leaves the variables that `%env` has set.
const ENVIRONMENT_FILE: &str = "environment.json";

/// Returns the command that starts the child of a kernel which works in `work` and uses the
/// prebuilt image in `prebuilt`.
///
/// # Errors
/// When this program's own file cannot be found.
pub(crate) fn command(work: &Work, prelude: &Prelude, prebuilt: &Path) -> io::Result<Command> {
    let mut command = command_in(prelude, prebuilt)?;
    command
        .env(WORK_VARIABLE, work.root())
        .env(bootcamp_protocol::message::PATH_VARIABLE, work.path("channel"));
    if let Some(backtrace) = env::var_os("RUST_BACKTRACE") {
        command.env(BACKTRACE_VARIABLE, backtrace);
    }
    Ok(command)
}

/// Returns the command that starts a child which only loads what is in the image.
///
/// # Errors
/// When this program's own file cannot be found.
pub fn command_in(prelude: &Prelude, prebuilt: &Path) -> io::Result<Command> {
    let mut command = Command::new(crate::program::path()?);
    command
        .env(SUPPORT_VARIABLE, prebuilt::support(prebuilt))
        .env(PRELUDE_VARIABLE, prelude.library(prebuilt));
    if let Some(standard) = prebuilt::standard(prebuilt) {
        command.env(STANDARD_VARIABLE, standard);
    }
    Ok(command)
}

/// Runs as the child if evcxr started this process. In that case it does not return until evcxr
/// closes its pipe.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    env::var_os(evcxr_words::CHILD_VARIABLE)?;
    let path = |name| env::var_os(name).map(PathBuf::from);
    let (support, prelude) = (path(SUPPORT_VARIABLE)?, path(PRELUDE_VARIABLE)?);
    let standard = path(STANDARD_VARIABLE);
    let loaded = standard.map_or(Ok(()), |standard| runner::load_standard(&standard));
    let result = match path(WORK_VARIABLE) {
        _ if loaded.is_err() => loaded,
        Some(work) => run(&work, &support, &prelude),
        // While the image is built, there is no kernel.
        None => runner::load(&support, &prelude).map(|libraries| {
            evcxr_words::run_plain_child();
            drop(libraries);
        }),
    };
    Some(match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::log::say(&format!("the cells' process: {error:#}"));
            ExitCode::from(99)
        }
    })
}

fn run(work: &Path, support: &Path, prelude: &Path) -> anyhow::Result<()> {
    // The child must not outlive its kernel. If the kernel has ended before this call, opening its
    // pipes fails.
    let signal = rustix::process::Signal::KILL;
    rustix::process::set_parent_process_death_signal(Some(signal))?;
    // The child keeps evcxr's pipes. They are closed in the programs that a cell starts.
    let commands = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let answers = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    connect_pipes(work)?;
    clean_environment();
    set_environment(work)?;
    let link = link::connect(&work.join("runtime"))?;
    link.send(&FromChild::Started(std::process::id()))?;
    let signals = Signals::open(work)?;
    let mut runner = runner::Runner::new(support, prelude, link, signals)?;
    let commands = BufReader::new(fs::File::from(commands));
    commands::serve(commands, fs::File::from(answers), |library, function| {
        runner.run(library, function).map(Some)
    })
}

/// Kills the child. evcxr then reports that the process ended, and starts another one.
pub fn kill(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// Writes down variables for the children that are started from now on.
pub(crate) fn write_environment(work: &Path, variables: &[(String, String)]) -> io::Result<()> {
    fs::write(work.join(ENVIRONMENT_FILE), serde_json::to_vec(variables)?)
}

fn set_environment(work: &Path) -> anyhow::Result<()> {
    let Ok(text) = fs::read(work.join(ENVIRONMENT_FILE)) else { return Ok(()) };
    let variables: Vec<(String, String)> = serde_json::from_slice(&text)?;
    for (name, value) in variables {
        // SAFETY: the process has one thread here: `run` has started none, and at most Rust's
        // standard library was loaded, which starts none.
        unsafe { env::set_var(name, value) }
    }
    Ok(())
}

fn connect_pipes(work: &Path) -> io::Result<()> {
    // Without `NONBLOCK`, opening a pipe would wait for its other end.
    let open = |name: &str, flags: OFlags| {
        let at_once = flags | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let pipe = rustix::fs::open(work.join(name), at_once, rustix::fs::Mode::empty())?;
        rustix::fs::fcntl_setfl(&pipe, flags)?;
        io::Result::Ok(pipe)
    };
    rustix::stdio::dup2_stdin(open("stdin", OFlags::RDONLY)?)?;
    rustix::stdio::dup2_stderr(open("stderr", OFlags::WRONLY)?)?;
    let stdout = open("stdout", OFlags::WRONLY)?;
    // A larger pipe lets a cell that prints much wait less. A refusal (there is a limit) does no
    // harm.
    let _ = rustix::pipe::fcntl_setpipe_size(&stdout, 1 << 20);
    rustix::stdio::dup2_stdout(stdout)?;
    Ok(())
}

/// Removes the variables that concern only evcxr and the kernel, so that cells do not see them.
fn clean_environment() {
    let backtrace = env::var_os(BACKTRACE_VARIABLE);
    // SAFETY: the process has one thread here: `run` has started none, and at most Rust's
    // standard library was loaded, which starts none.
    unsafe {
        for name in [
            evcxr_words::CHILD_VARIABLE,
            WORK_VARIABLE,
            SUPPORT_VARIABLE,
            PRELUDE_VARIABLE,
            STANDARD_VARIABLE,
        ] {
            env::remove_var(name);
        }
        match backtrace {
            Some(value) => env::set_var("RUST_BACKTRACE", value),
            None => env::remove_var("RUST_BACKTRACE"),
        }
        env::remove_var(BACKTRACE_VARIABLE);
    }
}
