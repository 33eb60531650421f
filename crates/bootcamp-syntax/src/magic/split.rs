//! Taking a cell apart: Rust, magics, and lines for the shell.
//!
//! Lines stay lines: Rust stands where it stood in the cell, so that errors point at the
//! right place. Only where a statement may begin, outside of all brackets, a `%` or a `!` is
//! not Rust's own.

use std::collections::HashSet;

use super::call::{Call, call, cell_magic, magic_at};
use super::shell_line;
use crate::command::is_command;
use crate::statement::Statement;
use crate::token::{self, TokenKind};

/// A part of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Rust on the lines that it has in the cell; the other lines are empty.
    Rust(String),
    /// A line or a cell that is not Rust.
    Magic(Call),
}

/// What is known of names when a cell is taken apart.
pub trait Known {
    /// Whether there is a magic of this name.
    fn is_magic(&self, name: &str) -> bool;
    /// Whether there is a variable of this name.
    fn is_variable(&self, name: &str) -> bool;
}

/// The parts of a cell, in order.
#[must_use]
pub fn split(cell: &str, known: &dyn Known) -> Vec<Step> {
    if let Some(call) = cell_magic(cell) {
        return vec![Step::Magic(call)];
    }
    let mut splitter = Splitter {
        cell,
        known,
        steps: Vec::new(),
        rust: String::new(),
        copied: 0,
        holds_code: false,
        statement: Statement::default(),
        depth: 0,
        at_head: true,
        locals: HashSet::new(),
    };
    splitter.read();
    splitter.copy_to(cell.len());
    splitter.end_rust();
    splitter.steps
}

struct Splitter<'a> {
    cell: &'a str,
    known: &'a dyn Known,
    steps: Vec<Step>,
    /// The Rust since the last magic, with a line for each line of the cell so far.
    rust: String,
    /// What of the cell is in `rust`, or was left out.
    copied: usize,
    holds_code: bool,
    statement: Statement<'a>,
    depth: usize,
    /// Whether evcxr's commands may still come.
    at_head: bool,
    /// The variables that the cell itself has defined.
    locals: HashSet<&'a str>,
}

impl Splitter<'_> {
    fn read(&mut self) {
        let mut at = 0;
        // What stands in a line that is not Rust must not open a string or a bracket.
        while let Some(end) = self.read_rust(at) {
            at = end;
        }
    }

    /// Reads tokens from a place on. Gives the end of the first line that is not Rust.
    fn read_rust(&mut self, from: usize) -> Option<usize> {
        let mut is_after_let = false;
        for token in token::all(&self.cell[from..]) {
            let (start, text, is_space) = (from + token.start, token.text, token.is_trivia());
            if self.depth == 0 && !is_space {
                let taken = if self.is_first_of_line(start) { self.take_line(start) } else { None };
                if let Some(end) = taken.or_else(|| self.take_capture(token.kind, start)) {
                    self.statement = Statement::default();
                    return Some(end);
                }
            }
            match token.kind {
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                    self.depth += 1;
                }
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    self.depth = self.depth.saturating_sub(1);
                }
                TokenKind::Ident if is_after_let && text != "mut" => {
                    self.locals.insert(text);
                }
                _ => {}
            }
            if !is_space {
                is_after_let = text == "let" || is_after_let && text == "mut";
                self.holds_code = true;
                self.at_head = false;
            }
            if self.depth == 0 {
                self.statement.read(token.kind, text);
            }
        }
        None
    }

    fn is_first_of_line(&self, start: usize) -> bool {
        let line = self.cell[..start].rfind('\n').map_or(0, |at| at + 1);
        self.cell[line..start].trim().is_empty()
    }

    fn line_end(&self, start: usize) -> usize {
        self.cell[start..].find('\n').map_or(self.cell.len(), |at| start + at)
    }

    /// Takes the line that begins with the token at `start` if it is not Rust; gives its end.
    fn take_line(&mut self, start: usize) -> Option<usize> {
        let end = self.line_end(start);
        let line = &self.cell[start..end];
        let begins = self.statement.may_begin_another();
        if let Some((name, rest)) = magic_at(line, "%%").filter(|_| begins) {
            let mut misplaced = call(self.cell, start, name, rest);
            misplaced.misplaced = true;
            self.end_rust_before(start);
            self.steps.push(Step::Magic(misplaced));
            self.copied = end;
            return Some(end);
        }
        if let Some((name, rest)) = magic_at(line, "%") {
            // `a` and `%b` below it are a remainder, unless `%b` is known to be a magic.
            let ends = self.statement.is_whole() && self.known.is_magic(name);
            if !begins && !ends {
                return None;
            }
            let call = call(self.cell, start, name, rest);
            self.end_rust_before(start);
            self.steps.push(Step::Magic(call));
            self.copied = end;
            return Some(end);
        }
        if let Some(command) = line.strip_prefix('!').filter(|_| begins) {
            self.copy_to(start);
            self.rust += &shell_line::run(command.trim(), &|name| self.is_variable(name));
            self.copied = end;
            self.holds_code = true;
            self.at_head = false;
            return Some(end);
        }
        // evcxr's own commands are lines, too; they stay in the code.
        let is_command = self.at_head && is_command(line);
        if is_command {
            self.holds_code = true;
        }
        is_command.then_some(end)
    }

    /// Takes `!command` at the end of `let name = !command`, if that is not Rust's `!`.
    fn take_capture(&mut self, kind: TokenKind, start: usize) -> Option<usize> {
        if kind != TokenKind::Bang || !self.statement.is_let_before_value() {
            return None;
        }
        let end = self.line_end(start);
        let command = self.cell[start + 1..end].trim();
        let next = self.cell[end..].trim_start();
        // `let all = !some;`, on one line or more.
        let goes_on = |text: &str| text.starts_with(['.', '&', '|', '?', '=', '^', ';', ')']);
        if command.is_empty() || command.ends_with([';', '{', '(', '&', '|']) || goes_on(next) {
            return None;
        }
        self.copy_to(start);
        self.rust += &shell_line::lines(command, &|name| self.is_variable(name));
        self.copied = end;
        Some(end)
    }

    fn is_variable(&self, name: &str) -> bool {
        self.locals.contains(name) || self.known.is_variable(name)
    }

    fn copy_to(&mut self, end: usize) {
        self.rust += &self.cell[self.copied..end];
        self.copied = end;
    }

    /// Ends the Rust in front of a magic, whose own spaces are left out.
    fn end_rust_before(&mut self, start: usize) {
        let before = self.cell[..start].trim_end_matches([' ', '\t']).len();
        self.copy_to(before.max(self.copied));
        self.end_rust();
    }

    fn end_rust(&mut self) {
        let lines = self.rust.matches('\n').count();
        let rust = std::mem::replace(&mut self.rust, "\n".repeat(lines));
        if std::mem::take(&mut self.holds_code) {
            self.steps.push(Step::Rust(rust));
        }
    }
}
