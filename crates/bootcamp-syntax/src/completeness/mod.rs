//! Whether code is whole, or a front end should let its writer go on in the next line.

mod gap;
mod statement;

use ra_ap_rustc_lexer::{RawStrError, validate_raw_str};

use crate::cell;
use crate::command::is_command;
use crate::magic;
use crate::token::{self, LiteralKind, Token, TokenKind};
pub use gap::{Gap, Lack, gap};
pub(crate) use statement::Statement;

/// One step of indentation.
const INDENT: &str = "    ";

/// What can be said of code that may not be whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Completeness {
    /// It can be run.
    Complete,
    /// More has to come.
    Incomplete {
        /// What the next line begins with.
        indent: String,
    },
    /// Whatever comes, it is not Rust.
    Invalid,
    /// It is not Rust, and only its writer knows where it ends.
    Unknown,
}

impl Completeness {
    fn incomplete(open: usize) -> Self {
        Self::Incomplete { indent: INDENT.repeat(open) }
    }
}

/// Judges a cell, by its tokens and, where these leave nothing open, by its grammar. Commands
/// at its head are whole lines.
///
/// ```
/// use bootcamp_syntax::completeness::{Completeness, completeness};
///
/// assert_eq!(completeness("let x = 1;"), Completeness::Complete);
/// assert_eq!(completeness("f("), Completeness::Incomplete { indent: "    ".to_owned() });
/// assert_eq!(completeness("let = = 3;"), Completeness::Invalid);
/// ```
#[must_use]
pub fn completeness(code: &str) -> Completeness {
    match by_tokens(code) {
        Completeness::Complete if !is_rust(without_head(code)) => Completeness::Invalid,
        judged => judged,
    }
}

fn is_rust(code: &str) -> bool {
    magic::rust(code).iter().all(|rust| cell::is_rust(rust))
}

fn by_tokens(code: &str) -> Completeness {
    if code.trim_start().starts_with("%%") {
        return Completeness::Unknown;
    }
    let code = without_head(code);
    let mut brackets = Vec::new();
    let mut statement = Statement::default();
    for token in token::all(code) {
        match state(&token) {
            TokenState::Whole => {}
            TokenState::Open => return Completeness::incomplete(0),
            TokenState::Wrong => return Completeness::Invalid,
        }
        match token.kind {
            TokenKind::OpenParen => brackets.push(TokenKind::CloseParen),
            TokenKind::OpenBracket => brackets.push(TokenKind::CloseBracket),
            TokenKind::OpenBrace => brackets.push(TokenKind::CloseBrace),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                if brackets.pop() != Some(token.kind) =>
            {
                return Completeness::Invalid;
            }
            _ => {}
        }
        if brackets.is_empty() {
            statement.read(token.kind, token.text);
        }
    }
    if !brackets.is_empty() {
        Completeness::incomplete(brackets.len())
    } else if statement.is_whole() {
        Completeness::Complete
    } else {
        Completeness::incomplete(0)
    }
}

/// Whether every bracket, string and comment of the code has its end.
///
/// ```
/// use bootcamp_syntax::completeness::closes;
///
/// assert!(closes("f(x) // (") && !closes("f(x") && !closes("f)"));
/// ```
#[must_use]
pub fn closes(code: &str) -> bool {
    // With its last statement ended, code is complete unless something is still open.
    !matches!(by_tokens(&format!("{code}\n;")), Completeness::Incomplete { .. })
        && by_tokens(code) != Completeness::Invalid
}

/// Without the lines at the head that are evcxr's commands, magics or questions.
fn without_head(code: &str) -> &str {
    let mut rest = code;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let words = line.trim_start();
        let is_line = words.starts_with(['%', '?']) || line.starts_with('!') || is_command(line);
        if !is_line && !words.is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

enum TokenState {
    Whole,
    /// Its end has not come.
    Open,
    Wrong,
}

fn state(token: &Token<'_>) -> TokenState {
    match token.kind {
        TokenKind::BlockComment { terminated: false, .. } => TokenState::Open,
        TokenKind::Literal { kind, .. } => state_of_literal(kind, token.text),
        TokenKind::Unknown
        | TokenKind::InvalidIdent
        | TokenKind::UnknownPrefix
        | TokenKind::UnknownPrefixLifetime
        | TokenKind::Lifetime { starts_with_number: true } => TokenState::Wrong,
        _ => TokenState::Whole,
    }
}

fn state_of_literal(kind: LiteralKind, text: &str) -> TokenState {
    match kind {
        LiteralKind::Str { terminated: false }
        | LiteralKind::ByteStr { terminated: false }
        | LiteralKind::CStr { terminated: false } => TokenState::Open,
        LiteralKind::RawStr { n_hashes: None } => state_of_raw_string(text, 1),
        LiteralKind::RawByteStr { n_hashes: None } | LiteralKind::RawCStr { n_hashes: None } => {
            state_of_raw_string(text, 2)
        }
        // These end with their line.
        LiteralKind::Char { terminated: false }
        | LiteralKind::Byte { terminated: false }
        | LiteralKind::Int { empty_int: true, .. }
        | LiteralKind::Float { empty_exponent: true, .. } => TokenState::Wrong,
        _ => TokenState::Whole,
    }
}

fn state_of_raw_string(text: &str, prefix: u32) -> TokenState {
    match validate_raw_str(text, prefix) {
        Err(RawStrError::NoTerminator { .. }) => TokenState::Open,
        _ => TokenState::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_incomplete(code: &str) -> bool {
        matches!(completeness(code), Completeness::Incomplete { .. })
    }

    #[test]
    fn whole_cells_are_complete() {
        for code in [
            "",
            "\n// only a comment\n",
            "1 + 1",
            "let x = 1;",
            "x",
            "x?",
            "fn f() -> u8 { 1 }",
            "const fn f() {}",
            "pub(crate) fn f() {}\nf()",
            "#[derive(Debug)]\nstruct Point { x: f64 }",
            "struct Unit;",
            "/// What it is.\nstruct Unit;",
            "#![allow(unused)]",
            "if a { 1 } else { 2 }",
            "if a { 1 }\nx",
            "let S { x, .. } = s else { panic!() };",
            "for i in 0..3 { println!(\"{i}\") }",
            "let c = '{'; let b = b'('; let l: &'static str = \"[\";",
            "r#\"a \" quote and a {\"#",
            "c\"bytes\" == c\"(\"",
            "/* a /* nested */ comment { */",
            "\"a string\nof two lines\"",
            "'a: loop { break 'a }",
            "use std::fmt::*;",
            "macro_rules! m { () => {} }",
            "vec![1, 2, 3]",
            ":dep rand = \"0.10\"",
            ":dep rand = { version = \"0.10\" }\nuse rand::Rng;",
            ":vars",
            "!ls (",
            "%time",
            "?String::from_utf8",
        ] {
            assert_eq!(completeness(code), Completeness::Complete, "{code}");
        }
    }

    #[test]
    fn begun_cells_are_incomplete() {
        for code in [
            "fn f() {",
            "println!(\"a\"",
            "\"no end",
            "r#\"no end\"",
            "br##\"no end\"#",
            "/* a /* nested */ comment",
            "let x =",
            "let x: Vec<f64> = points.iter().",
            "a +",
            "a &&",
            "|x|",
            "#[derive(Debug)]",
            "#[derive(Debug)]\n#[allow(unused)]",
            "/// What follows",
            "#",
            "if a { 1 } else",
            "if a",
            "match x",
            "fn f() -> u8",
            "pub fn f()",
            "const fn f()",
            "const LENGTH: usize = 3",
            "use std::fmt",
            "struct Pair(u8, u8)",
            "impl Point",
            "for i in 0..3",
            "x as",
            "println!",
            "[1, 2,",
            ":dep rand\nfn f() {",
        ] {
            assert!(is_incomplete(code), "{code}");
        }
    }

    #[test]
    fn code_that_could_stand_between_brackets_closes() {
        for code in ["f(x)", "let x = 1", "if a { b }", "a +", "// (\nx", "x // (", ""] {
            assert!(closes(code), "{code}");
        }
        for code in ["f(x", "f(x))", "\"a", "/* a", "r#\"a\"", "}", "#["] {
            assert!(!closes(code), "{code}");
        }
    }

    #[test]
    fn the_next_line_is_indented_by_open_brackets() {
        let incomplete = |indent: &str| Completeness::Incomplete { indent: indent.to_owned() };
        assert_eq!(completeness("fn f() {"), incomplete("    "));
        assert_eq!(completeness("fn f() {\n    g(1,"), incomplete("        "));
        assert_eq!(completeness("let x ="), incomplete(""));
        // What is in a string is the writer's.
        assert_eq!(completeness("f(\"no end"), incomplete(""));
    }

    #[test]
    fn what_cannot_become_rust_is_invalid() {
        for code in [
            ")",
            "fn f() { ]",
            "let a = (1];",
            "1 \\ 2",
            "let № = 1;",
            "0x",
            "b'ab",
            "r#~\"a\"",
            "let = = 3;",
            "struct { x }",
            "fn (x) {}",
            "let x := 3;",
            "a b",
            "f(x) { 1 }",
            "def f(x) {}",
            "import numpy;",
            "use;",
            "x = ;",
            "let mut = 3;",
            "enum E { A B }",
        ] {
            assert_eq!(completeness(code), Completeness::Invalid, "{code}");
        }
        assert_eq!(completeness("%%px\nlet x = 1;"), Completeness::Unknown);
    }

    /// Code whose brackets close, as pieces that are whole tokens.
    fn pieces() -> impl Strategy<Value = Vec<String>> {
        let leaf = prop::sample::select(vec![
            "x", " + ", "1.5", "'a'", "'a ", "\"{\"", "r#\"(\"#", "/* [ */", "// }\n", ", ", "; ",
            "fn ",
        ])
        .prop_map(|text| vec![format!("{text} ")]);
        leaf.prop_recursive(4, 40, 6, |inner| {
            let bracket = prop::sample::select(vec![("(", ")"), ("[", "]"), ("{", "}")]);
            (bracket, prop::collection::vec(inner, 0..6)).prop_map(|((open, close), parts)| {
                let mut pieces = vec![open.to_owned()];
                pieces.extend(parts.concat());
                pieces.push(close.to_owned());
                pieces
            })
        })
    }

    proptest! {
        #[test]
        fn any_text_is_judged(code in r#"[a-z0-9{}()\[\]"'/*#r\\ \n;=.:%!é😀№-]{0,60}"#) {
            let _ = completeness(&code);
        }

        #[test]
        fn a_cell_cut_off_inside_a_bracket_is_incomplete(pieces in pieces(), cut in any::<prop::sample::Index>()) {
            prop_assert!(by_tokens(&pieces.concat()) != Completeness::Invalid);
            let cut = cut.index(pieces.len());
            let open = |text: &String| ["(", "[", "{"].contains(&text.as_str());
            let close = |text: &String| [")", "]", "}"].contains(&text.as_str());
            let before = &pieces[..cut];
            let depth = before.iter().filter(|text| open(text)).count() - before.iter().filter(|text| close(text)).count();
            prop_assume!(depth > 0);
            prop_assert_eq!(
                completeness(&before.concat()),
                Completeness::Incomplete { indent: "    ".repeat(depth) }
            );
        }
    }
}
