//! `%time`: measures how long code takes, once.

use std::fmt::Write as _;

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::phases::Phases;
use bootcamp_protocol::units;

use super::{Call, Form, Magic, Options, Session, run};

#[derive(Debug)]
pub(super) struct Time;

impl Magic for Time {
    fn name(&self) -> &'static str {
        "time"
    }

    fn form(&self) -> Form {
        Form::Both
    }

    fn help(&self) -> &'static str {
        "%time [-v] STATEMENT\n%%time [-v]\n\n\
         Runs a statement, or the cell, and says how long it took. The CPU times are those of all \
         threads together: two busy threads take two seconds of CPU in one of wall time. \
         Compiling is not part of the wall time; it is told by itself. `-v` shows what else the \
         cell waited for. `%timeit` runs short code many times, which is more exact."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let options = Options::read(&call.spelling(), &call.arguments, &["-v"])?;
        let code = options.code(call, "time")?;
        let before = session.phases();
        let result = run(&code, session);
        let spent = session.phases().since(&before);
        // If the code did not compile, there is no time to show.
        if result.is_ok() || spent.run > 0.0 {
            session.print(&report(&spent, options.has("-v")));
        }
        result
    }
}

fn report(spent: &Phases, in_detail: bool) -> String {
    let mut text = format!(
        "CPU times: user {}, sys: {}, total: {}\nWall time: {}\nCompiler: {}\n",
        duration(spent.user),
        duration(spent.system),
        duration(spent.user + spent.system),
        duration(spent.run),
        duration(spent.analysis + spent.dependencies + spent.compile + spent.link + spent.load),
    );
    if in_detail {
        let runs = if spent.passes == 1 { "1 run" } else { &format!("{} runs", spent.passes) };
        if spent.dependencies > 0.0 {
            let _ = writeln!(text, "  dependencies (cargo): {}", duration(spent.dependencies));
        }
        let _ = write!(
            text,
            "  types and names (evcxr, rust-analyzer): {}\n  rustc ({runs}, with linking): {}\n  \
             loading the library: {}\n",
            duration(spent.analysis),
            duration(spent.compile + spent.link),
            duration(spent.load),
        );
    }
    text
}

/// Returns a number of milliseconds as people read it.
fn duration(milliseconds: f64) -> String {
    units::duration(milliseconds / 1e3)
}
