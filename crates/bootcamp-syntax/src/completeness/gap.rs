//! Where code is not complete.

use std::ops::Range;

use crate::statement::Statement;
use crate::token::{self, TokenKind};

use super::{Completeness, TokenState, by_tokens, state, without_head};

/// What code lacks, and the part of it that waits for that.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The bytes of the bracket, of the string or comment, or of the last line.
    pub range: Range<usize>,
    /// What is missing.
    pub lack: Lack,
}

/// What code may lack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lack {
    /// The end of a bracket.
    Bracket(&'static str),
    /// The end of a string.
    String,
    /// The end of a comment.
    Comment,
    /// The `;` of the last statement.
    Semicolon,
    /// More of the last statement.
    Statement,
}

/// What is missing of code that is not complete, if its tokens tell.
///
/// ```
/// use bootcamp_syntax::completeness::{Lack, gap};
///
/// let gap = gap("let x = (1 + 2").unwrap();
/// assert_eq!((gap.range, gap.lack), (8..9, Lack::Bracket(")")));
/// assert_eq!(bootcamp_syntax::completeness::gap("let x = (1 + 2);"), None);
/// ```
#[must_use]
pub fn gap(code: &str) -> Option<Gap> {
    if !matches!(by_tokens(code), Completeness::Incomplete { .. }) {
        return None;
    }
    // Commands and magics at the head are whole lines.
    let head = code.len() - without_head(code).len();
    let mut open = Vec::new();
    let mut statement = Statement::default();
    let mut last = None;
    for token in token::all(&code[head..]) {
        let range = head + token.start..head + token.end();
        if matches!(state(&token), TokenState::Open) {
            let lack = if token.is_comment() { Lack::Comment } else { Lack::String };
            // Only its first line: the rest may be anything.
            let line = token.text.find('\n').unwrap_or(token.text.len());
            return Some(Gap { range: range.start..range.start + line, lack });
        }
        match token.kind {
            TokenKind::OpenParen => open.push((range.clone(), ")")),
            TokenKind::OpenBracket => open.push((range.clone(), "]")),
            TokenKind::OpenBrace => open.push((range.clone(), "}")),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                open.pop();
            }
            _ => {}
        }
        if open.is_empty() {
            statement.read(token.kind, token.text);
        }
        if !token.is_trivia() {
            last = Some(range.end);
        }
    }
    if let Some((range, closing)) = open.pop() {
        return Some(Gap { range, lack: Lack::Bracket(closing) });
    }
    let end = last?;
    let start = code[..end].rfind('\n').map_or(0, |at| at + 1);
    let start = start + (code[start..end].len() - code[start..end].trim_start().len());
    let lack = if statement.lacks_semicolon() { Lack::Semicolon } else { Lack::Statement };
    Some(Gap { range: start..end, lack })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_missing_is_found() {
        for (code, part, lack) in [
            ("f(1, (2)", "(", Lack::Bracket(")")),
            ("fn f() {\n    g([1, 2);", "", Lack::Statement),
            ("fn f() {\n    g();", "{", Lack::Bracket("}")),
            ("let v = [1,", "[", Lack::Bracket("]")),
            ("let s = \"abc\nd", "\"abc", Lack::String),
            ("let s = r#\"abc", "r#\"abc", Lack::String),
            ("1 /* abc", "/* abc", Lack::Comment),
            ("let q = 1", "let q = 1", Lack::Semicolon),
            ("f();\n  let q = 1 // one", "let q = 1", Lack::Semicolon),
            ("use std::fmt", "use std::fmt", Lack::Semicolon),
            ("let z = std::", "let z = std::", Lack::Statement),
            ("1 +", "1 +", Lack::Statement),
            (":dep rand\n%time x\nf(", "(", Lack::Bracket(")")),
            ("if a", "if a", Lack::Statement),
            ("#[derive(Debug)]", "#[derive(Debug)]", Lack::Statement),
        ] {
            let found = gap(code);
            if part.is_empty() {
                assert_eq!(found, None, "{code}");
                continue;
            }
            let found = found.unwrap();
            assert_eq!((&code[found.range], found.lack), (part, lack), "{code}");
        }
        for code in ["", "x", "let x = 1;", ")", "// a", "%%px\nf("] {
            assert_eq!(gap(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn any_gap_is_a_part_of_the_code(code in r#"[a-z0-9{}()\[\]"'/*#r\\ \n;=.:é-]{0,40}"#) {
            if let Some(found) = gap(&code) {
                prop_assert!(code.get(found.range).is_some());
            }
        }
    }
}
