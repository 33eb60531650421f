//! Crates, async cells, the toolchain.

use super::compare::{Case, Gives, better, fails, same};
use super::failures::{PANIC, QUESTION};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "extern crate",
        cells: &[
            same("extern crate itoa;\nitoa::Buffer::new().format(5).len()"),
            same("extern crate itoa as digits;"),
            same("digits::Buffer::new().format(42).len()"),
        ],
    },
    Case {
        name: "small crates",
        cells: &[
            same(
                ":dep itoa\nlet mut buffer = itoa::Buffer::new();\nbuffer.format(128u64).to_string()",
            ),
            same(
                ":dep smallvec = { version = \"1\", features = [\"const_generics\"] }\nuse smallvec::SmallVec;\nlet small: SmallVec<[u8; 5]> = SmallVec::from_slice(&[1, 2]);\nsmall",
            ),
            same("let list = smallvec::smallvec![1, 2, 3] as SmallVec<[i32; 4]>;\nlist.spilled()"),
            fails("no_such_crate::f()"),
            fails(":dep no-such-crate-anywhere-at-all"),
            same("small.len()"),
        ],
    },
    Case {
        name: "the numbers of rand's generators",
        cells: &[
            same(
                ":dep rand = \"0.10\"\nuse rand::{RngExt, SeedableRng, rngs::StdRng};\nlet mut standard = StdRng::seed_from_u64(7);\n(standard.random::<f64>(), standard.random::<u64>())",
            ),
            same("StdRng::from_seed([9; 32]).random::<f32>()"),
            same("rand::rngs::SmallRng::seed_from_u64(7).random::<f64>()"),
        ],
    },
    Case {
        name: "a crate while values are shown by :fmt",
        cells: &[
            same(":fmt {:#?}"),
            same(":dep itoa = \"1\"\nvec![1, 2]"),
            same("itoa::Buffer::new().format(3).len()"),
            same(":fmt {:?}"),
        ],
    },
    Case {
        name: "async cells",
        cells: &[
            same(
                ":dep tokio = { version = \"1\", features = [\"rt\", \"rt-multi-thread\", \"time\"] }",
            ),
            same(
                "async fn later(n: i32) -> i32 { tokio::time::sleep(std::time::Duration::from_millis(5)).await; n + 1 }",
            ),
            same("let n = later(1).await;\nn"),
            same("let task = tokio::spawn(async { 5 + 1 });\nprintln!(\"{}\", later(n).await);"),
            same("task.await.unwrap() + n"),
            same("let parsed: i32 = \"12\".parse()?;\nlater(parsed).await"),
            better("later(\"x\".parse::<i32>()?).await", Gives::Failure, QUESTION),
            better("later(1).await; panic!(\"in async\")", Gives::Failure, PANIC),
            fails("later(\"x\").await"),
            same("let moved = String::from(\"m\");\nlet back = async move { moved }.await;"),
            same("(back, parsed)"),
            same("let spawned = tokio::spawn(async { 7 });"),
            same("macro_rules! wait { ($future:expr) => { $future.await } }"),
            same("wait!(later(1)) + wait!(later(2))"),
            fails("let wrong: String = spawned;"),
            same("let short: i32 = \"4\".parse()?;\nshort + 1"),
            better("let none: i32 = \"no\".parse()?;", Gives::Failure, QUESTION),
            better("panic!(\"not waiting\")", Gives::Failure, PANIC),
            same("let mut list = vec![short];\nlist.push(2);"),
            same("list.push(3);\nlist"),
            same("spawned.await.unwrap()"),
            same(":restart"),
            better(
                "let task = tokio::spawn(async { 1 });\ntask.await.unwrap()",
                Gives::Success { stdout: "", result: "1" },
                "stock aborts: its new process has no runtime",
            ),
        ],
    },
    Case {
        name: "a toolchain by name",
        cells: &[
            same("let before = 1;"),
            same(":toolchain stable"),
            same("let after = before + 1;\nafter"),
            same("fn f() -> i32 { 3 }\nf()"),
            fails("let wrong: String = 1;"),
        ],
    },
];
