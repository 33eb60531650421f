//! Types that a cell defines anew while variables of them are there.
//!
//! The compiler gives the new type the identity of the old one, so that nothing at run time
//! tells the bytes of an old value from those of a new one. The kernel has to know.

use std::collections::{HashMap, HashSet};

use crate::words::words;

/// The definitions of types so far: their text by name.
#[derive(Debug, Default)]
pub(super) struct Types {
    definitions: HashMap<String, String>,
}

impl Types {
    /// The variables, of those given with their types, whose types this code changes.
    pub(super) fn changed_variables<'a>(
        &self,
        code: &str,
        variables: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Vec<String> {
        let mut changed: HashSet<&str> = definitions(code)
            .filter(|(name, text)| self.definitions.get(*name).is_some_and(|old| old != text))
            .map(|(name, _)| name)
            .collect();
        if changed.is_empty() {
            return Vec::new();
        }
        // A type that is made of a changed one is changed, too.
        loop {
            let more = self.definitions.iter().find(|(name, text)| {
                !changed.contains(name.as_str()) && words(text).any(|word| changed.contains(word))
            });
            match more {
                Some((name, _)) => changed.insert(name),
                None => break,
            };
        }
        let mut lost: Vec<String> = variables
            .filter(|(_, kind)| words(kind).any(|word| changed.contains(word)))
            .map(|(name, _)| name.to_owned())
            .collect();
        lost.sort();
        lost
    }

    /// Takes note of a cell that was compiled.
    pub(super) fn note(&mut self, code: &str) {
        for (name, text) in definitions(code) {
            self.definitions.insert(name.to_owned(), text);
        }
    }
}

/// Whether the code may change what the name of a type means.
pub(super) fn names_types(code: &str) -> bool {
    const WORDS: [&str; 9] =
        ["struct", "enum", "union", "type", "trait", "mod", "use", "extern", "macro_rules"];
    words(code).any(|word| WORDS.contains(&word))
}

/// Names and texts of the types that code defines, at any depth. The text has no spaces,
/// so that its layout does not matter.
fn definitions(code: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = code;
    let mut offset = 0;
    std::iter::from_fn(move || {
        loop {
            let (at, word) = ["struct", "enum", "union", "type"]
                .iter()
                .filter_map(|word| Some((find_word(rest, word)?, *word)))
                .min()?;
            let start = offset + at;
            offset = start + word.len();
            rest = &code[offset..];
            if let Some(name) = words(rest).next() {
                return Some((name, text_of_item(&code[start..])));
            }
        }
    })
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        !text[..*at].ends_with(is_part) && text[at + word.len()..].starts_with(char::is_whitespace)
    })
}

/// From the keyword to the end: a `;` outside of brackets, or the closing brace.
fn text_of_item(text: &str) -> String {
    let mut depth = 0_usize;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c == ';' || c == '}') {
            end = at + 1;
            break;
        }
    }
    text[..end].split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(before: &str, code: &str) -> Vec<String> {
        let mut types = Types::default();
        types.note(before);
        let variables = [("a", "A"), ("list", "Vec<A>"), ("b", "(B, i32)"), ("n", "i32")];
        types.changed_variables(code, variables.into_iter())
    }

    #[test]
    fn a_changed_type_costs_the_variables_made_of_it() {
        assert_eq!(lost("struct A { x: i32 }", "struct A { x: f64 }"), ["a", "list"]);
        assert_eq!(lost("struct A(i32);\nstruct B(A);", "struct A(u32);"), ["a", "b", "list"]);
        assert_eq!(lost("enum B { P, Q }", "#[derive(Debug)] pub enum B { Q, P }"), ["b"]);
        assert_eq!(lost("type B = i32;", "type B = u32;"), ["b"]);
    }

    #[test]
    fn the_same_definition_again_costs_nothing() {
        let definition = "#[derive(Debug)]\nstruct A {\n    x: [i32; 2],\n}\nlet a = 1;";
        assert_eq!(lost(definition, definition), [""; 0]);
        assert_eq!(lost(definition, "struct A { x: [i32; 2], }"), [""; 0]);
        assert_eq!(lost("struct A;", "let structure = 1; struct C;"), [""; 0]);
        assert_eq!(lost("struct A;", "struct"), [""; 0]);
    }

    #[test]
    fn code_that_may_change_names() {
        assert!(names_types("pub struct A;") && names_types("use x::A;"));
        assert!(!names_types("let user = type_name(); // structs"));
    }
}
