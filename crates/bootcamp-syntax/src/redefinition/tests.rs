use super::*;

const VARIABLES: [(&str, &str); 13] = [
    ("any", "Box<dyn std::any::Any>"),
    ("a", "A"),
    ("list", "Vec<A>"),
    ("b", "(B, i32)"),
    ("boxed", "Box<dyn Tr>"),
    ("w", "W<i32>"),
    ("f", "Box<dyn Fn(A) -> B>"),
    ("inner", "m::A"),
    ("theirs", "other::A"),
    ("map", "std::collections::HashMap<String, A>"),
    ("array", "[A; 3]"),
    ("n", "i32"),
    ("s", "S"),
];

/// The variables that a cell costs, after others.
fn lost(before: &[&str], cell: &str) -> String {
    let mut known = Definitions::default();
    for cell in before {
        known.note(cell);
    }
    let changes = known.changed_by(cell);
    let lost = VARIABLES.iter().filter(|(_, of)| changes.name_in(of).is_some());
    let lost: Vec<&str> = lost.map(|(name, _)| *name).collect();
    // It goes with all the others.
    let others: Vec<&str> = lost.iter().copied().filter(|name| *name != "any").collect();
    if others.is_empty() { lost.join(" ") } else { others.join(" ") }
}

#[test]
fn a_changed_type_costs_the_variables_made_of_it() {
    let of_a = "a list f map array";
    for (before, cell, expected) in [
        ("struct A { x: i32 }", "struct A { x: f64 }", of_a),
        ("struct A { x: i32 }", "struct A { y: i32 }", of_a),
        ("struct A { x: i32, y: i32 }", "struct A { y: i32, x: i32 }", of_a),
        ("struct A(i32);\nstruct B(A);", "struct A(u32);", "a list b f map array"),
        (
            "struct A(i32);\nstruct B(Vec<A>);\nstruct S(B);",
            "struct A(u32);",
            "a list b f map array s",
        ),
        ("enum B { P, Q }", "#[derive(Debug)] pub enum B { Q, P }", "b f"),
        ("union B { p: u8 }", "union B { q: u8 }", "b f"),
        ("type B = i32;", "type B = u32;", "b f"),
        ("type T = i32;\nstruct A { t: T }", "type T = u32;", of_a),
        ("struct A { x: i32 }", "enum A { X }", of_a),
        ("struct A { x: i32 }", "fn A() {}", of_a),
        (
            "trait Tr { fn p(&self); fn q(&self); }",
            "trait Tr { fn q(&self); fn p(&self); }",
            "boxed",
        ),
        (
            "trait Tr { fn p(&self); }\nstruct A(Box<dyn Tr>);",
            "trait Tr { fn q(&self); }",
            "a list boxed f map array",
        ),
        ("trait Up { fn p(&self); }\ntrait Tr: Up {}", "trait Up { fn q(&self); }", "boxed"),
        ("const N: usize = 3;\nstruct A([u8; N]);", "const N: usize = 4;", of_a),
        ("const fn n() -> usize { 3 }\nstruct A([u8; n()]);", "const fn n() -> usize { 4 }", of_a),
        (
            "macro_rules! t { () => { u8 } }\nstruct A(t!());",
            "macro_rules! t { () => { i8 } }",
            of_a,
        ),
        ("struct A(u8);", "#[repr(C)] struct A(u8);", of_a),
        ("struct A { #[cfg(all())] x: u8 }", "struct A { #[cfg(any())] x: u8 }", of_a),
        ("mod m { pub struct A(u8); }", "mod m { pub struct A(i8); }", "inner"),
        ("mod m { pub struct A(u8); }", "mod m { pub struct C(u8); }", "inner"),
        (
            "mod m { pub struct A(u8); }\nuse m::A;\nstruct S(A);",
            "mod m { pub struct A(i8); }",
            "a list f inner map array s",
        ),
        ("mod m { make!(A, u8); }", "mod m { make!(A, i8); }", "inner"),
        (
            "mod p { pub struct Q(u8); }\nmod q { pub struct Q(i8); }\nuse p::Q;\nstruct S(Q);",
            "use q::Q;",
            "s",
        ),
        ("struct S(Result<u8, u8>);", "struct Result<T, E>(T, E);", "s"),
        (
            "impl Out for u8 { type Of = u8; }\nstruct S(<u8 as Out>::Of);",
            "impl Out for u8 { type Of = i8; }",
            "s",
        ),
        ("struct A<T>(T);", "struct A<T>(T, T);", of_a),
        (
            "struct N;\nimpl N { const L: usize = 4; }\nstruct A([u8; N::L]);",
            "struct N;\nimpl N { const L: usize = 5; }",
            of_a,
        ),
        (
            "impl Len for N { const L: usize = 4; }\nstruct A([u8; N::L]);",
            "impl Len for N { const L: usize = 5; }",
            of_a,
        ),
        (
            "mod m { pub struct X(u8); pub mod n { pub struct A(super::X); } }\nuse m::n::A;",
            "mod m { pub struct X(i8); pub mod n { pub struct A(super::X); } }\nuse m::n::A;",
            of_a,
        ),
        ("use std::rc::Weak;\nstruct A(Weak<u8>);", "use std::sync::Weak;", of_a),
        ("use m::x::B;\nstruct A(B);", "use m::y::B;", of_a),
        ("use std::io::*;\nstruct A(Error);", "use std::fmt::Error;", of_a),
        ("struct Q(u8);", "struct Q(i8);", "any"),
    ] {
        assert_eq!(lost(&[before], cell), expected, "{before} -> {cell}");
    }
}

#[test]
fn what_changes_nothing_costs_nothing() {
    let a = "#[derive(Debug)]\nstruct A {\n    x: [i32; 2],\n}";
    for (before, cell) in [
        (a, a),
        (a, "struct A { x: [i32; 2], }"),
        (a, "/// Documented.\n#[derive(Debug, Clone)]\npub struct A { /* two */ x: [i32; 2], }"),
        (a, "pub(crate) struct A { pub x: [i32; 2], }"),
        (a, "// struct A { x: f64 }\nlet n = 1;"),
        (a, "/* struct A { x: f64 } */"),
        (a, "println!(\"the struct A is fine\");"),
        (a, "println!(\"struct A { x: f64 }\");"),
        (a, "let s = r#\"\nstruct A { x: f64 }\n\"#;"),
        (a, "let s = b\"struct A;\"; let c = c\"struct A;\";"),
        (a, "/// struct A { x: f64 }\nfn f() {}"),
        (a, "//! struct A;\nlet n = 1;"),
        (a, "/** struct A; */\nfn f() {}"),
        (a, "let c = 's'; let l = 't';"),
        (a, "fn f() { struct A(u8); }"),
        (a, "{ struct A(u8); }"),
        (a, "let structure = 1; struct C;"),
        (a, "struct"),
        (a, "impl A { fn f(&self) {} }"),
        (a, "impl std::fmt::Display for A {}"),
        (a, "fn a(x: A) {}"),
        (a, "macro_rules! m { () => { struct A; } }"),
        (a, "mod m { pub struct A(u8); }"),
        ("struct A { f: f64 }\nfn f() {}", "fn f() -> i32 { 1 }"),
        ("struct A { N: u8 }\nconst N: u8 = 1;", "const N: u8 = 2;"),
        ("struct A(u8);\nimpl A { fn f() -> u8 { 1 } }", "impl A { fn f() -> u8 { 2 } }"),
        ("struct A(std::collections::HashMap<u8, u8>);", "use std::collections::HashMap;"),
        ("use std::fmt;\nstruct A(fmt::Error);", "use core::fmt;"),
        ("use std::{fmt, io};\nstruct A(fmt::Error);", "use std::fmt;"),
        ("use bootcamp::prelude::*;\nstruct A(Point);", "use bootcamp::Point;"),
        ("use bootcamp::prelude::Point;\nstruct A(Point);", "use bootcamp::Point;"),
        ("struct A<T>(T);", "struct T;"),
        ("struct A<const N: usize>([u8; N]);", "const N: usize = 1;"),
        ("mod m { pub struct A(u8); }", "mod m { pub struct A(u8); pub fn f() {} }"),
        (
            "impl Out for u8 { type Of = u8; }\nstruct A(<u8 as Out>::Of);",
            "impl Out for i8 { type Of = i8; }",
        ),
        ("trait Tr { fn p(&self); }", "trait Tr { fn p(&self); }"),
        ("", a),
        ("struct B;", ":dep rand = \"0.10\"\nlet x = 1;"),
        ("fn f() {}\ntrait Tr { fn p(&self) { f() } }", "fn f() -> u8 { 1 }"),
        ("use std::io::*;\nstruct A(Error);", "use std::io::Error;"),
        ("use core::fmt;\nstruct A(fmt::Error);", "use std::fmt;"),
    ] {
        let but_new = lost(&[], cell);
        let lost = lost(&[before], cell);
        assert!(
            lost.is_empty() || lost == but_new && before.is_empty(),
            "{before} -> {cell}: {lost}"
        );
    }
}

#[test]
fn the_paths_of_a_type_are_read() {
    let paths = |text| paths_of(text).iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(paths("Vec<(m::A, f64)>"), ["Vec", "m::A", "f64"]);
    assert_eq!(paths("Box<dyn Fn(&a::b::C) -> D>"), ["Box", "dyn", "Fn", "a::b::C", "D"]);
    assert_eq!(paths("<A as B>::C"), ["A", "as", "B", "C"]);
    assert_eq!(paths(""), [""; 0]);
}
