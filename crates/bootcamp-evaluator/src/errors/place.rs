//! Finds the line of a cell for a line of the code that evcxr generates.
//!
//! evcxr copies each statement and item of a cell, in whole lines, into the file that it compiles;
//! the file also has the items of earlier cells. So a generated line is looked up among the lines
//! of the cells, and its neighbours decide if the line is in several places.

use crate::cell::Cell;
use std::collections::VecDeque;

/// How many cells are remembered: their text and what was generated for them.
const REMEMBERED: usize = 500;

/// The cells that ran, with the code generated for each.
#[derive(Debug, Default)]
pub(crate) struct Places {
    cells: VecDeque<Remembered>,
}

#[derive(Debug)]
struct Remembered {
    number: usize,
    cell: Cell,
    generated: String,
}

/// A line of a cell, from 1.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) cell: &'a Cell,
    pub(super) line: usize,
    /// The number of characters of the line before the compiled part: evcxr puts each of several
    /// statements on one line on a line of its own.
    pub(super) shift: usize,
}

impl Places {
    pub(crate) fn record(&mut self, number: usize, cell: &Cell, generated: String) {
        if self.cells.len() == REMEMBERED {
            self.cells.pop_front();
        }
        self.cells.push_back(Remembered { number, cell: cell.clone(), generated });
    }

    /// Returns the line of a cell from which line `line` (from 1) of the generated code of cell
    /// `number` was made.
    pub(super) fn find(&self, number: usize, line: usize) -> Option<Place<'_>> {
        let compiled = self.cells.iter().rev().find(|entry| entry.number == number)?;
        let generated: Vec<&str> = compiled.generated.lines().map(str::trim).collect();
        let index = line.checked_sub(1)?;
        if generated.get(index)?.is_empty() {
            return None;
        }
        // The newest cell comes first: if two cells define the same item, the later one counts.
        let earlier = self.cells.iter().rev().skip_while(|entry| entry.number != number);
        let mut best: Option<(usize, Place<'_>)> = None;
        for entry in earlier {
            let lines: Vec<&str> = entry.cell.code.lines().map(str::trim).collect();
            let Some((run, found)) = best_match(&generated, index, &lines) else { continue };
            if best.as_ref().is_none_or(|(longest, _)| run > *longest) {
                best = Some((run, Place { cell: &entry.cell, line: found + 1, shift: 0 }));
            }
        }
        best.map(|(_, place)| place).or_else(|| compiled.find_inside(&generated, index))
    }
}

impl Remembered {
    /// Returns the part of a line of this cell that became a whole generated line.
    fn find_inside(&self, generated: &[&str], index: usize) -> Option<Place<'_>> {
        let text = generated[index];
        let mut places = self.cell.code.lines().enumerate().flat_map(|(number, line)| {
            line.match_indices(text).map(move |(at, _)| Place {
                cell: &self.cell,
                line: number + 1,
                shift: line[..at].chars().count(),
            })
        });
        let before = generated[..index].iter().filter(|line| **line == text).count();
        places.nth(before)
    }
}

/// Returns how many lines in a row fit, and the line of `lines` that fits `generated[index]` best.
/// Of equally good lines, the n-th belongs to the n-th in the generated code.
fn best_match(generated: &[&str], index: usize, lines: &[&str]) -> Option<(usize, usize)> {
    let run = |at: usize, line: usize| {
        let above = generated[..at].iter().rev().zip(lines[..line].iter().rev());
        let below = generated[at..].iter().zip(&lines[line..]);
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        above.take_while(same).count() + below.take_while(same).count()
    };
    let text = generated[index];
    let candidates: Vec<(usize, usize)> = (0..lines.len())
        .filter(|line| lines[*line] == text)
        .map(|line| (run(index, line), line))
        .collect();
    let longest = candidates.iter().map(|(run, _)| *run).max()?;
    let equal: Vec<usize> =
        candidates.iter().filter(|(run, _)| *run == longest).map(|(_, line)| *line).collect();
    let before = (0..index)
        .filter(|at| generated[*at] == text && equal.iter().any(|line| run(*at, *line) == longest))
        .count();
    Some((longest, equal[before.min(equal.len() - 1)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(cells: &[(&str, &str)]) -> Places {
        let mut places = Places::default();
        for (index, (code, generated)) in cells.iter().enumerate() {
            let label = (index + 1).to_string();
            let cell = Cell { code: (*code).to_owned(), written: (*code).to_owned(), label };
            places.record(index + 1, &cell, (*generated).to_owned());
        }
        places
    }

    fn found(places: &Places, number: usize, line: usize) -> Option<(String, usize)> {
        places.find(number, line).map(|place| (place.cell.label.clone(), place.line))
    }

    #[test]
    fn a_line_of_the_same_cell() {
        let places = places(&[(
            "let a = 1;\n\nassert!(a > 1);",
            "generated\nlet a = 1;\nassert!(a > 1);\nend",
        )]);
        assert_eq!(found(&places, 1, 3), Some(("1".to_owned(), 3)));
        assert_eq!(found(&places, 1, 1), None);
        assert_eq!(found(&places, 1, 99), None);
        assert_eq!(found(&places, 7, 1), None);
    }

    #[test]
    fn a_line_of_a_function_of_an_earlier_cell() {
        let places = places(&[
            ("fn f() {\n    panic!(\"x\");\n}", "fn f() {\n    panic!(\"x\");\n}"),
            ("f();", "fn f() {\n    panic!(\"x\");\n}\nwrapper {\nf();\n}"),
        ]);
        assert_eq!(found(&places, 2, 2), Some(("1".to_owned(), 2)));
        assert_eq!(found(&places, 2, 5), Some(("2".to_owned(), 1)));
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_neighbours_or_their_order() {
        let code = "if a {\n    boom();\n}\nif b {\n    boom();\n}\nboom();\nboom();";
        let generated = "x\nif a {\n    boom();\n}\nif b {\n    boom();\n}\nboom();\nboom();\ny";
        let places = places(&[(code, generated)]);
        for (line, expected) in [(3, 2), (6, 5), (8, 7), (9, 8)] {
            assert_eq!(found(&places, 1, line), Some(("1".to_owned(), expected)));
        }
    }

    #[test]
    fn statements_that_share_a_line() {
        let places =
            places(&[("let ä = 1; boom(); boom();", "start\nlet ä = 1;\nboom();\nboom();\nend")]);
        let at = |line| places.find(1, line).map(|place| (place.line, place.shift));
        assert_eq!([at(3), at(4), at(5)], [Some((1, 11)), Some((1, 19)), None]);
    }

    #[test]
    fn statements_that_evcxr_moved_apart_keep_their_order() {
        let places = places(&[(
            "boom();\nfn f() {}\nboom();",
            "fn f() {}\nstart\nboom();\nstore\nboom();\nend",
        )]);
        assert_eq!(found(&places, 1, 3), Some(("1".to_owned(), 1)));
        assert_eq!(found(&places, 1, 5), Some(("1".to_owned(), 3)));
    }
}
