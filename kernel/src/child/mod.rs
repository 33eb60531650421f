//! The child: the process that loads compiled cells and holds their variables.
//!
//! evcxr starts it and writes `LOAD_AND_RUN library function` to its standard input, as
//! it does to its own runtime. The child keeps these pipes for itself and gives the cells
//! other ones, which the kernel reads: so a print without a newline, an abort or a library
//! that writes from C lose nothing, and whatever a cell prints cannot disturb evcxr.

pub(crate) mod commands;
mod link;
mod runner;

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use rustix::fs::OFlags;

use crate::signals::Signals;
use crate::work::Work;
use crate::{evcxr_protocol, house};

pub(crate) use link::{FromChild, Release, Report};

/// The kernel's working folder, as its child finds it.
pub(crate) const WORK_VARIABLE: &str = "BOOTCAMP_WORK";
/// The support library's path, as the child finds it.
pub(crate) const SUPPORT_VARIABLE: &str = "BOOTCAMP_SUPPORT";
/// The prebuilt `bootcamp`'s path, as the child finds it.
pub(crate) const PREBUILT_VARIABLE: &str = "BOOTCAMP_PREBUILT";
/// The standard library's path, as the child finds it; none where a toolchain has it.
pub(crate) const STANDARD_VARIABLE: &str = "BOOTCAMP_STANDARD";
/// The user's own `RUST_BACKTRACE`; evcxr overwrites it.
pub(crate) const BACKTRACE_VARIABLE: &str = "BOOTCAMP_BACKTRACE";

/// Where the kernel leaves the variables that `%env` has set.
const ENVIRONMENT_FILE: &str = "environment.json";

/// The child of a kernel that works in `work` and lives in `house`, as evcxr starts it.
pub(crate) fn command(work: &Work, house: &Path) -> io::Result<Command> {
    let mut command = command_in(house)?;
    command
        .env(WORK_VARIABLE, work.root())
        .env(bootcamp_cell::channel::PATH_VARIABLE, work.path("channel"));
    if let Some(backtrace) = env::var_os("RUST_BACKTRACE") {
        command.env(BACKTRACE_VARIABLE, backtrace);
    }
    Ok(command)
}

/// A child that only loads what is in `house`.
pub(crate) fn command_in(house: &Path) -> io::Result<Command> {
    let mut command = Command::new(crate::program::path()?);
    command
        .env(SUPPORT_VARIABLE, house::support(house))
        .env(PREBUILT_VARIABLE, house::prebuilt(house));
    if let Some(standard) = house::standard(house) {
        command.env(STANDARD_VARIABLE, standard);
    }
    Ok(command)
}

/// Runs as the child when evcxr started this process; does not return in that case until
/// evcxr closes its pipe.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    env::var_os(evcxr_protocol::CHILD_VARIABLE)?;
    let path = |name| env::var_os(name).map(PathBuf::from);
    let (support, prebuilt) = (path(SUPPORT_VARIABLE)?, path(PREBUILT_VARIABLE)?);
    let standard = path(STANDARD_VARIABLE);
    let loaded = standard.map_or(Ok(()), |standard| runner::load_standard(&standard));
    let result = match path(WORK_VARIABLE) {
        _ if loaded.is_err() => loaded,
        Some(work) => run(&work, &support, &prebuilt),
        // Building the house needs no kernel round it.
        None => runner::load(&support, &prebuilt).map(|libraries| {
            evcxr_protocol::run_plain_child();
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

fn run(work: &Path, support: &Path, prebuilt: &Path) -> anyhow::Result<()> {
    // A child without its kernel has nobody to talk to. One whose kernel has gone before this
    // finds nobody at its pipes.
    let signal = rustix::process::Signal::KILL;
    rustix::process::set_parent_process_death_signal(Some(signal))?;
    // evcxr's pipes: kept here, closed in programs that a cell starts.
    let commands = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let answers = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    connect_pipes(work)?;
    clean_environment();
    set_environment(work)?;
    let link = link::connect(&work.join("runtime"))?;
    link.say(&FromChild::Started(std::process::id()))?;
    let signals = Signals::open(work)?;
    let mut runner = runner::Runner::new(support, prebuilt, link, signals)?;
    let commands = BufReader::new(fs::File::from(commands));
    commands::serve(commands, fs::File::from(answers), |library, function| {
        runner.run(library, function).map(Some)
    })
}

/// Kills the child; evcxr then says that the process ended, and starts another one.
pub(crate) fn kill(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// Leaves variables for the children that are started from now on.
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
    // A pipe without another end would be waited for.
    let open = |name: &str, flags: OFlags| {
        let at_once = flags | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let pipe = rustix::fs::open(work.join(name), at_once, rustix::fs::Mode::empty())?;
        rustix::fs::fcntl_setfl(&pipe, flags)?;
        io::Result::Ok(pipe)
    };
    rustix::stdio::dup2_stdin(open("stdin", OFlags::RDONLY)?)?;
    rustix::stdio::dup2_stderr(open("stderr", OFlags::WRONLY)?)?;
    let stdout = open("stdout", OFlags::WRONLY)?;
    // A larger pipe makes a chatty cell wait less; a refusal (a limit) does no harm.
    let _ = rustix::pipe::fcntl_setpipe_size(&stdout, 1 << 20);
    rustix::stdio::dup2_stdout(stdout)?;
    Ok(())
}

/// Hides from the cells what concerns only evcxr and the kernel.
fn clean_environment() {
    let backtrace = env::var_os(BACKTRACE_VARIABLE);
    // SAFETY: the process has one thread here: `run` has started none, and at most Rust's
    // standard library was loaded, which starts none.
    unsafe {
        for name in [
            evcxr_protocol::CHILD_VARIABLE,
            WORK_VARIABLE,
            SUPPORT_VARIABLE,
            PREBUILT_VARIABLE,
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
