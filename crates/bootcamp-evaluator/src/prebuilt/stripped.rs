//! Rust sources stripped of the bodies of their functions.
//!
//! To find the types of a cell's variables, rust-analyzer needs the signatures of a library's
//! functions, not their bodies. Bodies are most of the standard library's text, and much of it is
//! inside of macros that are expanded for every integer type.
//!
//! Attributes stay. Leaving out those that only the compiler reads gained nothing, and without
//! `#[stable]` rust-analyzer takes a third longer.

use bootcamp_syntax::token::{Token, TokenKind, closing, code};

/// The replacement for a body. Its type fits every signature.
const NOTHING: &str = "{ loop {} }";

/// Functions that people use for the length of an array. rust-analyzer computes such lengths, so it
/// needs the bodies.
const COMPUTED: [&str; 36] = [
    "abs",
    "abs_diff",
    "align_of",
    "align_of_val",
    "as_bytes",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_sub",
    "clamp",
    "count_ones",
    "div_ceil",
    "div_euclid",
    "expect",
    "from_str_radix",
    "get",
    "ilog",
    "ilog10",
    "ilog2",
    "isqrt",
    "leading_zeros",
    "len",
    "max",
    "min",
    "new",
    "next_multiple_of",
    "next_power_of_two",
    "pow",
    "rem_euclid",
    "saturating_sub",
    "size_of",
    "size_of_val",
    "trailing_zeros",
    "unwrap",
    "wrapping_add",
    "wrapping_sub",
];

/// Returns the text with empty bodies, except where rust-analyzer needs them.
pub(super) fn without_bodies(text: &str) -> String {
    let tokens = code(text);
    let mut stripped = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while at < tokens.len() {
        let body = if tokens[at].text == "fn" { body_of(&tokens, at) } else { None };
        let Some((open, close)) = body else {
            at += 1;
            continue;
        };
        let (start, end) = (tokens[open].start, tokens[close].start + 1);
        if end - start > NOTHING.len() && !is_needed(&tokens[at..open]) {
            stripped.push_str(&text[copied..start]);
            stripped.push_str(NOTHING);
            copied = end;
        }
        at = close + 1;
    }
    stripped.push_str(&text[copied..]);
    stripped
}

/// Returns the braces of the function whose `fn` is at `start`, or `None` for a type, a declaration
/// or the pattern of a macro.
fn body_of(tokens: &[Token<'_>], start: usize) -> Option<(usize, usize)> {
    // `fn(` is a type.
    if tokens.get(start + 1)?.kind == TokenKind::OpenParen {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = start + 1;
    while at < tokens.len() {
        match tokens[at].kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket => depth = depth.checked_sub(1)?,
            TokenKind::Semi if depth == 0 => return None,
            TokenKind::CloseBrace => return None,
            TokenKind::OpenBrace => {
                let close = closing(tokens, at)?;
                // These braces are not a body, but a length, the argument of a type such as `Foo<{
                // N }>`, or a macro's `${concat(a, b)}`.
                let is_argument = tokens.get(close + 1).is_some_and(|next| next.text == ">")
                    || tokens[at - 1].text == "$";
                if depth == 0 && !is_argument {
                    return Some((at, close));
                }
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Says whether rust-analyzer needs the body: for the type behind an `impl`, or to compute a
/// number.
fn is_needed(signature: &[Token<'_>]) -> bool {
    let name = signature.get(1).map_or("", |token| token.text);
    let gives = signature.windows(2).position(|pair| pair[0].text == "-" && pair[1].text == ">");
    let hides = gives.is_some_and(|at| signature[at..].iter().any(|token| token.text == "impl"));
    hides || COMPUTED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_go_and_signatures_stay() {
        let text = "/// Doc with { brace\npub fn double(x: [u8; { 2 }]) -> Vec<u8> where u8: Copy {\n    \
            let s = \"}\"; let c = '}'; // }\n    if x { y } else { z }\n}\nfn next() -> u8;\n\
            type F = fn(u8) -> u8;\nconst N: usize = { 1 + 1 + 1 + 1 + 1 + 1 };";
        let stripped = without_bodies(text);
        assert_eq!(
            stripped,
            "/// Doc with { brace\npub fn double(x: [u8; { 2 }]) -> Vec<u8> where u8: Copy \
             { loop {} }\nfn next() -> u8;\ntype F = fn(u8) -> u8;\n\
             const N: usize = { 1 + 1 + 1 + 1 + 1 + 1 };"
        );
    }

    #[test]
    fn bodies_inside_macros_go_too() {
        let text = "macro_rules! m { ($T:ty, fn $n:ident()) => { impl $T { pub const fn $n(self) \
                    -> Self { self.one().two().three() } } } }";
        assert!(without_bodies(text).contains("-> Self { loop {} } } } }"));
        let text = "fn ${concat($a, _b)}(x: u8) -> u8 { x.one().two().three() }";
        assert_eq!(without_bodies(text), "fn ${concat($a, _b)}(x: u8) -> u8 { loop {} }");
    }

    #[test]
    fn bodies_that_say_more_stay() {
        for text in [
            "fn numbers() -> impl Iterator<Item = u8> { (0..10).filter(|x| x % 2 == 0) }",
            "pub const fn pow(self, mut exp: u32) -> Self { let mut acc = 1; acc }",
            "fn short() { }",
            "fn a() -> Foo<{ 1 + 2 + 3 + 4 + 5 + 6 + 7 }> ;",
            "not rust at all { fn",
        ] {
            assert_eq!(without_bodies(text), text);
        }
    }
}
