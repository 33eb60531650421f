//! Failures for panics and failed `?`s that the child reports.

use ariadne::{Color, ReportKind};

use super::picture::{Mark, draw, offset_of};
use super::place::{Place, Places};
use crate::child::Report;
use crate::compiler;
use crate::evcxr_words::generated::FUNCTION_NAME;
use crate::failure::Failure;
use crate::type_name;

/// What a panic or a failed `?` looks like.
pub(crate) fn of_report(report: &Report, places: &Places) -> Failure {
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

/// Returns a note with the user's own functions on the way to a panic, or `None` if there is none.
fn calls_note(report: &Report) -> Option<String> {
    const MOST: usize = 8;
    let mut calls: Vec<(String, usize)> = Vec::new();
    for call in &report.calls {
        // This is the function into which evcxr puts the cell's own code.
        if call.starts_with(FUNCTION_NAME) {
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
pub(crate) fn note_of_report(report: &Report, places: &Places) -> String {
    let what = if report.in_cell_thread { "a caught panic" } else { "a thread panicked" };
    format!("{what} at {}:\n{}\n", place_of_report(report, places), report.message)
}

/// Where a panic was: a line of a cell, or of a library.
pub(crate) fn place_of_report(report: &Report, places: &Places) -> String {
    match find(report, places) {
        Some(place) => format!("{}, line {}", place.cell.label, place.line),
        None => format!("{}:{}:{}", report.file, report.line, report.column),
    }
}

fn find<'a>(report: &Report, places: &'a Places) -> Option<Place<'a>> {
    places.find(compiler::cell_of_file(&report.file)?, report.line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use crate::errors::colours::plain;

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
