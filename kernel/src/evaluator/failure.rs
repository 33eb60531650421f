//! Why a cell failed, as Jupyter shows it.

use ariadne::{Color, ReportKind};
use bootcamp_syntax::cell::first_error;
use bootcamp_syntax::completeness::{Gap, Lack};
use evcxr::CompilationError;
use serde::{Deserialize, Serialize};

use super::colours::plain;
use super::gone::Gone;
use super::picture::{Mark, draw, offset_of};
use super::place::{Place, Places};
use super::{Cell, advice, unkept};
use crate::child::Report;
use crate::compiler;
use crate::type_name;

/// The content of an `error` reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) ename: String,
    pub(crate) evalue: String,
    /// What people see: lines, with ANSI colours.
    pub(crate) traceback: Vec<String>,
}

/// Said of an error in what evcxr adds around a cell.
const NO_PLACE: &str = "the cell ends too early: look for a missing `}`, `)`, `\"` or expression";

impl Failure {
    /// A failure without a place in a cell.
    pub(crate) fn plain(ename: &str, evalue: &str) -> Self {
        let traceback = vec![format!("\u{1b}[31m{ename}:\u{1b}[0m {evalue}")];
        Self { ename: ename.to_owned(), evalue: evalue.to_owned(), traceback }
    }

    /// The failure of a cell that was stopped.
    pub(crate) fn interrupted() -> Self {
        Self::plain("Interrupted", "the cell was interrupted")
    }

    /// Adds a line that says what follows from the failure.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.traceback.push(note.to_owned());
        self
    }
}

/// What an error of evcxr's own looks like. Where cargo failed without an error of the
/// compiler, what cargo said is all that is of use.
pub(super) fn of_evcxr(text: &str) -> Failure {
    let said =
        text.strip_prefix("Compilation failed, but no parsable errors were found. STDERR:\n");
    let said = said.and_then(|said| said.split_once("\nSTDOUT:")).map(|(said, _)| said.trim());
    let said = said.filter(|said| !said.is_empty()).unwrap_or(text);
    if let Some(failure) = unkept::of_evcxr(said) {
        return failure;
    }
    let said = said.strip_prefix("bootcamp-kernel: cargo: ").unwrap_or(said);
    Failure { evalue: sentence(said), ..Failure::plain("Error", said) }
}

/// The first paragraph of a text, on one line and without colours.
fn sentence(text: &str) -> String {
    let text = plain(text.trim());
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let line = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

/// Whether errors of the compiler are of the kind that code has which is cut off: about its
/// grammar, or about no place in it.
pub(super) fn are_of_syntax(errors: &[CompilationError]) -> bool {
    const UNTERMINATED: [&str; 5] = ["E0748", "E0758", "E0762", "E0765", "E0766"];
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let is_cut_off = |error: &CompilationError| match error.code() {
        Some(code) => UNTERMINATED.contains(&code) || error.message().contains("<end of input>"),
        None => true,
    };
    errors().any(is_cut_off) || errors().next().is_some() && !errors().any(has_place)
}

/// Whether an error points into the cell.
fn has_place(error: &CompilationError) -> bool {
    error.spanned_messages().iter().any(|message| message.span.is_some())
}

/// Which closure of a cell was to be kept.
#[derive(Debug)]
pub(super) enum ClosurePlace {
    /// The one of this name.
    Named(String),
    /// The one around this character.
    Around(usize),
    Any,
}

/// Which closure was to be kept, if what went wrong may be that.
pub(super) fn place_of_closure(
    errors: &[CompilationError],
    text: &str,
    cell: &Cell,
) -> Option<ClosurePlace> {
    const BORROWS: &str = "E0373";
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let Some(error) = errors().next() else {
        let name = text.contains("is a closure").then(|| text.split('`').nth(1)).flatten();
        let any = text.is_empty().then_some(ClosurePlace::Any);
        return name.map(|name| ClosurePlace::Named(name.to_owned())).or(any);
    };
    // Such an error says nothing, or is about what evcxr adds around the cell.
    if !errors().any(has_place) {
        return Some(ClosurePlace::Any);
    }
    let messages = error.spanned_messages();
    let message = messages.iter().find(|message| message.is_primary)?;
    let span = message.span.filter(|_| error.code() == Some(BORROWS))?;
    Some(ClosurePlace::Around(offset_of(&cell.code, span.start_line, span.start_column)))
}

/// What code looks like that ends too early.
pub(super) fn of_gap(gap: &Gap, cell: &Cell) -> Failure {
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

/// Said where neither evcxr nor the compiler gives a reason.
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

/// What a panic or a failed `?` looks like.
pub(super) fn of_report(report: &Report, places: &Places) -> Failure {
    let ename = type_name::short(&report.kind);
    let Some(place) = find(report, places) else {
        let mut note = format!("  at {}:{}:{}", report.file, report.line, report.column);
        note.extend(calls_note(report).map(|calls| format!("\n  {calls}")));
        return Failure::plain(&ename, &report.message).with_note(&note);
    };
    let text = place.cell.code.lines().nth(place.line - 1).unwrap_or("");
    let start = (place.shift + report.column - 1).min(text.chars().count());
    let end = text.trim_end().chars().count().max(start);
    let line_start = offset_of(&place.cell.code, place.line, 1);
    let mark = Mark { range: line_start + start..line_start + end, text: "here".to_owned() };
    let kind = ReportKind::Custom(&ename, Color::Red);
    let note = calls_note(report);
    let traceback = draw(kind, None, &report.message, place.cell, &[mark], note.as_deref());
    Failure { ename, evalue: report.message.clone(), traceback }
}

/// The person's own functions on the way to a panic; `None` where there is none.
fn calls_note(report: &Report) -> Option<String> {
    const MOST: usize = 8;
    let mut calls: Vec<(String, usize)> = Vec::new();
    for call in &report.calls {
        // What evcxr puts the cell's own code into.
        if call.starts_with("run_user_code_") {
            continue;
        }
        let name = match call.split_once("::{{closure}}") {
            Some((name, _)) => format!("a closure in `{name}`"),
            None => format!("`{call}`"),
        };
        match calls.last_mut() {
            Some((last, times)) if *last == name => *times += 1,
            _ => calls.push((name, 1)),
        }
    }
    let shown = calls.iter().take(MOST).map(|(name, times)| match times {
        1 => name.clone(),
        _ => format!("{name} ({times} times)"),
    });
    let mut chain: Vec<String> = shown.collect();
    if calls.len() > MOST {
        chain.push("others".to_owned());
    }
    (!chain.is_empty()).then(|| format!("in {}, called by the cell", chain.join(", called by ")))
}

/// A line or two about a panic that did not end the cell.
pub(super) fn note_of_report(report: &Report, places: &Places) -> String {
    let what = if report.in_cell_thread { "a caught panic" } else { "a thread panicked" };
    format!("{what} at {}:\n{}\n", place_of_report(report, places), report.message)
}

/// Where a panic was: a line of a cell, or of a library.
pub(super) fn place_of_report(report: &Report, places: &Places) -> String {
    match find(report, places) {
        Some(place) => format!("{}, line {}", place.cell.label, place.line),
        None => format!("{}:{}:{}", report.file, report.line, report.column),
    }
}

fn find<'a>(report: &Report, places: &'a Places) -> Option<Place<'a>> {
    places.find(compiler::cell_of_file(&report.file)?, report.line)
}

/// What errors of the compiler look like: one picture each.
pub(super) fn of_compilation(errors: &[CompilationError], cell: &Cell, gone: &Gone) -> Failure {
    // Warnings come along with errors; beside one they only distract.
    let errors = || errors.iter().filter(|error| error.level() != "warning");
    let first = errors().find(|error| error.is_from_user_code()).or(errors().next());
    let ename = first.and_then(|error| error.code()).unwrap_or("CompileError").to_owned();
    let evalue = sentence(&first.map(CompilationError::message).unwrap_or_default());
    if evalue.is_empty() {
        return of_nothing(cell);
    }
    let mut traceback = Vec::new();
    for error in errors() {
        traceback.extend(draw_compilation(error, cell, gone));
    }
    Failure { ename, evalue, traceback }
}

fn draw_compilation(error: &CompilationError, cell: &Cell, gone: &Gone) -> Vec<String> {
    // The place that the error is about comes first; it names the picture's line.
    let mut messages: Vec<_> = error.spanned_messages().iter().collect();
    messages.sort_by_key(|message| !message.is_primary);
    let hints = error.help_spanned().iter().filter(|hint| hint.span.is_some());
    let own = messages.len();
    let message_text = error.message();
    let is_far_fetched = |text: &str| advice::is_far_fetched(&message_text, text);
    // A hint without a place in the cell is about code that nobody sees here.
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
    let notes = advice::advised(error, &notes, &cell.code, gone);
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

/// evcxr puts a suggested replacement two lines below its help; one of one line reads
/// better behind it.
fn help_line(help: &str) -> String {
    match help.split_once("\n\n") {
        Some((text, code)) if code.trim().is_empty() => text.to_owned(),
        Some((text, code)) if !code.contains('\n') => format!("{text}: `{code}`"),
        _ => help.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_points_at_its_line_also_after_wide_characters() {
        let code = "let ä = \"日本\";\nassert_eq!(1, 2);";
        let cell = Cell { code: code.into(), written: code.into(), label: "cell [3]".to_owned() };
        let mut places = Places::default();
        places.record(8, &cell, format!("x\n{code}\ny"));
        let report = Report {
            kind: "panic".to_owned(),
            message: "assertion `left == right` failed".to_owned(),
            file: "cell-8/lib.rs".to_owned(),
            line: 3,
            column: 1,
            in_cell_thread: true,
            calls: ["f::{{closure}}", "f", "g", "g", "run_user_code_8"].map(str::to_owned).to_vec(),
        };
        let failure = of_report(&report, &places);
        assert_eq!(
            (failure.ename.as_str(), failure.evalue.as_str()),
            ("panic", "assertion `left == right` failed")
        );
        let text = plain(&failure.traceback.join("\n"));
        assert!(text.contains("panic: assertion `left == right` failed"), "{text}");
        assert!(text.contains("cell [3]:2:1"), "{text}");
        assert!(text.contains("assert_eq!(1, 2);"), "{text}");
        let calls =
            "in a closure in `f`, called by `f`, called by `g` (2 times), called by the cell";
        assert!(text.contains(calls), "{text}");
    }

    #[test]
    fn a_panic_of_a_library_names_its_file() {
        let report = Report {
            kind: "panic".to_owned(),
            message: "index out of bounds".to_owned(),
            file: "some/library.rs".to_owned(),
            line: 7,
            column: 9,
            in_cell_thread: true,
            calls: Vec::new(),
        };
        let failure = of_report(&report, &Places::default());
        assert!(plain(&failure.traceback.join("\n")).contains("at some/library.rs:7:9"));
    }
}
