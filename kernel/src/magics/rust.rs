//! What magics see of the Rust that they are given, by its tokens.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

use super::{Session, Step, split, usage_error};
use crate::evaluator::Failure;

/// A token: its kind, its text and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// How it changes the number of open brackets.
    fn step(&self) -> isize {
        match self.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => -1,
            _ => 0,
        }
    }

    fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment { .. } | TokenKind::BlockComment { .. })
    }
}

fn all(code: &str) -> impl Iterator<Item = Token<'_>> {
    let mut start = 0;
    tokenize(code, FrontmatterAllowed::No).map(move |token| {
        let text = &code[start..start + token.len as usize];
        start += text.len();
        Token { kind: token.kind, text, start: start - text.len() }
    })
}

/// The tokens without spaces and comments.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_code = |token: &Token| token.kind != TokenKind::Whitespace && !token.is_comment();
    all(code).filter(is_code).collect()
}

/// The code with spaces in the place of comments, so that more can follow in its line.
pub(super) fn without_comments(code: &str) -> String {
    let text = |token: Token| {
        if token.is_comment() { " ".repeat(token.text.chars().count()) } else { token.text.into() }
    };
    all(code).map(text).collect()
}

/// The end of the bracket that the token at `open` begins: the index behind it.
pub(super) fn end_of_bracket(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        depth += token.step();
        if depth <= 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// Whether the code waits for a future.
pub(super) fn waits(code: &str) -> bool {
    let tokens = tokens(code);
    tokens.windows(2).any(|pair| pair[0].kind == TokenKind::Dot && pair[1].text == "await")
}

/// The variables that the `let`s of the code define, outside of all blocks.
pub(super) fn bindings(code: &str) -> Vec<String> {
    const WORDS: [&str; 7] = ["mut", "ref", "box", "true", "false", "_", "const"];
    let tokens = tokens(code);
    let mut names: Vec<String> = Vec::new();
    let mut depth = 0;
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        depth += token.step();
        if depth != 0 || token.text != "let" {
            continue;
        }
        // The pattern ends with the type, the value or the statement.
        let mut inside = 0;
        while let Some(token) = tokens.get(index) {
            let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
            let is_path =
                |at: usize| text(at) == ":" && [text(at - 1), text(at + 1)].contains(&":");
            inside += token.step();
            if inside == 0 && ["=", ";", ":"].contains(&token.text) && !is_path(index) {
                break;
            }
            // In a struct's pattern, `field: variable`.
            let is_other = match text(index + 1) {
                "(" | "{" | "!" => true,
                ":" => inside > 0 || is_path(index + 1),
                _ => false,
            };
            let is_name = matches!(token.kind, TokenKind::Ident | TokenKind::RawIdent)
                && !token.text.starts_with(char::is_uppercase)
                && !WORDS.contains(&token.text);
            if is_name && !is_other && !names.iter().any(|name| name == token.text) {
                names.push(token.text.to_owned());
            }
            index += 1;
        }
    }
    names
}

/// The one piece of Rust that a magic is to work on, with its lines for the shell as Rust,
/// too. `what` the magic does with it is for the message of what cannot be done.
pub(super) fn only_rust(
    code: &str,
    session: &Session<'_>,
    spelling: &str,
) -> Result<String, Failure> {
    let mut steps = split(code, session);
    if let Some(Step::Magic(inner)) = steps.iter().find(|step| matches!(step, Step::Magic(_))) {
        let why = format!(
            "`{spelling}` takes Rust, and `{}` is a magic: put it into a cell of its own",
            inner.spelling()
        );
        return Err(usage_error(&why));
    }
    let Some(Step::Rust(rust)) = steps.pop() else { return Ok(String::new()) };
    let is_command = |line: &str| line.starts_with(':') && !line.starts_with("::");
    if let Some(command) = rust.lines().map(str::trim).find(|line| !line.is_empty())
        && is_command(command)
    {
        let name = command.split(' ').next().unwrap_or(command);
        let why = format!("`{spelling}` takes Rust: put `{name}` into a cell above");
        return Err(usage_error(&why));
    }
    let is_only_comments = tokens(&rust).is_empty();
    Ok(if is_only_comments { String::new() } else { rust })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_setup_defines_is_found() {
        for (code, names) in [
            ("let x = 2.0;", vec!["x"]),
            ("let mut v: Vec<f64> = numbers.clone()", vec!["v"]),
            ("let (mut a, b) = f(c); { let d = 1; }", vec!["a", "b"]),
            ("let Some(x) = y else { panic!() };", vec!["x"]),
            ("let P { x, y: z, .. } = p; let [q, ..] = r;", vec!["x", "z", "q"]),
            ("let _ = 1; let a::B(r#type) = t;", vec!["r#type"]),
            ("fn f() { let x = 1; }", vec![]),
            ("let x = 1; let x = x + 1;", vec!["x"]),
        ] {
            assert_eq!(bindings(code), names, "{code}");
        }
    }

    #[test]
    fn only_code_waits() {
        assert!(waits("f() . await") && waits("f(). // now\n await?"));
        assert!(!waits("\"f().await\"; let awaited = 1; // .await"));
    }

    #[test]
    fn comments_become_spaces() {
        assert_eq!(without_comments("let x = 1; // é"), "let x = 1;     ");
        assert_eq!(without_comments("a(/* 1 */ \"// b\")"), "a(        \"// b\")");
    }

    #[test]
    fn a_bracket_is_taken_as_a_whole() {
        let tokens = tokens("a(b[1], c) d");
        assert_eq!(end_of_bracket(&tokens, 1), tokens.len() - 1);
        assert_eq!(end_of_bracket(&tokens[..4], 1), 4);
    }
}
