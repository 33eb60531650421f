//! The names that cells have defined so far, for completion while a cell runs: evcxr, which
//! knows more, is busy then.

use std::collections::{BTreeMap, BTreeSet};

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

use crate::cursor::{is_member, name_at};
use crate::evaluator::{Completion, Completions};

/// Longer lines are cut off where a definition is shown.
const LONGEST_LINE: usize = 200;

const KEYWORDS: [&str; 38] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
    "where", "while", "Self",
];

/// What is known of a name.
#[derive(Clone, Debug, PartialEq)]
struct Definition {
    kind: &'static str,
    /// The line that defines it.
    line: String,
    /// The count of that cell.
    cell: usize,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, Definition>,
}

impl Names {
    /// Takes note of a cell that ran.
    pub(super) fn note(&mut self, code: &str, cell: usize) {
        for (name, kind, start) in definitions(code, false) {
            let line = line_at(code, start);
            self.known.insert(name.to_owned(), Definition { kind, line, cell });
        }
    }

    /// The names that fit at a byte offset. What comes after a dot or a `::` is not known.
    pub(super) fn completions(&self, code: &str, offset: usize) -> Completions {
        let name = name_at(code, offset);
        let prefix = &code[name.start..offset];
        if prefix.is_empty() {
            return Completions { names: Vec::new(), range: offset..offset };
        }
        let mut found = BTreeSet::new();
        if !is_qualified(code, name.start) {
            let known = self.known.iter().map(|(name, definition)| (&name[..], definition.kind));
            let here = definitions(code, true).into_iter().map(|(name, kind, _)| (name, kind));
            let keywords = KEYWORDS.iter().map(|word| (*word, "keyword"));
            // The name that is being typed fits itself.
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

    /// The line that defined the name before a byte offset.
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

/// Whether the name that begins at an offset belongs to what is before it.
fn is_qualified(code: &str, start: usize) -> bool {
    is_member(code, start) || code[..start].trim_end().ends_with("::")
}

/// Names, kinds and offsets of what code defines; outside of brackets only, or everywhere.
fn definitions(code: &str, everywhere: bool) -> Vec<(&str, &'static str, usize)> {
    let mut found = Vec::new();
    let mut state = State::Elsewhere;
    let (mut offset, mut depth) = (0_usize, 0_usize);
    let mut last = "";
    for token in tokenize(code, FrontmatterAllowed::No) {
        let start = offset;
        offset += token.len as usize;
        let text = &code[start..offset];
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. } => {
                continue;
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen => depth += 1,
            TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::CloseParen => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        let is_name = token.kind == TokenKind::Ident && !KEYWORDS.contains(&text) && text != "_";
        state = match state {
            State::Item(kind, at) => {
                if is_name && (everywhere || at == 0) {
                    found.push((text, kind, start));
                }
                State::Elsewhere
            }
            State::Pattern { at, in_type } => {
                // A colon in a struct's pattern is followed by a name, elsewhere by a type.
                let in_type = in_type || text == ":" && depth == at;
                // A path or a field's name is followed by something else than what ends a name.
                let rest = code[offset..].trim_start();
                let binds = !rest.starts_with(['(', '{', '!']) && !rest.starts_with("::");
                let is_field = depth > at && rest.starts_with(':');
                let is_variable = text.starts_with(|c: char| c.is_lowercase() || c == '_');
                if is_name
                    && is_variable
                    && binds
                    && !is_field
                    && !in_type
                    && (everywhere || at == 0)
                {
                    found.push((text, "instance", start));
                }
                match text {
                    "=" | ";" if depth <= at => State::Elsewhere,
                    "in" => State::Elsewhere,
                    _ => State::Pattern { at, in_type },
                }
            }
            State::Import { at, name } => {
                let ends = matches!(text, "," | "}" | ";");
                if ends && let Some((text, start)) = name {
                    let is_type = str::starts_with(text, char::is_uppercase);
                    found.push((text, if is_type { "class" } else { "module" }, start));
                }
                let name = is_name.then_some((text, start));
                if text == ";" { State::Elsewhere } else { State::Import { at, name } }
            }
            State::Elsewhere => match text {
                "let" | "for" => State::Pattern { at: depth, in_type: false },
                "use" if everywhere || depth == 0 => State::Import { at: depth, name: None },
                "fn" => State::Item("function", depth),
                "struct" | "enum" | "union" | "trait" | "type" => State::Item("class", depth),
                "mod" => State::Item("module", depth),
                "static" | "const" => State::Item("instance", depth),
                "!" if last == "macro_rules" => State::Item("function", depth),
                _ => State::Elsewhere,
            },
        };
        // `static mut X`, `const fn f()`.
        if let State::Elsewhere = state
            && matches!(last, "static" | "const")
        {
            state = match text {
                "mut" => State::Item("instance", depth),
                "fn" => State::Item("function", depth),
                _ => State::Elsewhere,
            };
        }
        last = text;
    }
    found
}

/// Where the names are that a definition gives.
enum State<'a> {
    Elsewhere,
    /// The next name is an item's; with the depth of its keyword.
    Item(&'static str, usize),
    /// Names are variables until the value comes.
    Pattern {
        at: usize,
        in_type: bool,
    },
    /// The last name of each path.
    Import {
        at: usize,
        name: Option<(&'a str, usize)>,
    },
}

fn line_at(code: &str, offset: usize) -> String {
    let start = code[..offset].rfind('\n').map_or(0, |at| at + 1);
    code[start..].lines().next().unwrap_or_default().trim().chars().take(LONGEST_LINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(code: &str) -> Vec<(&str, &'static str)> {
        definitions(code, false).into_iter().map(|(name, kind, _)| (name, kind)).collect()
    }

    #[test]
    fn definitions_give_their_names() {
        for (code, expected) in [
            ("let x = y;", &[("x", "instance")][..]),
            ("let mut x: Vec<f64> = Vec::new();", &[("x", "instance")]),
            ("let (a, mut b) = c; d", &[("a", "instance"), ("b", "instance")]),
            ("let Point { x, y: up } = p;", &[("x", "instance"), ("up", "instance")]),
            ("let Some(found) = f(wanted) else { return };", &[("found", "instance")]),
            ("fn walk(steps: u8) { let local = 1; }", &[("walk", "function")]),
            ("pub const fn walk() {}", &[("walk", "function")]),
            ("struct P { x: u8 }\nenum E { A }", &[("P", "class"), ("E", "class")]),
            ("static mut COUNT: u8 = 0;", &[("COUNT", "instance")]),
            ("macro_rules! m { () => {} }", &[("m", "function")]),
            ("use std::fmt;", &[("fmt", "module")]),
            ("use a::{b::C as D, e::*, f::{self, G}};", &[("D", "class"), ("G", "class")]),
            ("// let x = 1;\n\"let y = 1;\"", &[]),
        ] {
            assert_eq!(names(code), expected, "{code}");
        }
    }

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
            definitions(&code, true);
            Names::default().note(&code, 1);
        }
    }
}
