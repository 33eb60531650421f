//! Names and places of definitions, read by tokens: also of code that is cut off or wrong.

use crate::token::{self, Token, TokenKind};

/// The keywords of Rust.
pub const KEYWORDS: [&str; 38] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
    "where", "while", "Self",
];

/// A name that code defines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The name.
    pub name: &'a str,
    /// What it is, in Jupyter's words: `function`, `class`, `module`, `instance`.
    pub kind: &'static str,
    /// The byte offset where it stands.
    pub start: usize,
}

/// What code defines; outside of brackets only, or everywhere.
///
/// ```
/// let entries = bootcamp_syntax::outline::outline("let (a, b) = f();\nfn g() { let c = 1; }", false);
/// let names: Vec<_> = entries.iter().map(|entry| (entry.name, entry.kind)).collect();
/// assert_eq!(names, [("a", "instance"), ("b", "instance"), ("g", "function")]);
/// ```
#[must_use]
pub fn outline(code: &str, everywhere: bool) -> Vec<Entry<'_>> {
    let mut reader = Reader { tokens: token::code(code), everywhere, found: Vec::new() };
    let mut state = State::Elsewhere;
    for index in 0..reader.tokens.len() {
        state = reader.read(index, state);
    }
    reader.found
}

/// Where the names are that a definition gives.
#[derive(Clone, Copy)]
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
    Import(Option<Token<'a>>),
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    everywhere: bool,
    found: Vec<Entry<'a>>,
}

impl<'a> Reader<'a> {
    /// Takes note of what the token at `index` defines; gives the state behind it.
    fn read(&mut self, index: usize, state: State<'a>) -> State<'a> {
        let token = self.tokens[index];
        let next = match state {
            State::Item(kind, at) => {
                if is_name(token) && self.counts(at) {
                    self.add(token, kind);
                }
                State::Elsewhere
            }
            State::Pattern { at, in_type } => self.read_pattern(index, at, in_type),
            State::Import(name) => {
                if let Some(name) = name.filter(|_| matches!(token.text, "," | "}" | ";")) {
                    let is_type = name.text.starts_with(char::is_uppercase);
                    self.add(name, if is_type { "class" } else { "module" });
                }
                let name = Some(token).filter(|token| is_name(*token));
                if token.text == ";" { State::Elsewhere } else { State::Import(name) }
            }
            State::Elsewhere => self.begin(index),
        };
        let State::Elsewhere = next else { return next };
        // `static mut X`, `const fn f()`.
        match (index.checked_sub(1).map_or("", |last| self.tokens[last].text), token.text) {
            ("static" | "const", "mut") => State::Item("instance", token.depth),
            ("static" | "const", "fn") => State::Item("function", token.depth),
            _ => State::Elsewhere,
        }
    }

    fn begin(&self, index: usize) -> State<'a> {
        let Token { text, depth, .. } = self.tokens[index];
        match text {
            "let" | "for" => State::Pattern { at: depth, in_type: false },
            "use" if self.counts(depth) => State::Import(None),
            "fn" => State::Item("function", depth),
            "struct" | "enum" | "union" | "trait" | "type" => State::Item("class", depth),
            "mod" => State::Item("module", depth),
            "static" | "const" => State::Item("instance", depth),
            "!" if index > 0 && self.tokens[index - 1].text == "macro_rules" => {
                State::Item("function", depth)
            }
            _ => State::Elsewhere,
        }
    }

    fn read_pattern(&mut self, index: usize, at: usize, in_type: bool) -> State<'a> {
        let token = self.tokens[index];
        // A colon in a struct's pattern is followed by a name, elsewhere by a type.
        let in_type = in_type || token.text == ":" && token.depth == at;
        // A path or a field's name is followed by something else than what ends a name.
        let text = |index: usize| self.tokens.get(index).map_or("", |token| token.text);
        let (next, is_path) = (text(index + 1), text(index + 1) == ":" && text(index + 2) == ":");
        let is_other = matches!(next, "(" | "{" | "!") || is_path;
        let is_field = token.depth > at && next == ":";
        let is_variable = token.text.starts_with(|c: char| c.is_lowercase() || c == '_');
        let binds = is_name(token) && is_variable && !is_other && !is_field && !in_type;
        if binds && self.counts(at) {
            self.add(token, "instance");
        }
        match token.text {
            "=" | ";" if token.depth <= at => State::Elsewhere,
            "in" => State::Elsewhere,
            _ => State::Pattern { at, in_type },
        }
    }

    fn counts(&self, depth: usize) -> bool {
        self.everywhere || depth == 0
    }

    fn add(&mut self, token: Token<'a>, kind: &'static str) {
        self.found.push(Entry { name: token.text, kind, start: token.start });
    }
}

fn is_name(token: Token<'_>) -> bool {
    token.kind == TokenKind::Ident && !KEYWORDS.contains(&token.text) && token.text != "_"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(code: &str) -> Vec<(&str, &'static str)> {
        outline(code, false).into_iter().map(|entry| (entry.name, entry.kind)).collect()
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

    proptest! {
        #[test]
        fn any_code_is_read(code in r#"(let |fn |use |struct |for |in |[a-c(){}:;=,.é😀"' \n]){0,30}"#) {
            for entry in outline(&code, true) {
                prop_assert!(code[entry.start..].starts_with(entry.name));
            }
        }
    }
}
