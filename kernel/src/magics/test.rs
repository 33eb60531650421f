//! `%%test`: runs the tests of a cell.

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Verdict;

use super::rust::only_rust;
use super::test_table::{Row, table};
use super::{Call, Form, Magic, Session, cell_tests, usage_error};

#[derive(Debug)]
pub(super) struct Test;

/// The number of failed tests whose lines are shown.
const DRAWN: usize = 5;

impl Magic for Test {
    fn name(&self) -> &'static str {
        "test"
    }

    fn form(&self) -> Form {
        Form::Cell
    }

    fn help(&self) -> &'static str {
        "%%test\n\n\
         Runs the `#[test]` functions of the cell and shows how each one ended. They run one \
         after the other, so that what they print is in order; `#[should_panic]`, `#[ignore]`, \
         tests that return a `Result` and `#[cfg(test)] mod tests` are as with `cargo test`. \
         Functions and types of earlier cells are in scope, and those of the cell stay. A test \
         that fails makes the cell an error."
    }

    fn takes_code(&self) -> bool {
        true
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        if !call.arguments.is_empty() {
            let why = format!("`%%test` takes no `{}`: the tests go below it", call.arguments);
            return Err(usage_error(&why));
        }
        let code = only_rust(&call.body_code(), session, "%%test")?;
        let tests = cell_tests::find(&code).map_err(|why| usage_error(&why))?;
        let Some(tests) = tests else {
            let why = "there is no test in the cell: write `#[test]` above a function without \
                       parameters";
            return Err(usage_error(why));
        };
        // The statement is on the magic's own line.
        let (above, below) = tests.code.split_at((call.line + 1).min(tests.code.len()));
        let above = above.strip_suffix('\n').unwrap_or(above);
        let result = session.run_code(&format!("{above}{}\n{below}", tests.statement));
        let rows: Vec<Row<'_>> =
            session.tests().iter().map(|tested| Row::new(tested, session)).collect();
        if rows.is_empty() {
            return result;
        }
        session.show(table(&rows));
        result.and_then(|()| check_outcomes(session))
    }
}

/// Returns the failure of the cell, if tests failed.
fn check_outcomes(session: &Session<'_>) -> Result<(), Failure> {
    let tests = session.tests();
    let ran = tests.iter().filter(|tested| !matches!(tested.verdict, Verdict::Ignored(_))).count();
    let failed: Vec<_> =
        tests.iter().filter(|tested| matches!(tested.verdict, Verdict::Failed { .. })).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let plural = if ran == 1 { "" } else { "s" };
    let why = format!("{} of {ran} test{plural} failed", failed.len());
    let mut failure = Failure::plain("TestFailure", &why);
    for tested in failed.iter().take(DRAWN) {
        if let Verdict::Failed { message, panic } = &tested.verdict {
            let drawn = panic.as_ref().map(|panic| session.failure_of(panic).traceback);
            let lines = drawn.unwrap_or_else(|| vec![message.clone()]);
            failure = failure.with_note(&format!("\n{}:\n{}", tested.name, lines.join("\n")));
        }
    }
    if failed.len() > DRAWN {
        failure = failure.with_note(&format!("\nand {} more", failed.len() - DRAWN));
    }
    Err(failure)
}
