//! Cells that fail, and what is there after them.

use super::compare::{Case, Gives, better, fails, same};

/// Why a panic has to be an error.
pub(super) const PANIC: &str =
    "stock replies ok after a panic, so Run All goes on as if nothing had been";
/// Why a failed `?` has to be one.
pub(super) const QUESTION: &str = "stock replies ok after a failed `?`, so Run All goes on";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a question mark at the top level",
        cells: &[
            same("let a: i32 = \"12\".parse()?;"),
            same("a + 1"),
            same("\"7\".parse::<u8>()?"),
            better("let b: i32 = \"x\".parse()?;", Gives::Failure, QUESTION),
            fails("b"),
            better(
                "println!(\"first\");\nlet c: f64 = \"y\".parse()?;\nprintln!(\"never\");",
                Gives::Failure,
                QUESTION,
            ),
            same("a"),
            same(
                "fn half(n: i32) -> Result<i32, String> { if n % 2 == 0 { Ok(n / 2) } else { Err(\"odd\".to_owned()) } }",
            ),
            same("let d = half(a)?;\nd"),
            better("half(3)?", Gives::Failure, QUESTION),
            same("(a, d)"),
            fails("None::<i32>?"),
        ],
    },
    Case {
        name: "panics",
        cells: &[
            same("let kept = vec![1, 2]; fn also() -> i32 { 5 }"),
            better("let new = 1;\npanic!(\"no\");", Gives::Failure, PANIC),
            fails("new"),
            same("(&kept, also())"),
            better("assert_eq!(kept.len(), 3);", Gives::Failure, PANIC),
            better("kept[9]", Gives::Failure, PANIC),
            better("println!(\"before\"); None::<i32>.unwrap();", Gives::Failure, PANIC),
            better(
                "fn deep(n: i32) -> i32 { if n == 0 { panic!(\"deep\") } else { deep(n - 1) } }\ndeep(3)",
                Gives::Failure,
                PANIC,
            ),
            same("kept"),
            better("let moved = kept; panic!(\"after a move\");", Gives::Failure, PANIC),
            fails("kept.len()"),
            same("std::panic::catch_unwind(|| panic!(\"inside\")).is_err()"),
            same("std::thread::spawn(|| panic!(\"elsewhere\")).join().is_err()"),
            better("let zero = std::hint::black_box(0);\n1 / zero", Gives::Failure, PANIC),
        ],
    },
    Case {
        name: "variables not preserved on a panic",
        cells: &[
            same(":preserve_vars_on_panic 0"),
            same("let kept = 1;\nkept"),
            fails("panic!(\"aborts\");"),
            fails("kept"),
            same("let again = 2;"),
            same("again"),
            same(":preserve_vars_on_panic 1"),
        ],
    },
    Case {
        name: "the process ends",
        cells: &[
            same("let lost = 1; fn kept() -> i32 { 3 }"),
            fails("std::process::exit(0);"),
            fails("lost"),
            same("kept()"),
            fails("std::process::abort();"),
            same("let next = 4;"),
            same("next + kept()"),
            fails("let p = std::ptr::null::<i32>(); unsafe { std::ptr::read_volatile(p) };"),
            fails("next"),
        ],
    },
    Case {
        name: "errors of the compiler",
        cells: &[
            same("let kept = vec![1]; let mut text = String::from(\"t\");"),
            fails("unknown_name"),
            fails("unknown_function(1)"),
            fails("let n: String = 5;"),
            fails("fn f() -> i32 { \"text\" }"),
            fails("kept.no_such_method()"),
            fails("if true { 1"),
            fails("fn broken( {"),
            fails("let s = \"never closed;"),
            fails("let x = ;"),
            fails("kept.push(2);"),
            fails("let r = &mut text; let s = &mut text; r.push('a'); s.push('b');"),
            fails("let a = String::new(); drop(a); println!(\"{a}\");"),
            fails("let mut n = 0; let mut step = || n += 1; println!(\"{n}\"); step();"),
            fails("let mut v = vec![1]; std::thread::spawn(|| v.push(2));"),
            fails("fn dangle() -> &str { \"x\" }"),
            fails("fn local<'a>() -> &'a String { let s = String::new(); &s }"),
            fails("break;"),
            fails("continue;"),
            fails("struct S { a: i32 }\nS { b: 1 };"),
            fails("match Some(1) { Some(n) => n }"),
            fails("use std::nowhere::Thing;"),
            fails("let v: Vec<i32> = (0..3).collect::<Vec<f64>>();"),
            fails("trait T { fn f(&self); }\nstruct U;\nimpl T for U {}"),
            fails("1 +"),
            fails("*5"),
            fails("text.push(\"x\")"),
            same("(kept, text)"),
        ],
    },
    Case {
        name: "return at the top level",
        cells: &[
            same("let before = 1;"),
            same("return;"),
            same("if before == 1 { return; }\nprintln!(\"never\");"),
            same("before"),
            same("return 5;"),
        ],
    },
    Case {
        name: "a failing item is not kept",
        cells: &[
            same("fn f() -> i32 { 1 }"),
            fails("fn f() -> i32 { 2 }\nlet x: String = f();"),
            same("f()"),
            fails("struct Half;\nHalf.nothing();"),
            fails("Half;"),
        ],
    },
];
