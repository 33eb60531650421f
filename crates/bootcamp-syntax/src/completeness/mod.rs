//! Whether code is whole, or a front end should let its writer go on in the next line.

mod gap;

use ra_ap_rustc_lexer::{RawStrError, validate_raw_str};

use crate::cell;
use crate::command::is_command;
use crate::magic;
use crate::statement::Statement;
use crate::token::{self, LiteralKind, Token, TokenKind};
pub use gap::{Gap, Lack, gap};

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
mod tests;
