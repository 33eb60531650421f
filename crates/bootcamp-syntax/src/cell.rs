//! The statements of a cell, as a syntax tree.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{Edition, Parse, SourceFile, SyntaxNode};

use crate::command::{start_of_rust, without_commands};

/// What stands before the statements, so that they can be parsed: a cell is no file.
const PRELUDE: &str = "fn cell() {\n";

/// A cell without its commands, parsed. Each byte of the cell's Rust has its place in the
/// tree, [`PRELUDE`] behind.
fn parse(cell: &str) -> Parse<SourceFile> {
    SourceFile::parse(&format!("{PRELUDE}{}\n}}", without_commands(cell)), Edition::CURRENT)
}

/// What stands in a cell outside of all blocks: statements, items, and an expression at the end.
fn nodes(cell: &str) -> impl Iterator<Item = SyntaxNode> {
    let statements = parse(cell).tree().syntax().descendants().find_map(ast::StmtList::cast);
    statements.into_iter().flat_map(|list| list.syntax().children())
}

/// The `let`s of a cell outside of all blocks.
pub(crate) fn lets(cell: &str) -> impl Iterator<Item = ast::LetStmt> {
    nodes(cell).filter_map(ast::LetStmt::cast)
}

/// The byte in a cell that a byte of its tree is.
pub(crate) fn offset_of_rust(in_tree: usize, cell: &str) -> Option<usize> {
    let in_text = in_tree.checked_sub(PRELUDE.len())?;
    let start = start_of_rust(cell);
    // Each line before it is an empty one in the tree.
    let lines = cell[..start].matches('\n').count();
    Some(start + in_text.checked_sub(lines)?)
}

/// Whether the code follows the grammar of Rust. Names and types may be wrong.
///
/// ```
/// use bootcamp_syntax::cell::is_rust;
///
/// assert!(is_rust("let x: u8 = \"\";") && !is_rust("let = = 3;"));
/// ```
#[must_use]
pub fn is_rust(cell: &str) -> bool {
    parse(cell).errors().is_empty()
}

/// The first place where code leaves the grammar of Rust: its bytes, and what is wrong.
///
/// ```
/// let (range, message) = bootcamp_syntax::cell::first_error("let x = 1;\nlet = 2;").unwrap();
/// assert_eq!(range.start, 14);
/// assert!(message.contains("expected"));
/// assert_eq!(bootcamp_syntax::cell::first_error("let x = 1;"), None);
/// ```
#[must_use]
pub fn first_error(cell: &str) -> Option<(Range<usize>, String)> {
    let error = parse(cell).errors().into_iter().min_by_key(|error| error.range().start())?;
    let place = |offset| offset_of_rust(usize::from(offset), cell).unwrap_or(0).min(cell.len());
    let (start, end) = (place(error.range().start()), place(error.range().end()));
    Some((start..end.max(start), error.to_string()))
}

/// The items of a cell outside of all blocks. A macro that is called is a statement.
pub(crate) fn items(cell: &str) -> Vec<ast::Item> {
    nodes(cell)
        .filter_map(ast::Item::cast)
        .filter(|item| !matches!(item, ast::Item::MacroCall(_)))
        .collect()
}

/// The texts of a cell's items outside of all blocks, attributes and documentation with them.
///
/// ```
/// let items = bootcamp_syntax::cell::item_texts("let x = 1;\n/// Doc.\nfn f() {}\nf();");
/// assert_eq!(items, ["/// Doc.\nfn f() {}"]);
/// ```
#[must_use]
pub fn item_texts(cell: &str) -> Vec<String> {
    items(cell).iter().map(|item| item.syntax().text().to_string()).collect()
}

/// Whether the cell ends in an expression whose value is shown. What a `;` ends, and an
/// item, have no value; comments at the end count for nothing.
///
/// ```
/// use bootcamp_syntax::cell::ends_in_expression;
///
/// assert!(ends_in_expression("let x = 1;\nx // the value"));
/// assert!(!ends_in_expression("let s = \"http://a\";"));
/// ```
#[must_use]
pub fn ends_in_expression(cell: &str) -> bool {
    nodes(cell).last().is_some_and(|node| ast::Expr::can_cast(node.kind()))
}

/// Whether the cell defines things and does nothing.
///
/// ```
/// use bootcamp_syntax::cell::only_defines;
///
/// assert!(only_defines("#![allow(unused)]\nstruct A; // all") && !only_defines("fn f() {}\nf();"));
/// ```
#[must_use]
pub fn only_defines(cell: &str) -> bool {
    nodes(cell).all(|node| {
        let is_item = ast::Item::can_cast(node.kind()) && !ast::MacroCall::can_cast(node.kind());
        is_item || ast::Attr::can_cast(node.kind())
    })
}

/// Whether the cell calls one of these functions by its plain name: `f(..)`.
#[must_use]
pub fn calls<'a>(cell: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
    let tokens = crate::token::code(cell);
    names.any(|name| {
        tokens
            .windows(2)
            .any(|pair| pair[0].is_word() && pair[0].text == name && pair[1].text == "(")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_ends_in_an_expression_or_not() {
        for code in [
            "1 + 1",
            "let x = 1;\nx // the value\n\n",
            "plot.show()",
            "if a { 1 } else { 2 }",
            "x /* a ; b */",
            "x // a;",
            "\"http://a\"",
            "let s = 1; s",
            "\"a;\"",
            "';'",
            "r#\"\n;\n\"#",
            "{ let x = 1; x }",
            "match x { _ => 1 }",
            "vec![1]",
            "println!(\"a\")",
            "unsafe { f() }",
            "&x",
            "-1",
            "|x: i32| x",
            "f(|x| { x; })",
            "S { x: 1 }",
            ":dep rand\nx",
            "x?",
            "f().await",
            "fn f() {}\nf()",
            "loop { break; }",
            "a = 1",
            "return",
            "x as u8",
            "(1, 2)",
        ] {
            assert!(ends_in_expression(code), "{code}");
        }
        for code in [
            "",
            "let x = 1;",
            "x; // nothing",
            "x; /* nothing */",
            "// only a comment",
            "/* only a comment */",
            "let s = \"http://a\";",
            "let s = \"http://a\"; // b",
            "println!(\"<svg xmlns='http://www.w3.org/2000/svg'/>\");",
            "fn f() {}",
            "struct A;",
            "use std::fmt;",
            "impl A {}",
            "macro_rules! m { () => {} }",
            "#[derive(Debug)]\nstruct A { x: u8 }",
            ":vars",
            ":dep rand = \"0.10\"",
            "let c = ';';",
            "let r = r#\"a // b\n\"#;",
            "f();\n\n// the end",
            "const N: usize = 3;",
            "mod m { pub fn f() -> i32 { 1 } }",
            "x;;",
        ] {
            assert!(!ends_in_expression(code), "{code}");
        }
    }

    #[test]
    fn items_are_taken_and_statements_are_not() {
        let code = ":dep rand_distr = \"0.6\"\nuse std::f64::consts::PI;\nlet x = 1;\n\
            /// Doc.\n#[derive(Clone)]\nstruct P { x: f64 }\nprintln!(\"{x}\");\n\
            fn area(r: f64) -> f64 { let a = PI; fn inner() {} a * r * r }\nimpl P {}\n\
            macro_rules! m { () => { 1 } }\narea(2.0)";
        assert_eq!(
            item_texts(code),
            [
                "use std::f64::consts::PI;",
                "/// Doc.\n#[derive(Clone)]\nstruct P { x: f64 }",
                "fn area(r: f64) -> f64 { let a = PI; fn inner() {} a * r * r }",
                "impl P {}",
                "macro_rules! m { () => { 1 } }"
            ]
        );
        for code in ["", "let x = 1;\nx + 1", "// fn f() {}", "\"fn f() {}\"", "{ fn f() {} }"] {
            assert_eq!(item_texts(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn only_a_call_calls() {
        let calls = |code| calls(code, ["f", "g"].into_iter());
        assert!(calls("f(1)") && calls("x.y(g (2))"));
        for code in ["f", "ff(1)", "\"f(1)\"", "// f(1)", "f::<u8>", "f!(1)"] {
            assert!(!calls(code), "{code}");
        }
    }
}
