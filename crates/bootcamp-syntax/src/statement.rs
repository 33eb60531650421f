//! Whether the last statement of a cell has come to its end.

use crate::token::{DocStyle, TokenKind};

/// The last statement outside of all brackets. What is in brackets is left out: the closing
/// one stands for it.
#[derive(Debug, Default)]
pub(crate) struct Statement<'a> {
    tokens: Vec<(TokenKind, &'a str)>,
}

impl<'a> Statement<'a> {
    pub(crate) fn read(&mut self, kind: TokenKind, text: &'a str) {
        match kind {
            TokenKind::Semi => self.tokens.clear(),
            TokenKind::Whitespace
            | TokenKind::LineComment { doc_style: None | Some(DocStyle::Inner) }
            | TokenKind::BlockComment { doc_style: None | Some(DocStyle::Inner), .. } => {}
            _ => {
                if self.ended_before(kind, text) {
                    self.tokens.clear();
                }
                self.tokens.push((kind, text));
            }
        }
    }

    /// Whether the token before was the end of a block, and this one begins something else.
    fn ended_before(&self, kind: TokenKind, text: &str) -> bool {
        let begins = match kind {
            TokenKind::Ident => !["else", "as"].contains(&text),
            TokenKind::RawIdent
            | TokenKind::Literal { .. }
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. }
            | TokenKind::Pound
            | TokenKind::Lifetime { .. }
            // A block that directly follows one.
            | TokenKind::CloseBrace => true,
            _ => false,
        };
        let after_block = self.tokens.last().is_some_and(|last| last.0 == TokenKind::CloseBrace);
        begins && after_block && !self.needs_semicolon()
    }

    /// Whether what comes next may be the begin of another one, for certain.
    pub(crate) fn may_begin_another(&self) -> bool {
        let after_block = self.tokens.last().is_some_and(|last| last.0 == TokenKind::CloseBrace);
        self.tokens.is_empty() || after_block && !self.needs_semicolon()
    }

    /// Whether it is a `let` that lacks its value.
    pub(crate) fn is_let_before_value(&self) -> bool {
        let is_let = self.tokens.first().is_some_and(|first| first.1 == "let");
        is_let && self.tokens.last().is_some_and(|last| last.0 == TokenKind::Eq)
    }

    pub(crate) fn is_whole(&self) -> bool {
        let item = self.without_attributes();
        let Some(&(kind, text)) = item.last() else { return self.has_no_attribute() };
        if is_operator(kind) || kind == TokenKind::Ident && EXPECTING.contains(&text) {
            return false;
        }
        let needs_block = item[0].0 == TokenKind::Ident && NEEDING_BLOCK.contains(&item[0].1)
            || item.iter().any(|token| token.1 == "fn");
        let has_block = item.iter().any(|token| token.0 == TokenKind::CloseBrace);
        !self.needs_semicolon() && (!needs_block || has_block)
    }

    /// Whether nothing but its semicolon is missing.
    pub(crate) fn lacks_semicolon(&self) -> bool {
        let ends = self.without_attributes().last().is_some_and(|&(kind, text)| {
            !(is_operator(kind) || kind == TokenKind::Ident && EXPECTING.contains(&text))
        });
        ends && self.needs_semicolon()
    }

    fn needs_semicolon(&self) -> bool {
        let item = self.without_attributes();
        item.first().is_some_and(|token| NEEDING_SEMICOLON.contains(&token.1))
            && item.iter().all(|token| token.1 != "fn")
    }

    /// What follows attributes, comments on it, and `pub`.
    fn without_attributes(&self) -> &[(TokenKind, &'a str)] {
        use TokenKind::{Bang, BlockComment, CloseBracket, CloseParen, Ident, LineComment, Pound};
        let mut rest = &self.tokens[..];
        loop {
            rest = match rest {
                [(LineComment { .. } | BlockComment { .. }, _) | (Ident, "pub"), rest @ ..]
                | [(Pound, _), (CloseBracket, _), rest @ ..]
                | [(Pound, _), (Bang, _), (CloseBracket, _), rest @ ..] => {
                    // `pub(crate)`
                    rest.strip_prefix(&[(CloseParen, ")")]).unwrap_or(rest)
                }
                _ => return rest,
            }
        }
    }

    /// Whether nothing waits for the item that it belongs to.
    fn has_no_attribute(&self) -> bool {
        use TokenKind::{Bang, CloseBracket, Pound};
        let is_inner = |tokens: &[(TokenKind, &str)]| {
            matches!(tokens, [(Pound, _), (Bang, _), (CloseBracket, _)])
        };
        self.tokens.chunks(3).all(is_inner)
    }
}

/// Words that begin what ends with a block, if not with a semicolon.
const NEEDING_BLOCK: [&str; 13] = [
    "async", "enum", "extern", "for", "if", "impl", "loop", "match", "mod", "struct", "trait",
    "unsafe", "while",
];

/// Words that begin what ends with a semicolon.
const NEEDING_SEMICOLON: [&str; 5] = ["const", "let", "static", "type", "use"];

/// Words that nothing ends with.
const EXPECTING: [&str; 28] = [
    "as", "async", "const", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "static", "struct", "trait",
    "type", "unsafe", "use", "where", "while",
];

/// Whether something has to follow. `?` and brackets can be the end.
fn is_operator(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::And
            | TokenKind::At
            | TokenKind::Bang
            | TokenKind::Caret
            | TokenKind::Colon
            | TokenKind::Comma
            | TokenKind::Dollar
            | TokenKind::Dot
            | TokenKind::Eq
            | TokenKind::Gt
            | TokenKind::Lt
            | TokenKind::Minus
            | TokenKind::Or
            | TokenKind::Percent
            | TokenKind::Plus
            | TokenKind::Pound
            | TokenKind::Slash
            | TokenKind::Star
    )
}
