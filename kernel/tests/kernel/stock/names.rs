//! Text and names that get in the way: of evcxr's generated code, or of the prelude.

use super::compare::{Case, Gives, better, fails, same};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "source that is not ASCII",
        cells: &[
            same("let größe = 3; let 名前 = \"日本\";"),
            same("println!(\"größe: {größe} {名前} 😀\");"),
            same("fn ñandú(é: i32) -> i32 { é + 1 }\nñandú(größe)"),
            same("// größer 😀\n/* 日本 */ \"ünï\\u{1F600}\".to_string() // é"),
            same("#[derive(Debug)]\nstruct Größe { länge: f64 }\nGröße { länge: 1.5 }"),
        ],
    },
    Case {
        name: "cells that say nothing",
        cells: &[
            same("// only a comment"),
            same("/* a block\n   of comment */"),
            same(""),
            same("\n\n  \n"),
            same(";"),
            same("// a comment\n\n1 + 1 // and a result\n\n// the end"),
        ],
    },
    Case {
        name: "a string that looks like generated code",
        cells: &[
            same(
                "let text = \"\nmod evcxr_internal_runtime {\n#[unsafe(no_mangle)]\npub extern \\\"C\\\" fn run_user_code_0(\n}\n\";",
            ),
            same("text.lines().count()"),
            same("println!(\"{text}\");"),
            same(
                "let other = r#\"\nmod evcxr_internal_runtime {\n}\n#[unsafe(no_mangle)]\nstruct EvcxrUserCodeError {}\nimpl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {\n    fn from(error: T) -> Self {\n        eprintln!(\"{}\", error);\n\"#;\nother.len()",
            ),
            same(
                "fn quote() -> &'static str {\n\"\nmod evcxr_internal_runtime {\n#[unsafe(no_mangle)]\n\"\n}\nquote().len() + other.len()",
            ),
            same("let raw = \"crate-type\"; let done = \"EVCXR_EXECUTION_COMPLETE\"; (raw, done)"),
        ],
    },
    Case {
        name: "a struct called Vec",
        cells: &[
            same("#[derive(Debug)]\nstruct Vec;"),
            same("Vec"),
            same("let mine = Vec;"),
            same("println!(\"{mine:?}\");"),
        ],
    },
    Case {
        name: "a struct called Vec beside a vector",
        cells: &[
            same("let before = vec![1, 2];"),
            fails("#[derive(Debug)]\nstruct Vec;\nlet mine = Vec;"),
            same("before"),
        ],
    },
    Case {
        name: "an enum called Option",
        cells: &[
            same("#[derive(Debug)]\nenum Option { Yes, No }"),
            same("let choice = Option::Yes;"),
            same("match choice { Option::Yes => 1, Option::No => 0 }"),
        ],
    },
    Case {
        name: "an enum called Result, functions called Ok and Err",
        cells: &[
            same("#[derive(Debug)]\nenum Result { Good, Bad }"),
            same("let outcome = Result::Good;"),
            same("outcome"),
            same("println!(\"{}\", i32::from(matches!(outcome, Result::Bad)));"),
        ],
    },
    Case {
        name: "a struct called String",
        cells: &[
            same("#[derive(Debug, Clone)]\nstruct String(i32);"),
            same("let s = String(3);"),
            same("s.0"),
            same("let t = s.clone();\nt"),
        ],
    },
    Case {
        name: "a struct called Box",
        cells: &[
            same("#[derive(Debug)]\nstruct Box { width: f64 }"),
            same("let b = Box { width: 2.0 };"),
            same("b.width"),
            same("b"),
        ],
    },
    Case {
        name: "a module called std",
        cells: &[
            fails("mod std { pub fn hello() -> i32 { 7 } }"),
            fails("std::hello();"),
            same("let kept = 7;"),
            better(
                "mod std { pub fn hello() -> i32 { 7 } }\nlet kept = std::hello();",
                Gives::Success { stdout: "", result: "" },
                "what surrounds a cell with variables names no `std`",
            ),
            same("kept"),
        ],
    },
    Case {
        name: "a module called core, a trait called Debug",
        cells: &[
            same("mod core { pub fn hello() -> i32 { 8 } }\ncore::hello()"),
            same(
                "trait Debug { fn debug(&self) -> i32; }\nimpl Debug for i32 { fn debug(&self) -> i32 { *self } }\n5.debug()",
            ),
            same("let kept = 6;"),
            same("kept.debug()"),
        ],
    },
    Case {
        name: "macros called format, println and vec",
        cells: &[
            same("macro_rules! vec { ($($e:expr),*) => { [$($e),*].len() }; }\nvec![1, 2, 3]"),
            same(
                "macro_rules! println { ($($e:tt)*) => { 5 }; }\nlet five = println!(\"never shown\");",
            ),
            same("five"),
        ],
    },
    Case {
        name: "names with r#, and variables called like evcxr's",
        cells: &[
            same("let r#type = 3; let r#match = r#type + 1;"),
            same("r#match"),
            same(
                "let x = 1; let code = 2; let r = 3; let text = 4; let output = 5; let error = 6;",
            ),
            same("x + code + r + text + output + error"),
            same("fn text() -> i32 { 9 }\ntext"),
        ],
    },
];
