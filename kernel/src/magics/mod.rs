//! Magics: the lines and cells that are for the kernel and not for Rust, as in `IPython`.
//!
//! `%name arguments` is a line, `%%name arguments` the first line of a cell whose other lines are
//! its body, and `!command` a line for the shell. [`split()`] splits a cell before evcxr gets it.
//! Each magic is a file of this folder that implements the trait [`Magic`], and acts through a
//! [`Session`].

mod capture;
mod cell_tests;
mod cluster;
mod environment;
mod file;
mod folder;
mod help;
mod history;
mod kernel;
mod kernels;
mod load;
mod lsmagic;
mod opt;
mod options;
mod px;
mod ranges;
mod reset;
mod run;
mod rust;
mod save;
mod shell;
mod test;
mod test_table;
mod time;
mod timeit;
mod travel;
mod variables;
mod writefile;

use std::fmt;

use bootcamp_evaluator::Failure;
use bootcamp_syntax::magic::{Call, Known, Step, cell_magic, split};
pub(crate) use help::{answer, completions, without_magics};
use options::Options;

use crate::cluster::Grouping;
use crate::session::Session;

/// The places where a magic may be written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// `%name`
    Line,
    /// `%%name`
    Cell,
    Both,
}

/// A magic.
trait Magic: Sync {
    fn name(&self) -> &'static str;

    fn form(&self) -> Form;

    /// Returns the help: a line or more of synopsis, an empty line, and a description. `%lsmagic`
    /// shows the first sentence of the description.
    fn help(&self) -> &'static str;

    /// Says whether its arguments and its body are Rust.
    fn takes_code(&self) -> bool {
        false
    }

    /// Says whether its body never becomes Rust. The body may then be longer than a cell.
    fn takes_data(&self) -> bool {
        false
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure>;
}

impl fmt::Debug for dyn Magic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// All magics, in the order of their names.
static ALL: [&dyn Magic; 29] = [
    &kernel::R,
    &px::AutoPx,
    &shell::Shell("bash"),
    &capture::Capture,
    &folder::Cd,
    &cluster::ClusterMagic,
    &environment::Env,
    &history::History,
    &kernel::JULIA,
    &kernel::InKernel,
    &kernels::Kernels,
    &load::Load,
    &lsmagic::LsMagic,
    &kernel::OCTAVE,
    &opt::Opt,
    &folder::Pwd,
    &px::Px,
    &px::PxResult,
    &kernel::PYTHON,
    &reset::Reset,
    &run::Run,
    &save::Save,
    &shell::Shell("sh"),
    &test::Test,
    &time::Time,
    &timeit::TimeIt,
    &variables::Who,
    &variables::Whos,
    &writefile::WriteFile,
];

fn find(name: &str) -> Option<&'static dyn Magic> {
    ALL.into_iter().find(|magic| magic.name() == name)
}

impl Known for Session<'_> {
    fn is_magic(&self, name: &str) -> bool {
        find(name).is_some()
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables().iter().any(|(variable, _)| variable == name)
    }
}

/// Says whether a cell is data for its magic, and not code.
pub(crate) fn is_data(cell: &str) -> bool {
    cell_magic(cell).and_then(|call| find(&call.name)).is_some_and(Magic::takes_data)
}

/// Runs a cell, with all its magics and its Rust.
pub(crate) fn run(cell: &str, session: &mut Session<'_>) -> Result<(), Failure> {
    let steps = split(cell, session);
    // The names are checked first, so that nothing has run if one is wrong.
    for step in &steps {
        if let Step::Magic(call) = step {
            called(call)?;
        }
    }
    for step in steps {
        session.check_interrupt()?;
        match step {
            Step::Rust(code) if session.cluster().takes_all() => {
                session.run_on_engines(&code, "all", true, Grouping::default())?;
            }
            Step::Rust(code) => session.run_code(&code)?,
            Step::Magic(call) => called(&call)?.run(&call, session)?,
        }
    }
    Ok(())
}

/// Returns the magic of a call, or the error of the call, without checking its arguments.
fn called(call: &Call) -> Result<&'static dyn Magic, Failure> {
    let spelling = call.spelling();
    let Some(magic) = find(&call.name) else {
        let hint = match help::nearest(&call.name) {
            Some(near) => format!("did you mean `{}`?", help::spelling(near)),
            None => "`%lsmagic` shows all that there are".to_owned(),
        };
        return Err(usage_error(&format!("there is no magic `{spelling}`: {hint}")));
    };
    match (magic.form(), call.body.is_some() || call.misplaced) {
        (Form::Line, true) => Err(usage_error(&format!(
            "`{spelling}` takes no cell: write `%{}`, with one `%`",
            call.name
        ))),
        (Form::Cell, false) => Err(usage_error(&format!(
            "`{spelling}` takes a whole cell: write `%{spelling}` in its first line"
        ))),
        _ if call.misplaced => Err(usage_error(&format!(
            "`{spelling}` is in line {}: it has to be the first line of its cell",
            call.line + 1
        ))),
        _ => Ok(magic),
    }
}

/// Returns the failure of a magic that was used in a wrong way.
fn usage_error(why: &str) -> Failure {
    Failure::plain("UsageError", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magics_stand_in_the_order_of_their_names_and_explain_themselves() {
        assert!(ALL.is_sorted_by_key(|magic| magic.name()));
        for magic in ALL {
            let (synopsis, text) = magic.help().split_once("\n\n").unwrap();
            for line in synopsis.lines() {
                let name = line.split(' ').next().unwrap();
                assert_eq!(name.trim_start_matches('%'), magic.name(), "{line}");
            }
            assert!(text.contains('.'), "{text}");
            let has = |marks: &str| {
                synopsis
                    .lines()
                    .any(|line| line.strip_prefix(marks).is_some_and(|rest| !rest.starts_with('%')))
            };
            assert_eq!(has("%"), magic.form() != Form::Cell, "{magic:?}");
            assert_eq!(has("%%"), magic.form() != Form::Line, "{magic:?}");
        }
    }
}
