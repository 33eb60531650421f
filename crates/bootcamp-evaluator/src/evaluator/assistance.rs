//! Completion and documentation.

use std::collections::HashSet;
use std::ops::Range;

use bootcamp_syntax::cursor::{is_member, name_at, path_start, without_rest_of_name};

use super::Evaluator;

/// A name that can be written at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The name.
    pub text: String,
    /// The kind of the name, in Jupyter's words: `function`, `class`, `module`, `instance`,
    /// `keyword`, `magic`.
    pub kind: &'static str,
}

/// The possible names, and the range of bytes that one of them replaces.
#[derive(Clone, Debug)]
pub struct Completions {
    /// The names, the best first.
    pub names: Vec<Completion>,
    /// The bytes of the code that one of them replaces.
    pub range: Range<usize>,
}

impl Evaluator {
    /// Returns the names that can be written at a byte offset, which may be inside of a name.
    /// Returns `None` when rust-analyzer fails.
    pub fn completions(&mut self, code: &str, offset: usize) -> Option<Completions> {
        let (asked, rest) = without_rest_of_name(code, offset);
        let found = self.context.completions(&asked, offset).ok()?;
        let mut seen = HashSet::new();
        let names = found
            .completions
            .into_iter()
            .map(|found| {
                // The code is a snippet with placeholders, which only some editors understand; its
                // label has none.
                let mut after_dollars = found.code.split('$').skip(1);
                let is_snippet = after_dollars.any(|text| text.starts_with(char::is_numeric));
                let text = if is_snippet { found.label } else { found.code };
                Completion { text, kind: found.kind }
            })
            .filter(|completion| seen.insert(completion.text.clone()))
            .collect();
        // evcxr's range ends at the cursor, but the rest of the name is replaced, too.
        let end = found.end_offset.max(rest.end);
        Some(Completions { names, range: found.start_offset..end })
    }

    /// Returns the documentation of the name that ends at a byte offset: (plain text, HTML).
    pub fn documentation(&mut self, code: &str, end: usize) -> Option<(String, String)> {
        let before = code.get(..end)?;
        // evcxr has documentation of a method only if the code calls it.
        let is_method = is_member(before, name_at(before, end).start);
        // A name inside the open brackets of a macro is found only without the macro.
        [before, &before[path_start(before, end)..]].into_iter().find_map(|name| {
            let call = format!("{name}(");
            let asked = if is_method { [&call[..], name] } else { [name, &call] };
            asked.into_iter().find_map(|code| {
                let (text, html) = self.context.hover_at(code, code.len()).ok()?;
                (text != "No documentation found").then_some((text, html))
            })
        })
    }
}
