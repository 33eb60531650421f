//! An evaluator with a helper crate of one's own, `greeting`, and no Jupyter.
//!
//! ```text
//! cargo run --release -p bootcamp-evaluator --example own_prelude
//! ```

mod console;
mod prelude;

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Context as _;
use bootcamp_evaluator::signals::Signals;
use bootcamp_evaluator::stand_in::{self, StandIn};
use bootcamp_evaluator::{Cell, Ending, Evaluator, Prebuilt, Toolchain, Work, build, run_if_asked};

use console::Console;

const CELLS: [&str; 4] = [
    "let name = String::from(\"Ferris\");",
    "println!(\"{}\", greeting::hello(&name));",
    "let lengths: Vec<usize> = name.chars().map(char::len_utf8).collect();",
    "println!(\"{lengths:?}, and {name} is still there\");",
];

const EXPECTED: &str = "Hello, Ferris!\n[1, 1, 1, 1, 1, 1], and Ferris is still there\n";

fn main() -> anyhow::Result<ExitCode> {
    // evcxr and cargo start this program, too.
    if let Some(code) = run_if_asked() {
        return Ok(code);
    }
    let prelude = prelude::read()?;
    let toolchain = Toolchain::find()?;
    let prebuilt = Prebuilt::find(&toolchain, prelude)?;
    if env::args().nth(1).as_deref() == Some("build") {
        // SAFETY: the process has one thread.
        unsafe { build(&prebuilt)? }
        return Ok(ExitCode::SUCCESS);
    }
    if !prebuilt.was_built() {
        // It changes the environment, so it has a process of its own.
        let built = Command::new(env::current_exe()?).arg("build").status()?;
        anyhow::ensure!(built.success(), "the crate `greeting` cannot be built");
    }
    let work = Work::create()?;
    let stand_in = StandIn::prepare(work.root(), prebuilt.path(), prelude, &toolchain)?;
    // SAFETY: the process has one thread; the console below starts the others.
    unsafe { stand_in::enter(&stand_in, &work.context()) }
    Signals::open(work.root()).context("cannot read the session's folder")?;
    let console = Console::start(&work)?;
    let mut evaluator = Evaluator::start(&work, &prebuilt, stand_in)?;
    for (number, code) in (1..).zip(CELLS) {
        let cell = Cell::whole(code.to_owned(), &format!("cell [{number}]"));
        match evaluator.run(&cell) {
            Ending::Ran(_) => {}
            Ending::ProcessEnded(how) => anyhow::bail!("the cells' process {how}"),
            Ending::Failed(failure) => anyhow::bail!("{}", failure.traceback.join("\n")),
        }
    }
    // evcxr runs a cell of its own first.
    let printed = console.printed_until(EXPECTED);
    assert!(printed.ends_with(EXPECTED), "{printed}");
    Ok(ExitCode::SUCCESS)
}
