//! `%timeit`: code that runs many times.

use crate::interrupts::interrupted_at;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Run;

fn failure(run: &Run) -> (String, String) {
    let (ename, evalue, _) = run.error();
    (ename, evalue)
}

/// The seconds that a text such as `12.3 µs` means.
fn seconds(text: &str) -> f64 {
    let (number, unit) = text.trim().split_once(' ').unwrap();
    let factor = match unit {
        "s" => 1.0,
        "ms" => 1e-3,
        "µs" => 1e-6,
        "ns" => 1e-9,
        _ => panic!("{text}"),
    };
    number.parse::<f64>().unwrap() * factor
}

/// The best time of a report, per loop.
fn best(run: &Run) -> f64 {
    let text = run.stdout();
    let best = text.lines().find_map(|line| line.strip_prefix("best: "));
    seconds(best.unwrap_or_else(|| panic!("{run:#?}")))
}

#[test]
fn a_report_tells_mean_deviation_runs_and_loops() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let mut count = 0_u64;\nfn add(x: u64) -> u64 { x + 1 }").is_ok());
    let run = front_end.run("%timeit -n 1_000 -r3 count = add(count)");
    let text = run.stdout();
    let first = text.lines().next().unwrap();
    assert!(first.contains(" ± "), "{text}");
    assert!(first.ends_with("s per loop (mean ± std. dev. of 3 runs, 1,000 loops each)"), "{text}");
    assert!(text.lines().nth(1).unwrap().starts_with("best: "), "{text}");
    // So many times, and no more.
    assert_eq!(front_end.run("count").result().as_deref(), Some("3000"));
    let run = front_end.run("%%timeit -n1 -r1 -q\ncount += 1;\n// the end");
    assert_eq!((run.is_ok(), run.stdout()), (true, String::new()));
    assert_eq!(front_end.run("count").result().as_deref(), Some("3001"));
    let text = front_end.run("%timeit -n 1 -r 1 count").stdout();
    assert!(text.contains("of 1 run, 1 loop each)"), "{text}");
    // The number of loops is chosen: a run takes about 0.2 s.
    let run = front_end.run("%timeit -r 2 std::thread::sleep(std::time::Duration::from_millis(5))");
    let text = run.stdout();
    assert!(text.contains("0 loops each)") || text.contains(" 5 loops each)"), "{text}");
    assert!(best(&run) >= 5e-3, "{text}");
}

#[test]
fn code_of_every_form_is_timed_and_variables_are_kept() {
    let mut front_end = FrontEnd::shared();
    let setup = "use std::collections::HashMap;\nlet numbers = vec![3.0, 1.0, 2.0];\n\
        let mut map: HashMap<u32, u32> = HashMap::new();\nlet text = String::from(\"12\");";
    assert!(front_end.run(setup).is_ok());
    for code in [
        "%timeit -n 9 -r 2 numbers.iter().sum::<f64>()",
        "%timeit -n 9 -r 2 let a = numbers[0]; let b = a + 1.0;",
        "%timeit -n 9 -r 2 { let a = numbers[0]; a }",
        "%timeit -n 9 -r 2 map.entry(3).or_insert(0)",
        "%timeit -n 9 -r 2 text.parse::<i32>()?",
        "%timeit -n 9 -r 2 -1.0_f64.max(numbers[0]) // a comment",
        "%timeit -n 9 -r 2 numbers[1];",
        "%%timeit -n 9 -r 2 let mut own = numbers.clone() // not timed\nown.sort_by(f64::total_cmp);",
        "%%timeit -n 9 -r 2\n\nfn twice(x: f64) -> f64 { 2.0 * x }\nfor x in &numbers {\n    twice(*x);\n}",
        "let own = 5;\n%timeit -n 9 -r 2 own + 1\nnumbers.len()",
    ] {
        let run = front_end.run(code);
        assert!(run.stdout().contains("of 2 runs, 9 loops each"), "{code}: {run:#?}");
    }
    assert_eq!(
        front_end.run("(&numbers, &map, own)").result().as_deref(),
        Some("([3.0, 1.0, 2.0], {3: 0}, 5)")
    );
    // Setup runs once for each run.
    assert!(front_end.run("let mut runs = 0;").is_ok());
    assert!(front_end.run("%%timeit -n 50 -r 4 -q runs += 1;\nnumbers[0]").is_ok());
    assert_eq!(front_end.run("runs").result().as_deref(), Some("4"));
}

#[test]
fn what_cannot_be_timed_is_told() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let kept = vec![1, 2];").is_ok());
    for (code, why) in [
        ("%timeit", "there is nothing to time: `%timeit f(x)`, or `%%timeit` above the code"),
        (
            "%%timeit let x = 1;\n  // later",
            "there is nothing to time: `%timeit f(x)`, or `%%timeit` above the code",
        ),
        ("%timeit -n 0 1", "`-n 0`: give a whole number above 0, such as `-n 10`"),
        ("%timeit -x 1", "`%timeit` has no option `-x`: it takes -n N, -r R, -q"),
        ("%timeit f().await", "`%timeit` cannot time code that waits (`.await`): `%time` can"),
        (
            "%%timeit let x = (1\nx",
            "the setup in the line of `%%timeit` has a bracket or a quote that does not close in this line",
        ),
        (
            "%%timeit\n%lsmagic",
            "`%%timeit` takes Rust, and `%lsmagic` is a magic: put it into a cell of its own",
        ),
        ("%%timeit\n:dep rand\n1", "`%%timeit` takes Rust: put `:dep` into a cell above"),
    ] {
        assert_eq!(failure(&front_end.run(code)), ("UsageError".into(), why.into()), "{code}");
    }
    let (ename, _, traceback) = front_end.run("%timeit drop(kept)").error();
    assert_eq!(ename, "E0507", "{traceback}");
    assert!(traceback.contains("Move a copy"), "{traceback}");
    assert_eq!(failure(&front_end.run("%timeit break")).0, "E0267");
    let (ename, evalue, _) = front_end.run("%timeit \"x\".parse::<i32>()?").error();
    assert_eq!((&ename[..], &evalue[..]), ("ParseIntError", "invalid digit found in string"));
    assert_eq!(front_end.run("kept").result().as_deref(), Some("[1, 2]"));
}

#[test]
fn errors_point_at_the_line_that_was_written() {
    let mut front_end = FrontEnd::shared();
    for (cell, expected, place) in [
        ("let a = 1;\n  %timeit a.nope()", "E0599", "2:3"),
        ("%%timeit let v = vec![1];\nlet w = v.clone();\nlet s: String = w;", "E0308", "3:17"),
        ("%%timeit\nlet x = 1;\nassert_eq!(x, 2);", "panic", "3:1"),
    ] {
        let run = front_end.run(cell);
        let (ename, _, traceback) = run.error();
        assert_eq!(ename, expected);
        assert!(traceback.contains(&format!("cell [{}]:{place}", run.number())), "{traceback}");
        let line = cell.lines().last().unwrap().trim();
        assert!(traceback.contains(line), "{traceback}");
    }
    for (code, expected) in [
        ("%timeit f(1))", "CompileError"),
        ("%timeit f(1", "IncompleteCell"),
        ("%%timeit\n\"abc", "IncompleteCell"),
    ] {
        let (ename, _, traceback) = front_end.run(code).error();
        assert_eq!(ename, expected, "{code}: {traceback}");
        assert!(!traceback.contains("__turn"), "{code}: {traceback}");
    }
}

#[test]
fn what_does_not_change_is_not_computed_beforehand() {
    let mut front_end = FrontEnd::shared();
    let setup = "let numbers: Vec<f64> = (0..1_000_000).map(f64::from).collect();\nlet x = 2.0_f64;\n\
        fn mean(values: &[f64]) -> f64 { values.iter().sum::<f64>() / values.len() as f64 }";
    assert!(front_end.run(setup).is_ok());
    for code in [
        "%timeit -r 2 numbers.iter().sum::<f64>()",
        "%timeit -r 2 mean(&numbers)",
        "%%timeit -r 2 let own = numbers.clone();\nown.iter().sum::<f64>()",
    ] {
        let run = front_end.run(code);
        assert!(best(&run) > 50e-6, "{code}: {}", run.stdout());
        assert!(!run.stdout().contains("empty loop"), "{code}: {}", run.stdout());
    }
    // What the compiler can compute is told.
    let run = front_end.run("%timeit 2.0_f64.sqrt()");
    assert!(best(&run) < 1e-6, "{}", run.stdout());
    assert!(run.stdout().contains("no longer than an empty loop"), "{}", run.stdout());
}

#[test]
fn an_interrupt_ends_the_runs_and_keeps_the_variables() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let mut kept = vec![1.0; 1000];").is_ok());
    for code in [
        "-n 100_000_000_000 println!(\"begun\");\nkept.iter().sum::<f64>()",
        "-n 1_000_000 println!(\"begun\");\nstd::thread::sleep(std::time::Duration::from_millis(20))",
    ] {
        let run = interrupted_at(&mut front_end, "begun", &format!("%%timeit {code}"));
        assert_eq!(failure(&run).0, "Interrupted", "{run:#?}");
        // It was not killed, which is what becomes of code that is not asked.
        assert_eq!(front_end.run("kept.len()").result().as_deref(), Some("1000"));
    }
}
