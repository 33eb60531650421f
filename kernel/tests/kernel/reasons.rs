//! A cell that fails says why, whatever is wrong with it.

use bootcamp_syntax::token;

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown, without_colors};

/// Cells that are cut off after each of their tokens.
const CELLS: [&str; 30] = [
    "let x: i32 = 1;",
    "let s = \"a\";",
    "let f = |x: i32| x + 1;",
    "let z = std::f64::consts::PI;",
    "use std::fmt;",
    "fn f(x: i32) -> i32 { x }",
    "struct P { x: f64 }",
    "#[derive(Debug)] struct Q;",
    "enum E { A, B(u8) }",
    "impl std::ops::Not for u8 {}",
    "trait Tr { fn f(&self); }",
    "for i in 0..3 { f(i); }",
    "if x > 1 { 2 } else { 3 }",
    "match x { 1 => 2, _ => 3 }",
    "while false {}",
    "vec![1, 2].len()",
    "println!(\"{}\", x)",
    "let (a, b) = (1, 2);",
    "let Some(c) = Some(1) else { panic!() };",
    "'a'.len_utf8()",
    "r#\"a\"#.len()",
    "[1, 2][0]",
    "&x",
    "-1.5e3",
    "const N: usize = 3;",
    "static S: u8 = 1;",
    "mod m { pub fn f() {} }",
    "macro_rules! m { () => {} }",
    "let v = vec![1].into_iter().map(|x| x);",
    "\"7\".parse::<i32>()?",
];

/// Variables with lifetimes in their types: with them alive, the compiler also complains of
/// what evcxr adds around a cell.
const BORROWERS: &str = "let words = vec![\"a\", \"b\"];
struct Name<'a>(&'a str);
let name = Name(\"c\");";

#[track_caller]
fn assert_says_why(cell: &str, run: &Run) {
    for shown in &run.shown {
        let Shown::Error { ename, evalue, traceback } = shown else { continue };
        assert!(!ename.is_empty() && !evalue.trim().is_empty(), "{cell}: {run:#?}");
        assert!(!evalue.contains(['\n', '\u{1b}']), "{cell}: {evalue}");
        let plain = without_colors(traceback);
        assert!(!plain.trim().is_empty(), "{cell}");
        assert!(
            traceback.len() <= 2 * plain.len(),
            "{cell}: {} of {} bytes are colours: {traceback:?}",
            traceback.len() - plain.len(),
            traceback.len(),
        );
    }
}

#[test]
fn code_that_is_cut_off_anywhere_says_why_it_fails() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run(BORROWERS).is_ok());
    let mut failures = 0;
    for cell in CELLS {
        let tokens = token::code(cell);
        for token in &tokens[..tokens.len() - 1] {
            let prefix = &cell[..token.end()];
            let run = front_end.run(prefix);
            failures += usize::from(!run.is_ok());
            assert_says_why(prefix, &run);
        }
    }
    assert!(failures > 150, "{failures}");
}

#[test]
fn what_is_not_complete_says_where() {
    let mut front_end = FrontEnd::shared();
    for (cell, evalue, place) in [
        ("let z = std::", "the cell ends after `let z = std::`, where more has to follow", "1:1"),
        ("1;\nlet q = (1 + 2", "`(` is never closed: a `)` is missing", "2:9"),
        ("println!(\"hi\"", "`(` is never closed: a `)` is missing", "1:9"),
        ("fn f() {\n    g();", "`{` is never closed: a `}` is missing", "1:8"),
        ("let s = \"abc", "a string has no end: a `\"` is missing", "1:9"),
        ("let s = r##\"abc\"#", "a string has no end: a `\"##` is missing", "1:9"),
        ("1 /* abc", "a comment has no end: a `*/` is missing", "1:3"),
        ("let q = 1", "a `;` is missing after `let q = 1`", "1:1"),
    ] {
        let (ename, found, traceback) = front_end.run(cell).error();
        assert_eq!((&ename[..], &found[..]), ("IncompleteCell", evalue), "{cell}");
        assert!(traceback.contains(&format!("]:{place} ")), "{cell}: {traceback}");
    }
}

#[test]
fn a_closure_gets_the_line_that_works() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("use bootcamp::prelude::*;\nlet a = 2;").is_ok());
    assert!(front_end.run(BORROWERS).is_ok());
    for (cell, line, call, value) in [
        ("let f = |x: i32| x + 1;", "fn f(x: i32) -> i32 { x + 1 }", "f(1)", "2"),
        (
            "let g = |x: f64, y| x * y;\ng(1.5, 2.0);",
            "fn g(x: f64, y: f64) -> f64 { x * y }",
            "g(1.5, 2.0)",
            "3.0",
        ),
        (
            "let h = |x: i32| x + a;",
            "let h: Box<dyn Fn(i32) -> i32> = Box::new(move |x: i32| x + a);",
            "h(1)",
            "3",
        ),
        ("let k = || println!(\"k\");", "fn k() { println!(\"k\") }", "k();\n1", "1"),
    ] {
        let (ename, evalue, traceback) = front_end.run(cell).error();
        assert_eq!(ename, "CannotBeKept", "{cell}: {evalue}");
        let told = evalue.split_once(": write `").unwrap().1.trim_end_matches('`');
        assert_eq!(told, line, "{cell}");
        assert!(traceback.contains("a closure has a type without a name"), "{traceback}");
        // What is told works.
        let run = front_end.run(told);
        assert!(run.is_ok(), "{told}: {run:#?}");
        assert_eq!(front_end.run(call).result().as_deref(), Some(value), "{call}");
    }
    let (_, evalue, _) = front_end.run("let i = |x| x;").error();
    assert!(!evalue.is_empty());
    let (_, evalue, _) = front_end.run("let v = vec![1].into_iter().map(|x| x + 1);").error();
    assert!(evalue.ends_with("collect it, as in `.collect::<Vec<_>>()`"), "{evalue}");
}

#[test]
fn only_a_similar_name_is_suggested() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let b = 2;\nlet points = vec![1];").is_ok());
    let (_, _, traceback) = front_end.run("f(2)").error();
    assert!(!traceback.contains("similar name"), "{traceback}");
    let (_, _, traceback) = front_end.run("point.len()").error();
    assert!(traceback.contains("similar name is there: `points`"), "{traceback}");
}
