//! Where a cursor stands in code: offsets, and the names round it.

use std::ops::Range;

use crate::token::{self, TokenKind};

/// Jupyter counts Unicode code points, evcxr bytes.
#[must_use]
pub fn byte_offset(code: &str, characters: usize) -> usize {
    code.char_indices().nth(characters).map_or(code.len(), |(offset, _)| offset)
}

/// The other way round.
#[must_use]
pub fn character_offset(code: &str, bytes: usize) -> usize {
    code.get(..bytes).map_or_else(|| code.chars().count(), |before| before.chars().count())
}

/// The name that a byte offset lies in, or touches; empty where there is none.
#[must_use]
pub fn name_at(code: &str, offset: usize) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let before = code[..offset].trim_end_matches(is_part).len();
    let after = code[offset..].trim_start_matches(is_part).len();
    before..code.len() - after
}

/// The code that is completed, without the rest of the name that the cursor stands in: what
/// fits is asked for by what is before the cursor, and replaces the whole name.
#[must_use]
pub fn without_rest_of_name(code: &str, offset: usize) -> (String, Range<usize>) {
    let name = name_at(code, offset);
    let end = if name.start < offset { name.end } else { offset };
    ([&code[..offset], &code[end..]].concat(), offset..end)
}

/// The end of the name that is asked about: the one at the cursor, or else the function
/// between whose brackets it stands.
#[must_use]
pub fn name_to_inspect(code: &str, offset: usize) -> Option<usize> {
    let name = name_at(code, offset);
    if !name.is_empty() {
        return Some(name.end);
    }
    // Names before the brackets that are open at the cursor.
    let mut calls: Vec<Option<usize>> = Vec::new();
    let mut name = None;
    for token in token::all(&code[..offset]) {
        match token.kind {
            TokenKind::OpenParen => calls.push(name),
            TokenKind::OpenBrace | TokenKind::OpenBracket => calls.push(None),
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                calls.pop();
            }
            _ => {}
        }
        name = token.is_word().then_some(token.end());
    }
    calls.pop().flatten()
}

/// Where the names begin that a name belongs to: those before its dots and `::`.
#[must_use]
pub fn path_start(code: &str, end: usize) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || "_.:".contains(c);
    let start = code[..end].trim_end_matches(is_part).len();
    // The dots of a range are none of it.
    code[start..end].rfind("..").map_or(start, |at| start + at + 2)
}

/// Whether the name that begins at an offset is a method or a field.
#[must_use]
pub fn is_member(code: &str, start: usize) -> bool {
    let tokens = token::code(&code[..start]);
    let is_dot = |back: usize| {
        let index = tokens.len().checked_sub(back);
        index.is_some_and(|index| tokens[index].kind == TokenKind::Dot)
    };
    is_dot(1) && !is_dot(2)
}

/// Whether the name that begins at an offset belongs to what is before it, as a member or by
/// a path.
#[must_use]
pub fn is_qualified(code: &str, start: usize) -> bool {
    let tokens = token::code(&code[..start]);
    let is_path = matches!(&tokens[..], [.., one, two] if one.text == ":" && two.text == ":");
    is_path || is_member(code, start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Code with its cursor, which is written as `|`.
    fn at_cursor(text: &str) -> (String, usize) {
        let (before, after) = text.split_once('|').unwrap();
        ([before, after].concat(), before.len())
    }

    #[test]
    fn a_name_is_inspected_from_everywhere_in_it() {
        for text in [
            "String::|from_utf8_lossy",
            "String::from_utf8|_lossy",
            "String::from_utf8_lo|ssy",
            "String::from_utf8_lossy|",
            "String::from_utf8_lossy|(b)",
            "String::from_utf8_lossy(|",
            "String::from_utf8_lossy(&bytes, |",
            "String::from_utf8_lossy(f(1), (2), |)",
        ] {
            let (code, offset) = at_cursor(text);
            let end = name_to_inspect(&code, offset).unwrap();
            assert_eq!(&code[..end], "String::from_utf8_lossy", "{text}");
        }
        for text in ["|", "1 + |", "f(1) |", "f({ | })", "'(' |"] {
            let (code, offset) = at_cursor(text);
            assert_eq!(name_to_inspect(&code, offset), None, "{text}");
        }
    }

    #[test]
    fn a_completion_replaces_the_whole_name() {
        let (code, offset) = at_cursor("let y = tho|usand + 1;");
        let (asked, rest) = without_rest_of_name(&code, offset);
        assert_eq!(asked, "let y = tho + 1;");
        assert_eq!(&code[rest], "usand");
        // Before a name, nothing of it is meant.
        let (code, offset) = at_cursor("let y = |thousand;");
        assert_eq!(without_rest_of_name(&code, offset), (code.clone(), offset..offset));
    }

    #[test]
    fn a_path_begins_with_its_first_name() {
        for (code, path) in [
            ("println!(\"{}\", points.len", "points.len"),
            ("f(&std::f64::consts::PI", "std::f64::consts::PI"),
            ("0..points", "points"),
            ("", ""),
        ] {
            assert_eq!(&code[path_start(code, code.len())..], path);
        }
    }

    #[test]
    fn members_follow_a_dot_and_not_a_range() {
        assert!(is_member("v.le", 2));
        assert!(is_member("v\n    .le", 7));
        assert!(is_member("v. // one\n  le", 12));
        assert!(!is_member("// All of them.\nle", 16));
        assert!(!is_member("0..le", 3));
        assert!(!is_member("le", 0));
    }

    proptest! {
        #[test]
        fn offsets_go_there_and_back(code in "[aé日😀\n]{0,20}", position in 0usize..25) {
            let offset = byte_offset(&code, position);
            prop_assert!(code.is_char_boundary(offset));
            prop_assert_eq!(character_offset(&code, offset), position.min(code.chars().count()));
        }

        #[test]
        fn any_cursor_is_understood(code in r#"[aé_日😀(){}"'. \n]{0,20}"#, position in 0usize..25) {
            let offset = byte_offset(&code, position);
            if let Some(end) = name_to_inspect(&code, offset) {
                prop_assert!(code.is_char_boundary(end));
            }
            let (asked, rest) = without_rest_of_name(&code, offset);
            prop_assert_eq!(asked.len() + rest.len(), code.len());
        }
    }
}
