//! The test functions of a cell, found by its tokens, and the Rust that runs them.
//!
//! A cell is not a test build, so rustc would leave out functions with the attribute `#[test]`. So
//! spaces replace the attributes, and a list of the tests gets their contents. The functions of a
//! module are private, so the module gets a function that adds them to the list.

use std::fmt::Write as _;
use std::ops::Range;

use bootcamp_syntax::token::{self, Token, TokenKind, end_of_bracket};

/// The path of the types in the list.
const PATH: &str = "::bootcamp::runtime::testing";

/// A cell that runs its tests.
#[derive(Debug, PartialEq)]
pub(super) struct CellTests {
    /// The statement that runs the tests. It has no line end.
    pub(super) statement: String,
    /// The cell without the attributes, on the same lines.
    pub(super) code: String,
}

/// An attribute: its range in the code, its name and the literal in it.
struct Attribute<'a> {
    range: Range<usize>,
    name: String,
    literal: Option<&'a str>,
}

/// Finds the tests of a cell. An error says why they cannot be run; `None` means that there are
/// none.
pub(super) fn find(code: &str) -> Result<Option<CellTests>, String> {
    let tokens = token::code(code);
    let mut scan = Scan { code, tokens: &tokens, edits: Vec::new() };
    let entries = scan.items(0..tokens.len(), "")?;
    if entries.is_empty() {
        return Ok(None);
    }
    let statement = format!(
        "{{ let mut __tests = ::std::vec::Vec::new(); {{ let __tests = &mut __tests; {entries}}} \
         {PATH}::run(&__tests); }}"
    );
    let mut edited = code.to_owned();
    scan.edits.sort_by_key(|(range, _)| range.start);
    for (range, text) in scan.edits.into_iter().rev() {
        edited.replace_range(range, &text);
    }
    Ok(Some(CellTests { statement, code: edited }))
}

struct Scan<'a> {
    code: &'a str,
    tokens: &'a [Token<'a>],
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Scan<'a> {
    /// Returns the statements that add the tests of some items to the list.
    fn items(&mut self, range: Range<usize>, module: &str) -> Result<String, String> {
        let mut entries = String::new();
        let mut attributes = Vec::new();
        let mut at = range.start;
        while at < range.end {
            if self.text(at) == "#" && self.text(at + 1) == "[" {
                let end = end_of_bracket(self.tokens, at + 1);
                attributes.push(self.attribute(at..end));
                at = end;
                continue;
            }
            entries += &self.item(at, &attributes, module)?;
            attributes.clear();
            at = self.end_of_item(at);
        }
        Ok(entries)
    }

    fn item(
        &mut self,
        start: usize,
        attributes: &[Attribute<'_>],
        module: &str,
    ) -> Result<String, String> {
        let named = |name: &str| attributes.iter().find(|attribute| attribute.name == name);
        for attribute in attributes {
            if attribute.name == "cfg(test)" {
                self.blank(attribute);
            }
        }
        let at = self.keyword(start);
        let name = self.text(at + 1).to_owned();
        let path = format!("{module}{}", name.trim_start_matches("r#"));
        if self.text(at) == "mod" && self.text(at + 2) == "{" {
            let end = end_of_bracket(self.tokens, at + 2);
            let inside = self.items(at + 3..end - 1, &format!("{path}::"))?;
            if inside.is_empty() {
                return Ok(String::new());
            }
            let list = format!(
                " pub(super) fn __tests(__tests: &mut ::std::vec::Vec<{PATH}::Test>) {{ {inside}}} "
            );
            let brace = self.tokens[end - 1].start;
            self.edits.push((brace..brace, list));
            return Ok(format!("{name}::__tests(__tests); "));
        }
        if let Some(other) = attributes.iter().find(|other| other.name.ends_with("::test")) {
            return Err(format!(
                "`#[{}]` of `{path}` needs a test build: write a plain `#[test]`",
                other.name
            ));
        }
        let Some(test) = named("test").filter(|_| self.text(at) == "fn") else {
            return Ok(String::new());
        };
        if (start..at).any(|index| self.text(index) == "async") {
            return Err(format!("the test `{path}` is `async`: a test has to be a plain function"));
        }
        if self.text(at + 2) != "(" || self.text(at + 3) != ")" {
            return Err(format!("the test `{path}` has parameters: nobody would give them to it"));
        }
        let option = |attribute: Option<&Attribute<'_>>| match attribute {
            Some(attribute) => format!("Some({})", attribute.literal.unwrap_or("\"\"")),
            None => "None".to_owned(),
        };
        let mut entry = String::new();
        let _ = write!(
            entry,
            "__tests.push({PATH}::Test {{ name: {path:?}, \
             run: || {PATH}::Outcome::outcome({name}()), should_panic: {}, ignored: {} }}); ",
            option(named("should_panic")),
            option(named("ignore"))
        );
        for attribute in [Some(test), named("should_panic"), named("ignore")].into_iter().flatten()
        {
            self.blank(attribute);
        }
        Ok(entry)
    }

    /// Returns the place of the word that begins an item, after `pub(crate) unsafe` and the like.
    fn keyword(&self, start: usize) -> usize {
        const BEFORE: [&str; 7] = ["pub", "default", "const", "async", "unsafe", "extern", "safe"];
        let mut at = start;
        loop {
            let is_before = BEFORE.contains(&self.text(at));
            let is_abi = at > start && matches!(self.kind(at), Some(TokenKind::Literal { .. }));
            if at > start && self.text(at) == "(" && self.text(at - 1) == "pub" {
                at = end_of_bracket(self.tokens, at);
            } else if is_before || is_abi {
                at += 1;
            } else {
                return at;
            }
        }
    }

    /// Returns the place after the first block, or the first semicolon outside of brackets.
    fn end_of_item(&self, start: usize) -> usize {
        let mut at = start;
        while at < self.tokens.len() {
            match self.tokens[at].kind {
                TokenKind::Semi => return at + 1,
                TokenKind::OpenBrace => return end_of_bracket(self.tokens, at),
                TokenKind::OpenParen | TokenKind::OpenBracket => {
                    at = end_of_bracket(self.tokens, at);
                }
                _ => at += 1,
            }
        }
        at
    }

    fn attribute(&self, range: Range<usize>) -> Attribute<'a> {
        let inside = self.tokens.get(range.start + 2..range.end - 1).unwrap_or_default();
        let is_literal = |token: &&Token<'_>| token.is_literal();
        let name: String = inside.iter().map(|token| token.text).collect();
        let name = match name.split_once(['(', '=']) {
            Some((word, _)) if word != "cfg" => word.to_owned(),
            _ => name,
        };
        Attribute {
            range: self.tokens[range.start].start..self.tokens[range.end - 1].end(),
            name,
            literal: inside.iter().find(is_literal).map(|token| token.text),
        }
    }

    /// Replaces an attribute by spaces. Its line ends stay.
    fn blank(&mut self, attribute: &Attribute<'_>) {
        let text = self.code[attribute.range.clone()].chars();
        let blank = text.map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        self.edits.push((attribute.range.clone(), blank));
    }

    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> CellTests {
        let found = find(code).unwrap().unwrap();
        assert_eq!(found.code.matches('\n').count(), code.matches('\n').count());
        found
    }

    #[test]
    fn attributes_become_spaces_and_what_they_say_is_listed() {
        let code = "use a::b;\n#[test]\nfn one() {\n    let x = [1];\n}\n\
            #[should_panic(\n    expected = \"é(\"\n)] #[test] #[allow(unused)]\n\
            pub(crate) fn two() -> Result<(), E> { Ok(()) }\n\
            #[test]\n#[ignore = \"slow\"]\nfn r#three() {}\nfn no_test() {}\n#[ignore]\n#[test]\nfn four() {}";
        let found = found(code);
        assert!(!found.code.contains("test]") && found.code.contains("#[allow(unused)]"));
        let lines: Vec<&str> = found.code.lines().collect();
        assert_eq!(lines[1..5], ["       ", "fn one() {", "    let x = [1];", "}"]);
        for part in [
            "name: \"one\", run: || ::bootcamp::runtime::testing::Outcome::outcome(one()), \
             should_panic: None, ignored: None",
            "outcome(two()), should_panic: Some(\"é(\"), ignored: None",
            "name: \"three\"",
            "outcome(r#three()), should_panic: None, ignored: Some(\"slow\")",
            "outcome(four()), should_panic: None, ignored: Some(\"\")",
        ] {
            assert!(found.statement.contains(part), "{part}: {}", found.statement);
        }
        assert_eq!(found.statement.matches("push(").count(), 4);
        assert!(!found.statement.contains('\n'));
    }

    #[test]
    fn modules_list_their_own() {
        let code = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use super::*;\n    mod inner {\n        \
            #[test] fn a() {}\n    }\n    mod empty { fn g() {} }\n    #[test]\n    fn b() { f() }\n}";
        let found = found(code);
        assert!(found.statement.contains("tests::__tests(__tests); "), "{}", found.statement);
        assert!(!found.code.contains("cfg(test)"));
        assert_eq!(found.code.matches("pub(super) fn __tests").count(), 2);
        assert!(found.code.contains("name: \"tests::inner::a\""), "{}", found.code);
        assert!(found.code.contains("inner::__tests(__tests); "), "{}", found.code);
        // The function with the list comes before the last brace of the module.
        assert!(found.code.lines().last().unwrap().starts_with(" pub(super) fn"));
    }

    #[test]
    fn what_is_no_test_is_none() {
        for code in [
            "",
            "fn f() { #[test] fn inner() {} }",
            "#[cfg(feature = \"test\")] fn f() {}",
            "let s = \"#[test] fn a() {}\";",
            "// #[test]\nfn a() {}",
            "#[test] struct S;",
        ] {
            assert_eq!(find(code), Ok(None), "{code}");
        }
        assert!(find("#[test] async fn a() {}").unwrap_err().contains("`a` is `async`"));
        assert!(find("mod m { #[test] fn a(x: u8) {} }").unwrap_err().contains("`m::a` has"));
        assert!(find("#[tokio::test]\nasync fn a() {}").unwrap_err().contains("#[tokio::test]"));
        // Incomplete code must not cause a panic.
        for code in ["#[test", "#[test]", "mod m {", "#[test] fn", "#[", "mod m { #[test] fn a() {"]
        {
            let _ = find(code);
        }
    }
}
