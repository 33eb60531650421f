//! The code that evcxr generates for a cell, and the places of its parts.
//!
//! It is read as tokens, because a cell's own text may contain the same words.

use std::ops::Range;

use bootcamp_syntax::token::{Token, closing, code};

use crate::evcxr_words::DISPLAY;
use crate::evcxr_words::generated::{
    CATCHES, ERROR_TYPE, FUNCTION, FUNCTION_NAME, SHOWS, STORE_MODULE,
};

/// The code of a cell as evcxr wrote it.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    /// The range of the module of the store, from `mod` to its closing brace.
    pub(super) store: Option<Range<usize>>,
    /// The start of the type to which a failed `?` converts its error.
    error: Option<usize>,
    /// The start of the cell's function, which comes last.
    pub(super) function: Option<usize>,
    /// True if a type has an `evcxr_display` method of the user's that takes `&mut self`.
    pub(super) shows_by_change: bool,
}

impl<'a> Source<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut source =
            Self { text, store: None, error: None, function: None, shows_by_change: false };
        let tokens = code(text);
        let display = ["fn", DISPLAY, "(", "&", "mut", "self"];
        source.shows_by_change = tokens
            .windows(display.len())
            .any(|found| found.iter().map(|token| token.text).eq(display));
        let mut at = 0;
        // The code of the cell and of earlier cells is inside of brackets, and is skipped.
        while let Some(end) = end_of_part(&tokens, at) {
            source.note(&tokens[at..]);
            at = end;
        }
        let end = source.function.unwrap_or(text.len());
        source.store = source.store.filter(|store| store.end <= end);
        source.error = source.error.filter(|error| *error < end);
        source
    }

    /// Notes the part that begins with these tokens, outside of all brackets. evcxr's own part
    /// comes last and replaces an earlier one.
    fn note(&mut self, tokens: &[Token<'_>]) {
        let [first, name, ..] = tokens else { return };
        match (first.text, name.text) {
            ("mod", STORE_MODULE) => {
                let end = closing(tokens, 2).map(|end| tokens[end].start + 1);
                self.store = end.map(|end| first.start..end);
            }
            ("struct", ERROR_TYPE) => self.error = Some(first.start),
            ("fn", name) if name.starts_with(FUNCTION_NAME) => {
                let before = self.text[..first.start + "fn ".len()].strip_suffix(FUNCTION);
                self.function = before.map(str::len);
            }
            _ => {}
        }
    }

    /// Returns the code from the type of a failed `?` to the next part.
    pub(super) fn error_code(&self) -> Option<Range<usize>> {
        let start = self.error?;
        let ends = [self.store.as_ref().map(|store| store.start), self.function];
        let end = ends.into_iter().flatten().filter(|end| *end > start).min();
        Some(start..end.unwrap_or(self.text.len()))
    }

    /// Says whether evcxr shows the last expression, and so does not take it for the author's code.
    pub(super) fn shows_last(&self) -> bool {
        self.function.is_some_and(|start| self.text[start..].contains(SHOWS))
    }

    /// Says whether the code was wrapped to catch panics. If code has an error, evcxr compiles it
    /// once more without the wrapper, so that messages do not mention it.
    pub(super) fn catches_panics(&self) -> bool {
        let has = |start: usize, text| self.text[start..].contains(text);
        self.function.is_some_and(|start| CATCHES.iter().any(|[begin, _]| has(start, begin)))
    }
}

/// Returns the index of the next part. A pair of brackets is one part.
fn end_of_part(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is_open = ["(", "[", "{"].contains(&tokens.get(at)?.text);
    // Code with an unclosed bracket is not Rust.
    if is_open { Some(closing(tokens, at)? + 1) } else { Some(at + 1) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A cell with a variable and a last expression.
    pub(in crate::compiler) const CELL: &str = "#![allow(unused)]\n\
        fn f() {}\n\
        mod evcxr_internal_runtime {\n\
        // Copyright 2020 The Evcxr Authors.\n\
        pub fn new() { if true { } }\n\
        \n\
        }\n\
        #[unsafe(no_mangle)]\n\
        pub extern \"C\" fn run_user_code_3(\n\
        mut evcxr_variable_store: *mut evcxr_internal_runtime::VariableStore) {\n\
        let y = evcxr_variable_store.take_variable::<u8>(stringify!(y));\n\
        match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{\n\
        (x).evcxr_display();\n\
        })) { \n  Ok(_) => {}\n  Err(_) => {\n    \
        println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}\n\
        evcxr_variable_store\n}\n";

    #[test]
    fn the_wrapper_that_catches_panics_is_seen() {
        let catches = |text: &str| Source::of(text).catches_panics();
        assert!(catches(CELL));
        assert!(!catches(&CELL.replace("catch_unwind", "something_else")));
        assert!(!catches("catch_unwind("));
        assert!(Source::of(CELL).shows_last() && !Source::of("(x).evcxr_display();").shows_last());
    }

    #[test]
    fn what_looks_generated_is_found_outside_of_the_cells_own_code_only() {
        let words = "mod evcxr_internal_runtime { }\nstruct EvcxrUserCodeError {}";
        for own in [format!("(r#\"{words}\"#)"), format!("({{ {words} x }})")] {
            let text = CELL.replace("(x)", &own);
            let source = Source::of(&text);
            assert!(source.text[source.store.clone().unwrap()].contains("Copyright"), "{own}");
            assert_eq!(source.error_code(), None, "{own}");
        }
        let unclosed = Source::of("mod evcxr_internal_runtime {\n// Copyright");
        assert!(unclosed.store.is_none() && unclosed.function.is_none());
    }
}
