//! Completion and documentation.

use std::collections::HashSet;
use std::ops::Range;

use bootcamp_syntax::cursor::{is_member, name_at, path_start, without_rest_of_name};

use super::Evaluator;

/// A name that fits somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The name.
    pub text: String,
    /// What it is, in Jupyter's words: `function`, `class`, `module`, `instance`, `keyword`,
    /// `magic`.
    pub kind: &'static str,
}

/// The names that fit, and the range of bytes that one of them replaces.
#[derive(Clone, Debug)]
pub struct Completions {
    /// The names, the best first.
    pub names: Vec<Completion>,
    /// The bytes of the code that one of them replaces.
    pub range: Range<usize>,
}

impl Evaluator {
    /// The names that fit at a byte offset, also inside of a name; `None` when rust-analyzer fails.
    pub fn completions(&mut self, code: &str, offset: usize) -> Option<Completions> {
        let (asked, rest) = without_rest_of_name(code, offset);
        let found = self.context.completions(&asked, offset).ok()?;
        let mut seen = HashSet::new();
        let names = found
            .completions
            .into_iter()
            .map(|found| {
                // Places to fill in that only an editor of snippets understands.
                let mut after_dollars = found.code.split('$').skip(1);
                let is_snippet = after_dollars.any(|text| text.starts_with(char::is_numeric));
                let text = if is_snippet { found.label } else { found.code };
                Completion { text, kind: found.kind }
            })
            .filter(|completion| seen.insert(completion.text.clone()))
            .collect();
        // evcxr gives the range up to the cursor.
        let end = found.end_offset.max(rest.end);
        Some(Completions { names, range: found.start_offset..end })
    }

    /// What is known of the name that ends at a byte offset: (plain text, HTML).
    pub fn documentation(&mut self, code: &str, end: usize) -> Option<(String, String)> {
        let before = code.get(..end)?;
        // Of a method, evcxr knows something only when it is called.
        let is_method = is_member(before, name_at(before, end).start);
        // What a macro's open brackets hold is found by itself.
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
