//! The tokens of code.

use ra_ap_rustc_lexer::{FrontmatterAllowed, Token as Lexed, tokenize};

pub use ra_ap_rustc_lexer::{DocStyle, LiteralKind, TokenKind};

/// A token: its kind, its text and where it begins.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is, as rustc's lexer says.
    pub kind: TokenKind,
    /// Its text in the code.
    pub text: &'a str,
    /// The byte offset of its first byte.
    pub start: usize,
    /// How many brackets are open around it. A bracket is as deep as what it stands in.
    pub depth: usize,
}

impl Token<'_> {
    /// The byte offset behind it.
    #[must_use]
    pub fn end(&self) -> usize {
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

    /// Whether it is a comment, of documentation or not.
    #[must_use]
    pub fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment { .. } | TokenKind::BlockComment { .. })
    }

    /// Whether the compiler leaves it out: a space or a comment.
    #[must_use]
    pub fn is_trivia(&self) -> bool {
        self.kind == TokenKind::Whitespace || self.is_comment()
    }

    /// Whether it is a name or a keyword.
    #[must_use]
    pub fn is_word(&self) -> bool {
        matches!(self.kind, TokenKind::Ident | TokenKind::RawIdent)
    }

    /// Whether it is a literal: a string, a character or a number.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        matches!(self.kind, TokenKind::Literal { .. })
    }

    /// What the lexer knows of it, for those who judge whether it is whole.
    #[must_use]
    pub fn lexed(&self) -> Lexed {
        Lexed { kind: self.kind, len: u32::try_from(self.text.len()).unwrap_or(u32::MAX) }
    }
}

/// All tokens, spaces and comments among them. Together they are the whole code.
///
/// ```
/// let tokens: Vec<_> = bootcamp_syntax::token::all("f(x) // f").collect();
/// assert_eq!(tokens.len(), 6);
/// assert_eq!((tokens[2].text, tokens[2].depth), ("x", 1));
/// ```
pub fn all(code: &str) -> impl Iterator<Item = Token<'_>> {
    let (mut start, mut depth) = (0, 0_usize);
    tokenize(code, FrontmatterAllowed::No).map(move |token| {
        let text = &code[start..start + token.len as usize];
        let mut token = Token { kind: token.kind, text, start, depth };
        start = token.end();
        match token.step() {
            1 => depth += 1,
            -1 => {
                depth = depth.saturating_sub(1);
                token.depth = depth;
            }
            _ => {}
        }
        token
    })
}

/// The tokens without spaces and comments.
///
/// ```
/// let texts: Vec<_> =
///     bootcamp_syntax::token::code("x /* y */ + 1").iter().map(|token| token.text).collect();
/// assert_eq!(texts, ["x", "+", "1"]);
/// ```
#[must_use]
pub fn code(code: &str) -> Vec<Token<'_>> {
    all(code).filter(|token| !token.is_trivia()).collect()
}

/// Whether one of these words is a token of the code: a name or a keyword.
///
/// ```
/// use bootcamp_syntax::token::has_word;
///
/// assert!(has_word("for i in 0..3 {}", &["for", "while"]));
/// assert!(!has_word("wait(\"for\") // while", &["for", "while"]));
/// ```
#[must_use]
pub fn has_word(code: &str, words: &[&str]) -> bool {
    all(code).any(|token| token.is_word() && words.contains(&token.text))
}

/// Whether tokens with these texts follow each other, spaces and comments left out.
///
/// ```
/// use bootcamp_syntax::token::has_sequence;
///
/// assert!(has_sequence("density ! (f)", &["density", "!"]));
/// assert!(!has_sequence("density(f) != 1", &["density", "!"]));
/// ```
#[must_use]
pub fn has_sequence(text: &str, texts: &[&str]) -> bool {
    let is_same = |(token, text): (&Token<'_>, &&str)| !token.is_literal() && token.text == *text;
    let tokens = code(text);
    tokens.windows(texts.len()).any(|window| window.iter().zip(texts).all(is_same))
}

/// Whether the code waits for a future.
///
/// ```
/// use bootcamp_syntax::token::waits;
///
/// assert!(waits("f() . await") && waits("f(). // now\n await?"));
/// assert!(!waits("\"f().await\"; let awaited = 1; // .await"));
/// ```
#[must_use]
pub fn waits(code: &str) -> bool {
    has_sequence(code, &[".", "await"])
}

/// The names that the code could mean: its words, and those in its strings, since a format
/// string names variables, too. A raw name stands without its `r#`.
///
/// ```
/// let names: Vec<_> = bootcamp_syntax::token::names("f(r#type, \"{x:?}\") // y").collect();
/// assert_eq!(names, ["f", "type", "x"]);
/// ```
pub fn names(code: &str) -> impl Iterator<Item = &str> {
    let is_name = |word: &&str| !word.starts_with(|c: char| c.is_ascii_digit());
    all(code)
        .filter(|token| token.is_word() || token.is_literal())
        .flat_map(|token| words(token.text.strip_prefix("r#").unwrap_or(token.text)))
        .filter(is_name)
}

/// Everything in a text that could be a name: letters, digits and `_`. For the text of a
/// type, which has neither strings nor comments.
///
/// ```
/// let words: Vec<_> = bootcamp_syntax::token::words("Vec<(m::A, f64)>").collect();
/// assert_eq!(words, ["Vec", "m", "A", "f64"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The code with spaces in the place of comments, so that more can follow in its line.
///
/// ```
/// assert_eq!(bootcamp_syntax::token::without_comments("let x = 1; // é"), "let x = 1;     ");
/// ```
#[must_use]
pub fn without_comments(code: &str) -> String {
    let text = |token: Token<'_>| {
        if token.is_comment() { " ".repeat(token.text.chars().count()) } else { token.text.into() }
    };
    all(code).map(text).collect()
}

/// The bracket that closes the one at `open`; `None` if it stays open.
///
/// ```
/// use bootcamp_syntax::token::{closing, code};
///
/// let tokens = code("a(b[1], c) d");
/// assert_eq!(closing(&tokens, 1), Some(8));
/// assert_eq!(closing(&tokens[..4], 1), None);
/// ```
#[must_use]
pub fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0;
    (open..tokens.len()).find(|&at| {
        depth += tokens[at].step();
        depth <= 0
    })
}

/// The end of the bracket that the token at `open` begins: the index behind it, or the end of
/// all if it stays open.
///
/// ```
/// use bootcamp_syntax::token::{code, end_of_bracket};
///
/// let tokens = code("a(b[1], c) d");
/// assert_eq!(end_of_bracket(&tokens, 1), tokens.len() - 1);
/// assert_eq!(end_of_bracket(&tokens[..4], 1), 4);
/// ```
#[must_use]
pub fn end_of_bracket(tokens: &[Token<'_>], open: usize) -> usize {
    closing(tokens, open).map_or(tokens.len(), |close| close + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brackets_are_as_deep_as_what_they_stand_in() {
        let depths: Vec<_> =
            code("a{(b)}c)d").iter().map(|token| (token.text, token.depth)).collect();
        let expected =
            [("a", 0), ("{", 0), ("(", 1), ("b", 2), (")", 1), ("}", 0), ("c", 0), (")", 0)];
        assert_eq!(depths[..8], expected);
    }

    #[test]
    fn words_in_comments_and_strings_are_no_code() {
        for text in ["// fn", "/* fn */ 1", "\"fn\"", "r#\"fn\"#", "b\"fn\"", "r#fn", "'f'", "fna"]
        {
            assert!(!has_word(text, &["fn"]), "{text}");
        }
        assert!(has_word("/* a */fn/* b */f() {}", &["fn"]));
    }

    proptest! {
        #[test]
        fn tokens_are_the_whole_code(text in r#"[a-z0-9{}()\[\]"'/*#r\\ \n;=.é😀-]{0,60}"#) {
            let mut end = 0;
            for token in all(&text) {
                prop_assert_eq!(token.start, end);
                end = token.end();
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
