//! Cells that use the language: variables, items, types, what outlives a cell.

use super::compare::{Case, fails, same};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "types that nobody wrote",
        cells: &[
            same("let bytes = 5_u32.to_ne_bytes();\nbytes.len()"),
            same("let grid = [[0_u8; 2_usize.pow(2)]; 3];\n(grid.len(), grid[0].len())"),
            same("const N: usize = 10_usize.div_ceil(3);\nlet row = [1.5; N];\nrow.len()"),
            same("let sizes = [0; std::mem::size_of::<u64>()];\nsizes"),
            same(
                "let map = std::collections::HashMap::from([(1, \"a\")]);\nlet words = \"a b\".split(' ').collect::<Vec<_>>();\n(map, words)",
            ),
            same(
                "let now = std::time::Instant::now();\nlet passed = now.elapsed();\nlet shared = std::sync::Arc::new(std::sync::Mutex::new(vec![1]));\nshared.lock().unwrap().len()",
            ),
            same(
                "let zeros = i32::MAX.leading_zeros();\nlet nonzero = std::num::NonZeroU8::new(3);\nlet evens = (1..4).rev().map(|x| x * 2).collect::<Vec<_>>();\n(zeros, nonzero, evens)",
            ),
            same(
                "let found = std::fs::metadata(\"/\")?;\nlet output = std::process::Command::new(\"true\").output()?;\nlet address = std::net::Ipv4Addr::LOCALHOST;\n(found.is_dir(), output.status.success(), address.is_loopback())",
            ),
            same(
                "let cell = std::cell::RefCell::new(1);\nlet atomic = std::sync::atomic::AtomicU32::new(2);\nlet ordered = std::collections::BTreeMap::from([(2, 'b')]);\nlet text: std::borrow::Cow<'static, str> = \"c\".into();\n(cell, atomic, ordered, text)",
            ),
            same(
                "let split = \"k=v\".split_once('=');\nlet parsed = \"7\".parse::<u8>();\nlet sorted = { let mut v = vec![3, 1]; v.sort_unstable(); v };\nlet float = 2.0_f64.powi(3).sqrt();\nlet letter = 'x'.to_ascii_uppercase();\n(split, parsed, sorted, float, letter)",
            ),
        ],
    },
    Case {
        name: "variables over cells",
        cells: &[
            same("let x = 41;\nlet mut log = Vec::new();\nlog.push(x);"),
            same(
                "log.push(x + 1); println!(\"{log:?}\");\nfor i in 0..3 { log.push(i); }\nlog.len()",
            ),
            same(
                "let (a, mut b) = (1, 2.5); b += 1.0; let [c, .., d] = [1, 2, 3, 4];\nlet Some(inside) = Some(\"in\") else { panic!() };",
            ),
            same("(a, b, c, d, inside)"),
            same(
                "let found = loop { break 7; };\nif found > 6 && let Some(y) = Some(found) { println!(\"{y}\"); } found",
            ),
            same(
                "let number: u8 = 200; let text: &str = \"static\"; let list: Vec<Option<f32>> = vec![None];",
            ),
            same("(number, text, list)"),
        ],
    },
    Case {
        name: "moved variables",
        cells: &[
            same("let first = String::from(\"a\"); let second = first;"),
            same("second"),
            fails("first"),
            same("let stored = vec![1, 2, 3];"),
            same("let taken = stored;\ntaken.len()"),
            fails("stored.len()"),
            same("drop(taken); println!(\"dropped\");"),
            fails("taken"),
        ],
    },
    Case {
        name: "shadowing with another type",
        cells: &[
            same("let a = 1;"),
            same("let a = format!(\"{a} text\");\na"),
            same("let a = a.len();\na"),
            same("let a = vec![a as f64; 2];"),
            same("let mut a = a; a.push(0.5); a"),
        ],
    },
    Case {
        name: "a struct defined anew while a variable of it is there",
        cells: &[
            same(
                "#[derive(Debug)]\nstruct P { x: i32 }\nimpl P { fn get(&self) -> i32 { self.x } }",
            ),
            same("let p = P { x: 3 };"),
            same(
                "#[derive(Debug, Clone)]\nstruct P { x: i32 }\nimpl P { fn get(&self) -> i32 { self.x * 10 } }",
            ),
            same("p.get()"),
            same("let q = p.clone();\n(p, q)"),
        ],
    },
    Case {
        name: "a function defined anew",
        cells: &[
            same("fn f() -> i32 { 1 }\nfn g() -> i32 { f() * 10 }"),
            same("g()"),
            same("fn f() -> i64 { 2 }\nfn g() -> i64 { f() * 100 }"),
            same("g()"),
            fails("fn f() -> &'static str { \"2\" }"),
            same("g()"),
        ],
    },
    Case {
        name: "generics, traits and impls in several cells",
        cells: &[
            same(
                "trait Area { fn area(&self) -> f64; fn double(&self) -> f64 { 2.0 * self.area() } }\n#[derive(Debug, Clone, PartialEq)]\nstruct Square<T>(T);",
            ),
            same(
                "impl<T: Copy + Into<f64>> Area for Square<T> { fn area(&self) -> f64 { let side: f64 = self.0.into(); side * side } }",
            ),
            same(
                "impl<T> Square<T> { fn map<U>(self, f: impl Fn(T) -> U) -> Square<U> { Square(f(self.0)) } }",
            ),
            same("let s = Square(2.0_f32).map(|x| x as i32 + 1);\ns.double()"),
            same(
                "fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> { items.iter().copied().fold(None, |m, x| if m.is_none_or(|m| x > m) { Some(x) } else { m }) }\n(largest(&[1, 5, 3]), largest::<f64>(&[]))",
            ),
            same(
                "let shapes: Vec<Box<dyn Area>> = vec![Box::new(s.clone()), Box::new(Square(1_u8))];",
            ),
            same("shapes.iter().map(|shape| shape.area()).sum::<f64>()"),
            same(
                "impl std::ops::Add for Square<i32> { type Output = Self; fn add(self, other: Self) -> Self { Square(self.0 + other.0) } }\nSquare(1) + Square(2)",
            ),
            same(
                "enum Tree { Leaf, Node(Box<Tree>, i32, Box<Tree>) }\nimpl Tree { fn depth(&self) -> usize { match self { Tree::Leaf => 0, Tree::Node(l, _, r) => 1 + l.depth().max(r.depth()) } } }\nlet tree = Tree::Node(Box::new(Tree::Leaf), 1, Box::new(Tree::Node(Box::new(Tree::Leaf), 2, Box::new(Tree::Leaf))));",
            ),
            same("tree.depth()"),
        ],
    },
    Case {
        name: "macros over cells",
        cells: &[
            same("macro_rules! double { ($e:expr) => { 2 * $e }; }"),
            same("double!(4) + 1"),
            same(
                "macro_rules! make { ($name:ident, $value:expr) => { fn $name() -> i32 { $value } }; }\nmake!(seven, 7);\nseven()",
            ),
            same("macro_rules! double { ($e:expr) => { ($e, $e) }; }"),
            same("double!('x')"),
        ],
    },
    Case {
        name: "statics and thread locals",
        cells: &[
            same(
                "use std::sync::atomic::{AtomicUsize, Ordering};\nstatic COUNT: AtomicUsize = AtomicUsize::new(0);\nCOUNT.fetch_add(1, Ordering::SeqCst);",
            ),
            same("COUNT.fetch_add(1, Ordering::SeqCst);\nCOUNT.load(Ordering::SeqCst)"),
            same("const LIMIT: usize = 3;\nstatic NAMES: [&str; LIMIT] = [\"a\", \"b\", \"c\"];"),
            same("NAMES[LIMIT - 1]"),
            same(
                "use std::cell::Cell;\nthread_local! { static LOCAL: Cell<i32> = const { Cell::new(5) }; }\nLOCAL.with(|local| { local.set(local.get() + 1); local.get() })",
            ),
            same(
                "static mut RAW: i32 = 1;\nunsafe { RAW += 1; println!(\"{}\", *(&raw const RAW)); };",
            ),
        ],
    },
    Case {
        name: "items with attributes, unsafe code, modules",
        cells: &[
            same(
                "#![allow(unused)]\n#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]\nstruct Marked { #[allow(dead_code)] x: u8 }",
            ),
            same(
                "#[inline]\n#[must_use]\nfn quick(m: &Marked) -> u8 { m.x }\nquick(&Marked::default())",
            ),
            same(
                "#[repr(u8)]\n#[derive(Clone, Copy, Debug)]\nenum Small { A = 3, B }\nSmall::B as u8",
            ),
            same("unsafe fn read(p: *const i32) -> i32 { unsafe { *p } }"),
            same("let n = 5;\nunsafe { read(&n) }"),
            same("union Bits { f: f32, u: u32 }\nunsafe { Bits { f: 1.0 }.u }"),
            same(
                "mod shapes { pub mod flat { pub fn area(w: f64, h: f64) -> f64 { w * h } } }\nuse shapes::flat::area;",
            ),
            same("area(2.0, 3.0) + shapes::flat::area(1.0, 1.0)"),
            same("type Grid<T> = Vec<Vec<T>>;\nlet grid: Grid<i32> = vec![vec![1]];"),
            same("grid"),
        ],
    },
    Case {
        name: "closures",
        cells: &[
            same(
                "let offset = 10;\nlet add: Box<dyn Fn(i32) -> i32> = Box::new(move |x| x + offset);",
            ),
            same("add(2)"),
            same("let mut count = 0;\n{ let mut step = || count += 1; step(); step(); }\ncount"),
            fails("let plain = |x: i32| x + 1;"),
            same("{ let plain = |x: i32| x + 1; plain(1) }"),
            same("let pointer: fn(i32) -> i32 = |x| x * 3;"),
            same("pointer(3)"),
        ],
    },
    Case {
        name: "types that cannot be named",
        cells: &[
            same("fn evens() -> impl Iterator<Item = u32> { (0..10).filter(|n| n % 2 == 0) }"),
            fails("let e = evens();"),
            same("evens().sum::<u32>()"),
            same("let mut e: Box<dyn Iterator<Item = u32>> = Box::new(evens());\ne.next();"),
            same("e.collect::<Vec<_>>()"),
        ],
    },
    Case {
        name: "const generics and lifetimes",
        cells: &[
            same(
                "#[derive(Debug)]\nstruct Matrix<const R: usize, const C: usize>([[f64; C]; R]);\nimpl<const R: usize, const C: usize> Matrix<R, C> { fn size(&self) -> usize { R * C } }",
            ),
            same("let m = Matrix([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);"),
            same("m.size()"),
            same("m"),
            same(
                "struct Holder<'a> { text: &'a str }\nimpl<'a> Holder<'a> { fn first(&self) -> &'a str { self.text.split(' ').next().unwrap_or(\"\") } }",
            ),
            same("let holder = Holder { text: \"kept for ever\" };"),
            same("holder.first()"),
            same("let text = String::from(\"a b\");"),
            fails("let first = text.split(' ').next().unwrap();"),
            fails("let local = String::from(\"c\");\nlet borrowed = Holder { text: &local };"),
            same("{ let borrowed = Holder { text: &text }; borrowed.first().len() }"),
            same(
                "fn longest<'a>(a: &'a str, b: &'a str) -> &'a str { if a.len() > b.len() { a } else { b } }\nlongest(&text, \"x\")",
            ),
        ],
    },
    Case {
        name: "the standard library",
        cells: &[
            same(
                "use std::collections::{BTreeMap, HashMap as Map};\nlet mut ages = BTreeMap::new();\nages.insert(\"Ada\", 36);",
            ),
            same(
                "use std::rc::Rc;\nuse std::cell::RefCell;\nlet shared = Rc::new(RefCell::new(vec![1]));\nlet other = Rc::clone(&shared);",
            ),
            same(
                "other.borrow_mut().push(2);\n(shared.borrow().len(), Rc::strong_count(&shared), &ages)",
            ),
            same(
                "let handle = std::thread::spawn(|| (0..1000u64).sum::<u64>());\nhandle.join().unwrap()",
            ),
            same("use std::collections::BTreeMap as Map;\nMap::from([(2, 'b'), (1, 'a')])"),
            same(
                "use std::fmt::Write as _;\nlet mut out = String::new();\nwrite!(out, \"{:>5.1}|{:#x}\", 2.25, 255).unwrap();\nout",
            ),
        ],
    },
];
