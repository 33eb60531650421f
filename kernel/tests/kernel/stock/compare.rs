//! Runs cells on both kernels and compares what they give.

use std::time::Duration;
use std::{fmt, iter};

use jupyter_protocol::ExecuteRequest;
use serde::{Deserialize, Serialize};

use super::memory::Memory;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown, without_colors};
use bootcamp_testkit::stock::{await_listener, start_stock};

/// How long a line of the stock kernel may come after its cell is idle.
const LATE: Duration = Duration::from_millis(15);

/// Each case begins with it.
const CLEAR: &str = ":clear";

/// A session of a few cells.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) cells: &'static [Cell],
}

impl Case {
    /// What is run.
    pub(super) fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.cells.iter().map(|cell| cell.code)
    }
}

pub(super) struct Cell {
    code: &'static str,
    expected: Expected,
}

enum Expected {
    /// Both run and give the same.
    Same,
    /// Both fail, with the same code of the compiler if both show one.
    Failure,
    /// Ours gives this, stock something else.
    Ours(Gives, &'static str),
}

/// What our kernel gives where it differs.
pub(super) enum Gives {
    Failure,
    Success { stdout: &'static str, result: &'static str },
}

/// A cell that runs, with the same output on both.
pub(super) const fn same(code: &'static str) -> Cell {
    Cell { code, expected: Expected::Same }
}

/// A cell that fails on both.
pub(super) const fn fails(code: &'static str) -> Cell {
    Cell { code, expected: Expected::Failure }
}

/// A cell for which ours is better, and why.
pub(super) const fn better(code: &'static str, ours: Gives, because: &'static str) -> Cell {
    Cell { code, expected: Expected::Ours(ours, because) }
}

/// What a cell gave.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) failed: bool,
    pub(super) stdout: String,
    /// The plain text of all results and displays.
    pub(super) result: String,
    /// Messages of errors, and the first code of the compiler in them.
    errors: Vec<String>,
    code: Option<String>,
}

/// Our kernel and the stock one, which runs when something is asked that it did not answer
/// before.
pub(super) struct Pair {
    ours: FrontEnd,
    stock: Option<FrontEnd>,
    variables: &'static [(&'static str, &'static str)],
    memory: Memory,
}

impl Pair {
    /// Both will have these variables in their environment.
    pub(super) fn start(variables: &'static [(&'static str, &'static str)]) -> Self {
        let ours = FrontEnd::start_with(|command| {
            command.envs(variables.iter().copied());
        });
        Self { ours, stock: None, variables, memory: Memory::new(variables) }
    }

    /// Runs a cell on both: ours, stock.
    pub(super) fn run(&mut self, code: &str) -> [Outcome; 2] {
        let Self { ours, stock, variables, .. } = self;
        let stock = stock.get_or_insert_with(|| {
            let mut stock = start_stock(|command| {
                command.envs(variables.iter().copied());
            });
            await_listener(&mut stock);
            stock
        });
        // Each needs a processor only: together they need less time.
        let ids = [&mut *ours, &mut *stock]
            .map(|front_end| front_end.send(ExecuteRequest::new(code.to_owned())));
        let first = ours.collect(&ids[0]);
        let mut second = stock.collect(&ids[1]);
        stock.collect_until_quiet(&ids[1], LATE, &mut second);
        [Outcome::of(&first), Outcome::of(&second)]
    }

    /// The same where the outcome of stock is known.
    fn run_beside(&mut self, code: &str, stock: Option<Outcome>) -> [Outcome; 2] {
        match stock {
            Some(stock) => [Outcome::of(&self.ours.run(code)), stock],
            None => self.run(code),
        }
    }

    /// Runs the cases; lists all that was not as expected.
    pub(super) fn compare(&mut self, tables: &[&[Case]]) -> Vec<String> {
        let mut surprises = Vec::new();
        for case in tables.iter().copied().flatten() {
            let mut known = self.memory.recall(case).map(Vec::into_iter);
            let mut next = || known.as_mut().map(|known| known.next().expect("one of each cell"));
            let mut of_stock = Vec::new();
            let as_expected = surprises.len();
            for (number, code) in iter::once(CLEAR).chain(case.codes()).enumerate() {
                let [ours, stock] = self.run_beside(code, next());
                let complaint = match number.checked_sub(1) {
                    None => (ours.failed || stock.failed).then(|| "it failed".to_owned()),
                    Some(cell) => case.cells[cell].complaint(&ours, &stock),
                };
                if let Some(complaint) = complaint {
                    let name = case.name;
                    surprises.push(format!(
                        "{name}, cell {number}: {complaint}\n{code}\n  ours:  {ours}\n  stock: {stock}\n"
                    ));
                }
                of_stock.push(stock);
            }
            if surprises.len() == as_expected {
                self.memory.keep(case, &of_stock);
            }
        }
        surprises
    }
}

impl Cell {
    /// What is wrong with the outcomes, if anything.
    fn complaint(&self, ours: &Outcome, stock: &Outcome) -> Option<String> {
        let shows =
            |outcome: &Outcome| (outcome.failed, outcome.stdout.clone(), outcome.result.clone());
        match &self.expected {
            Expected::Same if ours.failed || stock.failed => Some("it failed".to_owned()),
            Expected::Same if shows(ours) != shows(stock) => Some("they differ".to_owned()),
            Expected::Failure if !(ours.failed && stock.failed) => Some("it ran".to_owned()),
            Expected::Failure
                if ours.code.is_some() && stock.code.is_some() && ours.code != stock.code =>
            {
                Some("the errors differ".to_owned())
            }
            Expected::Ours(gives, because) => {
                let as_said = match gives {
                    Gives::Failure => ours.failed,
                    Gives::Success { stdout, result } => {
                        !ours.failed
                            && (&ours.stdout, &ours.result)
                                == (&(*stdout).to_owned(), &(*result).to_owned())
                    }
                };
                if !as_said {
                    Some(format!("ours is not what it should be ({because})"))
                } else if shows(ours) == shows(stock) {
                    Some(format!("stock does the same now (was: {because})"))
                } else {
                    None
                }
            }
            Expected::Same | Expected::Failure => None,
        }
    }
}

impl Outcome {
    fn of(run: &Run) -> Self {
        let (mut results, mut errors, mut code) = (Vec::new(), Vec::new(), None);
        for shown in &run.shown {
            match shown {
                Shown::Result(data) | Shown::Display(data) => {
                    results
                        .extend(data["text/plain"].as_str().map(|text| text.trim_end().to_owned()));
                }
                Shown::Error { ename, evalue, traceback } => {
                    let text = without_colors(&format!("[{ename}] {traceback}"));
                    code = code.or_else(|| error_code(&text));
                    errors.push(without_colors(evalue));
                }
                // Of crates that are compiled, stock tells its server only.
                Shown::DisplayWithId { id, .. } | Shown::Update { id, .. }
                    if id.starts_with("crates-") => {}
                Shown::Stdout(_) | Shown::Stderr(_) => {}
                other => panic!("no cell of these tests shows {other:?}"),
            }
        }
        Self {
            failed: !run.is_ok(),
            // Stock gives whole lines only.
            stdout: run.stdout().trim_end().to_owned(),
            result: results.join("\n"),
            errors,
            code,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.failed { "failed" } else { "ok" };
        write!(f, "{how}, printed {:?}, result {:?}", self.stdout, self.result)?;
        if !self.errors.is_empty() {
            write!(f, ", errors {:?} {:?}", self.code, self.errors)?;
        }
        Ok(())
    }
}

/// The first code such as `E0308` in brackets.
fn error_code(text: &str) -> Option<String> {
    text.split("[E").skip(1).find_map(|rest| {
        let digits = rest.split(']').next()?;
        (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| format!("E{digits}"))
    })
}
