//! `%who` and `%whos`: show the variables.

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Bundle;
use bootcamp_protocol::table::Table;

use super::{Call, Form, Magic, Session, usage_error};
use crate::session::Described;

/// The magic that shows names and types.
#[derive(Debug)]
pub(super) struct Who;

/// The magic that shows names, types, sizes and values.
#[derive(Debug)]
pub(super) struct Whos;

impl Magic for Who {
    fn name(&self) -> &'static str {
        "who"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%who\n\nShows the variables and their types. `%whos` shows sizes and values, too."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        check(call)?;
        show(&session.named_variables(), names, session);
        Ok(())
    }
}

impl Magic for Whos {
    fn name(&self) -> &'static str {
        "whos"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%whos\n\n\
         Shows the variables with types, sizes and values. The size is that of the variable itself, \
         in bytes. A collection also has a length (of text: in bytes) and the bytes that it has \
         allocated, as far as they are known: without what its elements own. The value is the \
         begin of its debug format; `-` stands for a type that has none."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        check(call)?;
        let variables = session.describe_variables()?;
        show(&variables, details, session);
        Ok(())
    }
}

fn check(call: &Call) -> Result<(), Failure> {
    if call.arguments.is_empty() {
        return Ok(());
    }
    let why =
        format!("`{}` takes no `{}`: it shows all variables", call.spelling(), call.arguments);
    Err(usage_error(&why))
}

fn show(variables: &[Described], table: fn(&[Described]) -> Bundle, session: &Session<'_>) {
    if variables.is_empty() {
        session.print("No variables.\n");
    } else {
        session.show(table(variables));
    }
}

fn names(variables: &[Described]) -> Bundle {
    let rows = variables.iter();
    let table = Table::new().left("Variable").left("Type");
    rows.fold(table, |table, variable| table.row([&variable.name[..], &variable.kind])).bundle()
}

fn details(variables: &[Described]) -> Bundle {
    let table = Table::new()
        .left("Variable")
        .left("Type")
        .right("Size")
        .right("Length")
        .right("Allocated")
        .left("Value");
    let number = |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
    let row = |table: Table, variable: &Described| {
        let seen = variable.seen.as_ref();
        table.row([
            variable.name.clone(),
            variable.kind.clone(),
            number(seen.map(|seen| seen.size)),
            number(seen.and_then(|seen| seen.length)),
            number(seen.and_then(|seen| seen.heap)),
            variable.preview().to_owned(),
        ])
    };
    variables.iter().fold(table, row).bundle()
}
