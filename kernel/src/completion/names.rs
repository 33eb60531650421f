//! The names that cells have defined so far. They serve completion while a cell runs, because
//! evcxr, which knows more, is busy then.

use std::collections::{BTreeMap, BTreeSet};

use bootcamp_evaluator::{Completion, Completions};
use bootcamp_syntax::cursor::{is_qualified, name_at};
use bootcamp_syntax::outline::{KEYWORDS, outline};

/// The length at which the line of a definition is cut off.
const LONGEST_LINE: usize = 200;

/// The definition of a name.
#[derive(Clone, Debug, PartialEq)]
struct Definition {
    kind: &'static str,
    /// The line that defines it.
    line: String,
    /// The number of the cell.
    cell: usize,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, Definition>,
}

impl Names {
    /// Records the definitions of a cell that ran.
    pub(super) fn note(&mut self, code: &str, cell: usize) {
        for entry in outline(code, false) {
            let line = line_at(code, entry.start);
            self.known.insert(entry.name.to_owned(), Definition { kind: entry.kind, line, cell });
        }
    }

    /// Returns the names that fit at a byte offset. There are none after a dot or a `::`.
    pub(super) fn completions(&self, code: &str, offset: usize) -> Completions {
        let name = name_at(code, offset);
        let prefix = &code[name.start..offset];
        if prefix.is_empty() {
            return Completions { names: Vec::new(), range: offset..offset };
        }
        let mut found = BTreeSet::new();
        if !is_qualified(code, name.start) {
            let known = self.known.iter().map(|(name, definition)| (&name[..], definition.kind));
            let here = outline(code, true).into_iter().map(|entry| (entry.name, entry.kind));
            let keywords = KEYWORDS.iter().map(|word| (*word, "keyword"));
            // The name that is being typed is not offered itself.
            let fits =
                |(text, _): &(&str, _)| text.starts_with(prefix) && *text != &code[name.clone()];
            found.extend(known.chain(here).chain(keywords).filter(fits));
        }
        let mut names: Vec<Completion> = found
            .into_iter()
            .map(|(text, kind)| Completion { text: text.to_owned(), kind })
            .collect();
        names.dedup_by(|later, earlier| later.text == earlier.text);
        Completions { names, range: name }
    }

    /// Returns the line that defined the name before a byte offset.
    pub(super) fn documentation(&self, code: &str, end: usize) -> Option<String> {
        let name = name_at(code, end);
        if is_qualified(code, name.start) {
            return None;
        }
        let Definition { line, cell, .. } = self.known.get(&code[name])?;
        Some(format!(
            "{line}\n\nDefined in cell {cell}. A cell is running: ask again later for more."
        ))
    }
}

fn line_at(code: &str, offset: usize) -> String {
    let start = code[..offset].rfind('\n').map_or(0, |at| at + 1);
    code[start..].lines().next().unwrap_or_default().trim().chars().take(LONGEST_LINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn completions_are_names_of_cells_that_ran_and_of_the_code_itself() {
        let mut known = Names::default();
        known.note("let thousand = 1000;\nfn thorough() {}", 3);
        let texts = |code: &str, offset: usize| {
            let found = known.completions(code, offset);
            (found.names.into_iter().map(|name| name.text).collect::<Vec<_>>(), found.range)
        };
        let all = ["this", "thorough", "thousand"].map(str::to_owned).to_vec();
        let code = "let this = 1; tho";
        assert_eq!(texts(code, code.len() - 1).0, all);
        assert_eq!(texts(code, code.len()), (all[1..].to_vec(), 14..17));
        assert_eq!(texts("thousand.tho", 12).0, [""; 0]);
        assert_eq!(texts("a::tho", 6).0, [""; 0]);
        assert_eq!(texts("0..tho", 6).0, all[1..].to_vec());
        assert_eq!(texts("whi", 3).0, ["while"]);
        let text = known.documentation("thousand + 1", 8).unwrap();
        assert!(text.starts_with("let thousand = 1000;\n\nDefined in cell 3."), "{text}");
        assert_eq!(known.documentation("unknown", 7), None);
    }

    proptest! {
        #[test]
        fn any_code_is_read(code in r#"(let |fn |use |struct |for |in |[a-c(){}:;=,.é😀"' \n]){0,30}"#) {
            let mut names = Names::default();
            names.note(&code, 1);
            names.completions(&code, code.len());
        }
    }
}
