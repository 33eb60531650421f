//! The failure that explains best why a cell was not run.

use ariadne::{Color, ReportKind};
use bootcamp_syntax::command::start_of_rust;
use bootcamp_syntax::completeness::{Gap, Lack, gap};
use evcxr::CompilationError;

use super::colours::sentence;
use super::compilation::of_compilation;
use super::known::Known;
use super::picture::{Mark, draw, offset_of};
use super::unkept::{self, ClosurePlace, closure_failure};
use crate::cell::Cell;
use crate::failure::Failure;
use crate::log;

/// Why a cell was not run. `hover` says what rust-analyzer knows of the name at the end of code.
pub(crate) fn explained(
    error: &evcxr::Error,
    cell: &Cell,
    known: &Known<'_>,
    hover: impl FnMut(&str) -> String,
) -> Failure {
    let (errors, text) = match error {
        evcxr::Error::CompilationErrors(errors) => (&errors[..], String::new()),
        error => (&[][..], error.to_string()),
    };
    let is_mute = errors.iter().all(|error| error.message().trim().is_empty());
    let has_rust = start_of_rust(&cell.code) < cell.code.len();
    if text.is_empty() && is_mute && !has_rust {
        return Failure::plain("Error", "the command has nothing to show");
    }
    if let Some(gap) = gap(&cell.code)
        && are_of_syntax(errors)
    {
        return of_gap(&gap, cell);
    }
    if let Some(place) = place_of_closure(errors, &text, cell)
        && let Some(failure) = closure_failure(cell, &place, known.variables, hover)
    {
        return failure;
    }
    if text.is_empty() { of_compilation(errors, cell, known) } else { of_evcxr(&text) }
}

/// What an error of evcxr's own looks like. Where cargo failed without an error of the
/// compiler, what cargo wrote is all that is of use.
pub(crate) fn of_evcxr(text: &str) -> Failure {
    let message =
        text.strip_prefix("Compilation failed, but no parsable errors were found. STDERR:\n");
    let message = message
        .and_then(|message| message.split_once("\nSTDOUT:"))
        .map(|(message, _)| message.trim());
    let message = message.filter(|message| !message.is_empty()).unwrap_or(text);
    if let Some(failure) = unkept::of_evcxr(message) {
        return failure;
    }
    let message = message.strip_prefix(&format!("{}: cargo: ", log::program())).unwrap_or(message);
    Failure { evalue: sentence(message), ..Failure::plain("Error", message) }
}

/// Says whether these errors are typical of code that ends too early: they are about its grammar,
/// or about no place in it.
fn are_of_syntax(errors: &[CompilationError]) -> bool {
    const UNTERMINATED: [&str; 5] = ["E0748", "E0758", "E0762", "E0765", "E0766"];
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let is_cut_off = |error: &CompilationError| match error.code() {
        Some(code) => UNTERMINATED.contains(&code) || error.message().contains("<end of input>"),
        None => true,
    };
    errors().any(is_cut_off) || errors().next().is_some() && !errors().any(has_place)
}

/// Says whether an error points into the cell.
fn has_place(error: &CompilationError) -> bool {
    error.spanned_messages().iter().any(|message| message.span.is_some())
}

/// Returns which closure could not be kept, if that may be the reason of the failure.
fn place_of_closure(errors: &[CompilationError], text: &str, cell: &Cell) -> Option<ClosurePlace> {
    const BORROWS: &str = "E0373";
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let Some(error) = errors().next() else {
        let name = text.contains("is a closure").then(|| text.split('`').nth(1)).flatten();
        let any = text.is_empty().then_some(ClosurePlace::Any);
        return name.map(|name| ClosurePlace::Named(name.to_owned())).or(any);
    };
    // For a closure, the error has no text, or is about the code that evcxr adds around the cell.
    if !errors().any(has_place) {
        return Some(ClosurePlace::Any);
    }
    let messages = error.spanned_messages();
    let message = messages.iter().find(|message| message.is_primary)?;
    let span = message.span.filter(|_| error.code() == Some(BORROWS))?;
    Some(ClosurePlace::Around(offset_of(&cell.code, span.start_line, span.start_column)))
}

/// Returns the failure for code that ends too early.
fn of_gap(gap: &Gap, cell: &Cell) -> Failure {
    const NAME: &str = "IncompleteCell";
    let part = &cell.code[gap.range.clone()];
    let (what, label) = match gap.lack {
        Lack::Bracket(closing) => {
            (format!("`{part}` is never closed: a `{closing}` is missing"), "opened here")
        }
        Lack::String => {
            let end: String = part.chars().skip_while(|c| c.is_alphabetic()).collect();
            let hashes = "#".repeat(end.len() - end.trim_start_matches('#').len());
            (format!("a string has no end: a `\"{hashes}` is missing"), "it begins here")
        }
        Lack::Comment => ("a comment has no end: a `*/` is missing".to_owned(), "it begins here"),
        Lack::Semicolon => (format!("a `;` is missing after `{part}`"), "here"),
        Lack::Statement => {
            (format!("the cell ends after `{part}`, where more has to follow"), "here")
        }
    };
    let start = cell.code[..gap.range.start].chars().count();
    let range = start..start + part.chars().count();
    let kind = ReportKind::Custom(NAME, Color::Red);
    let mark = Mark { range, text: label.to_owned() };
    let traceback = draw(kind, None, &what, cell, &[mark], None);
    Failure { ename: NAME.to_owned(), evalue: what, traceback }
}
