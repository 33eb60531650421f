//! Pictures of the compiler's errors about a cell.

use ariadne::ReportKind;
use bootcamp_syntax::cell::first_error;
use evcxr::CompilationError;

use super::advice;
use super::colours::sentence;
use super::known::Known;
use super::picture::{Mark, draw, offset_of};
use crate::cell::Cell;
use crate::failure::Failure;

/// The note about an error in the code that evcxr adds around a cell.
const NO_PLACE: &str = "the cell ends too early: look for a missing `}`, `)`, `\"` or expression";

/// Returns the failure for errors of the compiler, with one picture for each error.
pub(super) fn of_compilation(
    errors: &[CompilationError],
    cell: &Cell,
    known: &Known<'_>,
) -> Failure {
    // Warnings come together with errors, and only distract from them.
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let first = errors().find(|error| error.is_from_user_code()).or(errors().next());
    let ename = first.and_then(|error| error.code()).unwrap_or("CompileError").to_owned();
    let evalue = sentence(&first.map(CompilationError::message).unwrap_or_default());
    if evalue.is_empty() {
        return of_nothing(cell);
    }
    let mut traceback = Vec::new();
    for error in errors() {
        traceback.extend(draw_compilation(error, cell, known));
    }
    Failure { ename, evalue, traceback }
}

fn draw_compilation(error: &CompilationError, cell: &Cell, known: &Known<'_>) -> Vec<String> {
    // The place that the error is about comes first; it names the picture's line.
    let mut messages: Vec<_> = error.spanned_messages().iter().collect();
    messages.sort_by_key(|message| !message.is_primary);
    let hints = error.help_spanned().iter().filter(|hint| hint.span.is_some());
    let own = messages.len();
    let message_text = error.message();
    let is_far_fetched = |text: &str| advice::is_far_fetched(&message_text, text);
    // A hint without a place in the cell is about code that the author of the cell does not see.
    messages.extend(hints);
    let mut marks = Vec::new();
    let mut notes: Vec<String> = error.help().iter().map(|help| help_line(help)).collect();
    notes.retain(|note| !is_far_fetched(note));
    for message in &messages {
        if is_far_fetched(&message.label) {
            continue;
        }
        match &message.span {
            Some(span) => marks.push(Mark {
                range: offset_of(&cell.code, span.start_line, span.start_column)
                    ..offset_of(&cell.code, span.end_line, span.end_column),
                text: message.label.clone(),
            }),
            None if message.label.is_empty() => {}
            None => notes.push(message.label.clone()),
        }
    }
    let lacks_mut = match error.code() {
        Some("E0384") => true,
        Some("E0596") => error.message().contains("not declared as mutable"),
        _ => false,
    };
    if messages.len() == own && lacks_mut {
        notes
            .push("a variable of an earlier cell becomes mutable with `let mut x = x;`".to_owned());
    }
    notes.extend(error.evcxr_extra_hint().map(str::to_owned));
    if marks.is_empty() {
        match mark_by_text(error, cell) {
            Some(mark) => marks.push(mark),
            None => notes.push(NO_PLACE.to_owned()),
        }
    }
    let notes = advice::advised(error, &notes, &cell.code, known);
    let note = (!notes.is_empty()).then(|| notes.join("\n"));
    draw(ReportKind::Error, error.code(), &error.message(), cell, &marks, note.as_deref())
}

/// Finds the line of an error that evcxr does not trace to the cell, such as one about a
/// brace that is never closed, by the text that the compiler quotes.
fn mark_by_text(error: &CompilationError, cell: &Cell) -> Option<Mark> {
    let spans = error.json["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true).or(spans.first())?;
    let quoted = span["text"][0]["text"].as_str()?.trim();
    let index = cell.code.lines().position(|line| !quoted.is_empty() && line.trim() == quoted)?;
    let line_start = offset_of(&cell.code, index + 1, 1);
    let text = cell.code.lines().nth(index)?;
    let start = line_start + text.chars().take_while(|c| c.is_whitespace()).count();
    let end = line_start + text.trim_end().chars().count();
    let label = span["label"].as_str().unwrap_or("here").to_owned();
    Some(Mark { range: start..end, text: label })
}

/// Puts a replacement of one line behind the help that suggests it. evcxr puts it two lines below.
fn help_line(help: &str) -> String {
    match help.split_once("\n\n") {
        Some((text, code)) if code.trim().is_empty() => text.to_owned(),
        Some((text, code)) if !code.contains('\n') => format!("{text}: `{code}`"),
        _ => help.to_owned(),
    }
}

/// Returns the failure of a cell for which neither evcxr nor the compiler gives a reason.
fn of_nothing(cell: &Cell) -> Failure {
    if let Some((range, message)) = first_error(&cell.code) {
        let start = cell.code[..range.start].chars().count();
        let end = start + cell.code[range].chars().count();
        let mark = Mark { range: start..end, text: "here".to_owned() };
        let kind = ReportKind::Error;
        let traceback = draw(kind, None, &message, cell, &[mark], None);
        return Failure { ename: "CompileError".to_owned(), evalue: message, traceback };
    }
    let why = "the cell does not compile, and the compiler gives no reason: run parts of it in \
               cells of their own";
    Failure::plain("CompileError", why)
}
