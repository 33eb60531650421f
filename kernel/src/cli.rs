//! The command line, which says which role this process plays.

use std::path::PathBuf;
use std::process::ExitCode;

use bootcamp_evaluator::log::say;
use bootcamp_evaluator::{Prebuilt, Toolchain, build, compile_server};
use clap::{Parser, Subcommand};

use crate::prelude::PRELUDE;
use crate::{engine, kernelspec, server};

#[derive(Parser)]
#[command(name = "bootcamp-kernel", version, about = "A Jupyter kernel for Rust")]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Be the kernel of this connection file (Jupyter gives it)
    #[arg(long = "control_file", value_name = "FILE")]
    control_file: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Put the kernel and its kernelspec under a prefix, such as a virtual environment
    Install {
        /// The folder that holds bin/ and share/jupyter/
        #[arg(long, value_name = "DIR")]
        prefix: PathBuf,
    },
    /// Build the bootcamp crate for this computer, once (about a minute)
    Warm,
    /// Be an engine of an ipyparallel cluster (a launcher starts it)
    Engine {
        /// Given by ipyparallel's MPI launcher; the id is the rank as it is
        #[arg(long)]
        mpi: bool,
    },
    /// Compile cells for engines (a kernel starts it)
    #[command(hide = true)]
    CompileServer,
}

/// Plays the role that the environment and the command line ask for.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(code) = bootcamp_evaluator::run_if_asked() {
        return code;
    }
    let result = match Arguments::parse() {
        Arguments { control_file: Some(file), verb: None } => server::run(&file),
        Arguments { verb: Some(Verb::Install { prefix }), .. } => install(&prefix),
        Arguments { verb: Some(Verb::Warm), .. } => warm(),
        Arguments { verb: Some(Verb::Engine { .. }), .. } => engine::run(),
        Arguments { verb: Some(Verb::CompileServer), .. } => {
            compile_server::run(&PRELUDE).map_err(Into::into)
        }
        Arguments { .. } => Err(anyhow::anyhow!(
            "nothing to do: Jupyter starts this program with --control_file FILE; see --help"
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn install(prefix: &std::path::Path) -> anyhow::Result<()> {
    let spec = kernelspec::install(prefix, &Toolchain::find()?)?;
    say(&format!("installed the kernel in {}", spec.display()));
    Ok(())
}

fn warm() -> anyhow::Result<()> {
    let prebuilt = Prebuilt::find(&Toolchain::find()?, &PRELUDE)?;
    if prebuilt.was_built() {
        say(&format!("the bootcamp crate is ready in {}", prebuilt.path().display()));
        return Ok(());
    }
    say("building the bootcamp crate for this computer, once (about a minute)");
    // SAFETY: the process has one thread.
    unsafe { build(&prebuilt)? }
    say(&format!("built the bootcamp crate in {}", prebuilt.path().display()));
    Ok(())
}
