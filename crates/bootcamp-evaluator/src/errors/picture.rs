//! A cell's lines with marks under them, as the compiler draws them.

use std::ops::Range;

use ariadne::{Color, Config, IndexType, Label, Report as Picture, ReportKind, sources};

use super::colours::joined;
use crate::cell::Cell;

/// A part of a cell that a message is about: its characters (not bytes) and the message.
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// Draws the cell's lines with marks under them.
pub(super) fn draw(
    kind: ReportKind<'_>,
    code: Option<&str>,
    message: &str,
    cell: &Cell,
    marks: &[Mark],
    note: Option<&str>,
) -> Vec<String> {
    const COLORS: [Color; 4] = [Color::Red, Color::Blue, Color::Magenta, Color::Green];
    let name = cell.label.clone();
    let anchor = marks.first().map_or(0..0, |mark| as_written(cell, &mark.range));
    let mut picture = Picture::build(kind, (name.clone(), anchor))
        .with_config(Config::default().with_index_type(IndexType::Char))
        .with_message(message);
    if let Some(code) = code {
        picture = picture.with_code(code);
    }
    for (mark, color) in marks.iter().zip(COLORS.iter().cycle()) {
        let label = Label::new((name.clone(), as_written(cell, &mark.range))).with_color(*color);
        let text = if mark.text.is_empty() { "here" } else { &mark.text };
        picture = picture.with_label(label.with_message(text));
    }
    if let Some(note) = note {
        picture = picture.with_note(note);
    }
    let mut text = Vec::new();
    let drawn = picture.finish().write(sources([(name, cell.written.as_str())]), &mut text);
    if drawn.is_err() {
        return vec![message.to_owned()];
    }
    String::from_utf8_lossy(&text).lines().map(joined).collect()
}

/// Returns the same part in the text that the user wrote. A line that was not Rust is marked as a
/// whole.
fn as_written(cell: &Cell, range: &Range<usize>) -> Range<usize> {
    let place = |offset: usize| {
        let mut before = offset;
        let mut start = 0;
        let mut written = cell.written.split('\n');
        for line in cell.code.split('\n') {
            let own = written.next().unwrap_or("");
            let (length, own_length) = (line.chars().count(), own.chars().count());
            if before <= length {
                let indent = own_length - own.trim_start().chars().count();
                let whole = start + indent..start + own.trim_end().chars().count().max(indent);
                return if own == line { start + before..start + before } else { whole };
            }
            before -= length + 1;
            start += own_length + 1;
        }
        let end = cell.written.chars().count();
        end..end
    };
    // The code that a magic adds may have more lines than the cell.
    let end = cell.written.chars().count();
    let start = place(range.start).start.min(end);
    start..place(range.end.max(range.start)).end.clamp(start, end)
}

/// Returns the character offset of a line and column. Both count from 1; columns are characters.
pub(super) fn offset_of(code: &str, line: usize, column: usize) -> usize {
    let before: usize = code
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(|line| line.chars().count())
        .sum();
    before + column.saturating_sub(1)
}
