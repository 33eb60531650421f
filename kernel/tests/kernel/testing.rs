//! `%%test`: the test functions of a cell.

use serde_json::Value;

use crate::interrupts::interrupted_at;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown};

/// The table that a cell shows.
fn table(run: &Run) -> &Value {
    let table = run.shown.iter().find_map(|shown| match shown {
        Shown::Display(data) => Some(data),
        _ => None,
    });
    table.unwrap_or_else(|| panic!("{run:#?}"))
}

/// The words of each line of the table, without the times.
fn rows(run: &Run) -> Vec<(String, String, String)> {
    let text = table(run)["text/plain"].as_str().unwrap();
    let is_time = |word: &&str| {
        !word.starts_with(char::is_numeric) && !["ns", "µs", "ms", "s"].contains(word)
    };
    text.lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut next = || words.next().unwrap_or("").to_owned();
            let (name, result) = (next(), next());
            (name, result, words.filter(is_time).collect::<Vec<_>>().join(" "))
        })
        .collect()
}

#[test]
fn tests_of_every_kind_are_run_and_told() {
    let mut front_end = FrontEnd::shared();
    assert!(
        front_end
            .run("#[derive(Debug, PartialEq)]\nstruct P(i32);\nfn double(p: P) -> P { P(2 * p.0) }")
            .is_ok()
    );
    let run = front_end.run(
        "%%test\nfn triple(x: i32) -> i32 { 3 * x }\n\n#[test]\nfn passes() {\n    println!(\"printed\");\n    \
         assert_eq!(double(P(2)), P(4));\n}\n\n#[test]\nfn returns() -> Result<(), std::num::ParseIntError> {\n    \
         let x: i32 = \"12\".parse()?;\n    assert_eq!(triple(x), 36);\n    Ok(())\n}\n\n\
         #[test]\n#[should_panic]\nfn panics() { panic!(\"so what\") }\n\n\
         #[test]\n#[should_panic(expected = \"what\")]\nfn panics_so() { panic!(\"so what\") }\n\n\
         #[test]\n#[ignore = \"slow\"]\nfn waits() { loop {} }",
    );
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!((run.stdout(), run.stderr()), ("printed\n".to_owned(), String::new()));
    let text = |words: [&str; 3]| (words[0].to_owned(), words[1].to_owned(), words[2].to_owned());
    assert_eq!(
        rows(&run),
        [
            text(["passes", "ok", ""]),
            text(["returns", "ok", ""]),
            text(["panics", "ok", ""]),
            text(["panics_so", "ok", ""]),
            text(["waits", "ignored", "slow"]),
            text(["4", "passed,", "ignored"]),
        ]
    );
    assert!(table(&run)["text/html"].as_str().unwrap().contains("<table>"));
    // What the cell defines stays.
    assert_eq!(front_end.run("passes();\ntriple(4)").result().as_deref(), Some("12"));
}

#[test]
fn a_failed_test_is_an_error_that_shows_its_line() {
    let mut front_end = FrontEnd::shared();
    let careful =
        front_end.run("let kept = 5;\nfn careful(x: i32) {\n    assert!(x < 3, \"too much\");\n}");
    assert!(careful.is_ok());
    let run = front_end.run(
        "%%test\n#[test]\nfn adds() {\n    assert_eq!(1 + 1, 3, \"a sum\");\n}\n#[test]\nfn asks() { careful(5) }\n\
         #[test]\nfn fine() {}\n#[test]\nfn gives() -> Result<(), String> { Err(\"no <luck>\".into()) }\n\
         #[test]\n#[should_panic]\nfn calm() {}\n#[test]\n#[should_panic(expected = \"this\")]\nfn other() { panic!(\"that\") }\n\
         fn stays() -> i32 { 7 }",
    );
    let (ename, evalue, traceback) = run.error();
    assert_eq!((&ename[..], &evalue[..]), ("TestFailure", "5 of 6 tests failed"));
    let (first, second) = (careful.number(), run.number());
    for part in [
        "assert_eq!(1 + 1, 3, \"a sum\");",
        &format!("cell [{second}]:4:5"),
        "assert!(x < 3, \"too much\");",
        &format!("cell [{first}]:3:5"),
        "Error: \"no <luck>\"",
    ] {
        assert!(traceback.contains(part), "{part}: {traceback}");
    }
    assert_eq!(run.stderr(), "", "panics are in the table");
    let text = table(&run)["text/plain"].as_str().unwrap();
    for part in [
        &format!("cell [{second}], line 4: assertion `left == right` failed: a sum"),
        &format!("cell [{first}], line 3: too much"),
        "the test did not panic as it should",
        "the panic does not contain \"this\": that",
        "1 passed, 5 failed",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(table(&run)["text/html"].as_str().unwrap().contains("no &lt;luck&gt;"));
    assert_eq!(front_end.run("stays() + kept").result().as_deref(), Some("12"));
    // The panics of other cells are told as before.
    assert_eq!(front_end.run("panic!(\"as before\")").error().1, "as before");
}

#[test]
fn a_module_of_tests_runs_as_it_is_pasted() {
    let mut front_end = FrontEnd::shared();
    let cell = "%%test\nuse std::collections::HashMap;\n\npub fn count(text: &str) -> HashMap<char, u32> {\n    \
        let mut map = HashMap::new();\n    for c in text.chars() { *map.entry(c).or_insert(0) += 1; }\n    map\n}\n\n\
        #[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn counts() {\n        \
        assert_eq!(count(\"aab\")[&'a'], 2);\n    }\n\n    mod deep {\n        #[test]\n        fn fails() {\n            \
        assert!(false);\n        }\n    }\n}";
    // A second time, too: a module is defined anew.
    for _ in 0..2 {
        let run = front_end.run(cell);
        let (_, evalue, traceback) = run.error();
        assert_eq!(evalue, "1 of 2 tests failed", "{run:#?}");
        assert!(traceback.contains(&format!("cell [{}]:22:13", run.number())), "{traceback}");
        let names: Vec<_> = rows(&run).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["tests::counts", "tests::deep::fails", "1"]);
    }
    assert_eq!(front_end.run("count(\"xx\")[&'x']").result().as_deref(), Some("2"));
}

#[test]
fn what_cannot_be_tested_is_told() {
    let mut front_end = FrontEnd::shared();
    for (code, why) in [
        (
            "%%test\nfn f() {}",
            "there is no test in the cell: write `#[test]` above a function without parameters",
        ),
        (
            "%%test",
            "there is no test in the cell: write `#[test]` above a function without parameters",
        ),
        ("%%test fast\n#[test] fn a() {}", "`%%test` takes no `fast`: the tests go below it"),
        ("%test", "`%test` takes a whole cell: write `%%test` in its first line"),
        (
            "%%test\n#[test] fn a(x: i32) {}",
            "the test `a` has parameters: nobody would give them to it",
        ),
    ] {
        let (ename, evalue, _) = front_end.run(code).error();
        assert_eq!((&ename[..], &evalue[..]), ("UsageError", why), "{code}");
    }
    let run = front_end.run("%%test\n#[test]\nfn a() {\n    let x: i32 = \"\";\n}");
    let (ename, _, traceback) = run.error();
    assert_eq!(ename, "E0308");
    assert!(traceback.contains(&format!("cell [{}]:4:18", run.number())), "{traceback}");
    let (_, _, traceback) = front_end.run("%%test\n#[test]\nfn a() -> i32 { 3 }").error();
    assert!(traceback.contains("%%test"), "{traceback}");
}

#[test]
fn tests_can_be_interrupted_and_can_end_the_process() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let kept = 5;").is_ok());
    let endless = "%%test\n#[test]\nfn first() {}\n#[test]\nfn endless() { println!(\"begun\"); loop { bootcamp::cell::check_interrupt(); } }";
    let run = interrupted_at(&mut front_end, "begun", endless);
    assert_eq!(run.error().0, "Interrupted");
    assert_eq!(rows(&run)[0].0, "first");
    assert_eq!(front_end.run("kept").result().as_deref(), Some("5"));
    let run = front_end
        .run("%%test\n#[test]\nfn first() {}\n#[test]\nfn last() { std::process::exit(3) }");
    assert_eq!(run.error().0, "ProcessEnded");
    assert_eq!(rows(&run)[0], ("first".to_owned(), "ok".to_owned(), String::new()));
}
