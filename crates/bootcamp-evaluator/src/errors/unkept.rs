//! Values that cannot be kept for later cells: the reason, and a line that works.

use ariadne::{Color, ReportKind};
use bootcamp_syntax::binding::bindings;
use bootcamp_syntax::closure::{Closure, closures};
use bootcamp_syntax::command::without_commands;
use bootcamp_syntax::token;

use super::picture::{Mark, draw};
use crate::cell::Cell;
use crate::failure::Failure;

const NAME: &str = "CannotBeKept";

/// The signature of a closure that rust-analyzer shows: `Fn`, the types of its parameters, its
/// result.
#[derive(Debug, PartialEq)]
struct Signature<'a> {
    kind: &'a str,
    parameters: Vec<&'a str>,
    result: &'a str,
}

impl<'a> Signature<'a> {
    /// Reads `let f: impl Fn(i32) -> i32`; `None` if a type is not known.
    fn read(text: &'a str) -> Option<Self> {
        let (_, bound) = text.lines().next()?.split_once(": impl ")?;
        let is_open = |token: &token::Token<'_>| ["_", "unknown"].contains(&token.text);
        if token::code(bound).iter().any(is_open) {
            return None;
        }
        let (kind, rest) = bound.split_once('(')?;
        let end = end_of_types(rest)?;
        let result = rest[end + 1..].trim().strip_prefix("->").map_or("()", str::trim);
        Some(Self { kind, parameters: types(&rest[..end]), result })
    }

    /// Returns the line with a box that holds such a closure.
    fn boxed(&self, closure: &Closure, text: &str, takes: bool) -> String {
        let Self { kind, parameters, result } = self;
        let result = if *result == "()" { String::new() } else { format!(" -> {result}") };
        let mutable = if closure.is_mutable || *kind == "FnMut" { "mut " } else { "" };
        let takes = if takes && !text.starts_with("move") { "move " } else { "" };
        format!(
            "let {mutable}{}: Box<dyn {kind}({}){result}> = Box::new({takes}{text});",
            closure.name,
            parameters.join(", "),
        )
    }
}

/// Returns where the types of the parameters end: at the bracket that closes the list.
fn end_of_types(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' | ']' => depth -= 1,
            '>' if !text[..at].ends_with('-') => depth -= 1,
            _ => {}
        }
        None
    })
}

/// Splits a list of types.
fn types(list: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0, 0);
    let mut found = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' => depth -= 1,
            '>' if !list[..at].ends_with('-') => depth -= 1,
            ',' if depth == 0 => {
                found.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = list[start..].trim();
    found.extend((!last.is_empty()).then_some(last));
    found
}

/// Tells which closure of a cell could not be kept.
#[derive(Debug)]
pub(super) enum ClosurePlace {
    /// The closure of this name.
    Named(String),
    /// The closure around this character.
    Around(usize),
    Any,
}

/// The failure of a cell that gives a name to a closure, if it does.
pub(super) fn closure_failure(
    cell: &Cell,
    place: &ClosurePlace,
    variables: &[String],
    mut hover: impl FnMut(&str) -> String,
) -> Option<Failure> {
    let mut found = closures(&cell.code).into_iter();
    let closure = found.find(|closure| match place {
        ClosurePlace::Named(name) => closure.name == *name,
        ClosurePlace::Around(character) => {
            let start = cell.code[..closure.range.start].chars().count();
            let length = cell.code[closure.range.clone()].chars().count();
            (start..start + length).contains(character)
        }
        ClosurePlace::Any => true,
    })?;
    let text = cell.code[closure.range.clone()].to_owned();
    let own = bindings(&cell.code);
    let names = variables.iter().chain(&own).map(String::as_str);
    let takes = closure.uses(names.filter(|name| *name != closure.name));
    // Without commands, which are not to be run again. How the cell uses the closure may
    // say its types.
    let asked = format!("{}\n;\n{}", without_commands(&cell.code), closure.name);
    let hover = hover(&asked);
    let (why, other) = told(&closure, Signature::read(&hover).as_ref(), &text, takes);
    let before = cell.code[..closure.range.start].chars().count();
    let range = before..before + text.chars().count();
    let mark = Mark { range, text: "a closure has a type without a name".to_owned() };
    let kind = ReportKind::Custom(NAME, Color::Red);
    let traceback = draw(kind, None, &why, cell, &[mark], Some(&other));
    Some(Failure { ename: NAME.to_owned(), evalue: why, traceback })
}

/// Returns why a closure cannot be kept, with the line that works, and an alternative.
fn told(
    closure: &Closure,
    signature: Option<&Signature<'_>>,
    text: &str,
    takes: bool,
) -> (String, String) {
    let name = &closure.name;
    let begin = format!("the closure `{name}` cannot be kept for later cells: write");
    let in_braces = "in braces, `{ .. }`, it lives as long as they are open";
    let Some(signature) = signature else {
        let types: Vec<&str> = closure.parameters.iter().map(|_| "f64").collect();
        let example = Closure { body: "{ .. }".to_owned(), ..closure.clone() };
        let example = example.function(&types, "f64");
        return (
            format!("{begin} a function with its types, such as `{example}`"),
            in_braces.to_owned(),
        );
    };
    let boxed = signature.boxed(closure, text, takes);
    if takes || signature.kind != "Fn" {
        return (format!("{begin} `{boxed}`"), in_braces.to_owned());
    }
    let function = closure.function(&signature.parameters, signature.result);
    (format!("{begin} `{function}`"), format!("or `{boxed}`\n{in_braces}"))
}

/// Returns evcxr's message about a value that cannot be kept, in one sentence, or `None` for any
/// other text.
pub(super) fn of_evcxr(text: &str) -> Option<Failure> {
    let quoted = |index: usize| text.split('`').nth(2 * index + 1);
    let name = quoted(0)?;
    let why = if text.starts_with("Couldn't automatically determine type of variable") {
        format!("the type of `{name}` cannot be told: write it, as in `let {name}: Vec<f64> = ..;`")
    } else if text.starts_with("The variable `") && text.contains("which cannot be persisted") {
        let of = quoted(1).unwrap_or_default();
        // The most frequent case is an iterator that is not collected yet.
        let remedy = if of.contains("iter::") {
            "collect it, as in `.collect::<Vec<_>>()`".to_owned()
        } else {
            format!("put it into a box, as in `let {name}: Box<dyn Fn()> = Box::new(..);`")
        };
        format!("later cells could not name the type of `{name}`, `{of}`: {remedy}")
    } else if text.starts_with("The variable `") && text.contains("is a closure") {
        format!(
            "the closure `{name}` cannot be kept for later cells: write a function, \
             `fn {name}(x: f64) -> f64 {{ .. }}`"
        )
    } else {
        return None;
    };
    Some(Failure::plain(NAME, &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closure(code: &str) -> (Closure, String) {
        let closure = closures(code).remove(0);
        let text = code[closure.range.clone()].to_owned();
        (closure, text)
    }

    #[test]
    fn a_signature_is_read() {
        for (text, expected) in [
            ("let f: impl Fn(i32) -> i32", Some(("Fn", vec!["i32"], "i32"))),
            ("let mut f: impl FnMut(f64)", Some(("FnMut", vec!["f64"], "()"))),
            ("let f: impl FnOnce() -> Vec<f64>", Some(("FnOnce", vec![], "Vec<f64>"))),
            (
                "let f: impl Fn(&[f64], fn(u8) -> (u8, u8)) -> (A, B)",
                Some(("Fn", vec!["&[f64]", "fn(u8) -> (u8, u8)"], "(A, B)")),
            ),
            ("let f: impl Fn({unknown}) -> {unknown}", None),
            ("let f: impl Fn(i32, _) -> _", None),
            ("let f: i32", None),
            ("", None),
        ] {
            let read = Signature::read(text);
            let read = read.map(|of| (of.kind, of.parameters, of.result));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn the_line_that_works_is_told() {
        let (plain, text) = closure("let f = |x: i32| x + 1;");
        let signature = Signature::read("let f: impl Fn(i32) -> i32");
        let (why, other) = told(&plain, signature.as_ref(), &text, false);
        assert!(why.ends_with("later cells: write `fn f(x: i32) -> i32 { x + 1 }`"), "{why}");
        let boxed = "`let f: Box<dyn Fn(i32) -> i32> = Box::new(|x: i32| x + 1);`";
        assert!(other.starts_with(&format!("or {boxed}")), "{other}");
        let (why, _) = told(&plain, signature.as_ref(), &text, true);
        assert!(why.ends_with("Box::new(move |x: i32| x + 1);`"), "{why}");
        let (why, _) = told(&plain, None, &text, false);
        assert!(why.ends_with("such as `fn f(x: f64) -> f64 { .. }`"), "{why}");
        let (counts, text) = closure("let f = || n += 1;");
        let signature = Signature::read("let f: impl FnMut()");
        let (why, _) = told(&counts, signature.as_ref(), &text, true);
        assert!(why.contains("`let mut f: Box<dyn FnMut()> = Box::new(move || n += 1);`"), "{why}");
    }

    #[test]
    fn what_evcxr_says_becomes_a_sentence() {
        for (text, begin) in [
            (
                "Couldn't automatically determine type of variable `x`.\nPlease give it an explicit type.",
                "the type of `x` cannot be told",
            ),
            (
                "The variable `x` has type `std::iter::Map<A, impl Fn()>` which cannot be persisted.\nYou",
                "later cells could not name the type of `x`, `std::iter::Map<A, impl Fn()>`: collect it",
            ),
            (
                "The variable `x` has type `impl Tr` which cannot be persisted.\nYou might",
                "later cells could not name the type of `x`, `impl Tr`: put it into a box",
            ),
            ("The variable `x` is a closure, which", "the closure `x` cannot be kept"),
        ] {
            let failure = of_evcxr(text).unwrap();
            assert!(failure.evalue.starts_with(begin), "{failure:?}");
            assert!(!failure.evalue.contains('\n'));
        }
        assert_eq!(of_evcxr("cargo failed: `x`"), None);
    }
}
