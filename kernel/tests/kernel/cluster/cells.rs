//! What cells on engines do, and what the notebook and they know of each other.

use std::process::Command;
use std::thread;
use std::time::Duration;

use super::{front_end, left, processes, start};
use crate::waiting::Gate;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::ipyparallel::path;
use bootcamp_testkit::shown::Shown;

#[test]
fn each_engine_has_variables_of_its_own_and_knows_what_the_notebook_defines() {
    let mut front_end = front_end();
    let (ename, evalue, _) = front_end.run("%px 1").error();
    assert_eq!(ename, "ClusterError");
    assert!(evalue.contains("`%cluster start -n 4`"), "{evalue}");
    start(&mut front_end, 3);
    let setup = "use bootcamp::prelude::*;\nfn twice(x: i32) -> i32 { x * 2 }\n\
        #[derive(Debug)]\nstruct Own(i32);\nlet here = 1;";
    assert!(front_end.run(setup).is_ok());
    let run = front_end.run("%%px\nlet mine = Own(twice(21));\nprintln!(\"a\\nb\");\nmine.0");
    assert!(run.is_ok(), "{run:#?}");
    let mut lines: Vec<&str> = run.stdout().leak().lines().collect();
    assert_eq!(lines.split_off(6), ["Out[0]: 42", "Out[1]: 42", "Out[2]: 42"]);
    lines.sort_unstable();
    assert_eq!(lines, ["[0] a", "[0] b", "[1] a", "[1] b", "[2] a", "[2] b"]);

    // Neither knows the other's variables.
    assert_eq!(front_end.run("%px here").error().0, "E0425");
    assert_eq!(front_end.run("mine").error().0, "E0425");
    // Some engines only; the others go without, and lose nothing.
    assert!(front_end.run("%%px --targets ::2\nlet some = 7;").is_ok());
    let run = front_end.run("%px some");
    assert_eq!(run.stdout(), "Out[0]: 7\nOut[2]: 7\n");
    let (ename, evalue, _) = run.error();
    assert_eq!(ename, "MissingVariable");
    assert!(evalue.starts_with("on engine 1: `some` is not there: "), "{evalue}");
    let run = front_end.run("%px mine");
    assert_eq!(run.stdout(), "Out[0]: Own(42)\nOut[1]: Own(42)\nOut[2]: Own(42)\n");
    // A definition that changes.
    assert!(front_end.run("fn twice(x: i32) -> i32 { x + x + 1 }").is_ok());
    assert_eq!(front_end.run("%px -t -1 twice(1)").stdout(), "Out[2]: 3\n");

    // A cell that fails has defined its functions, too.
    let run = front_end.run("fn thrice(x: i32) -> i32 { 3 * x }\npanic!(\"after it\");");
    assert_eq!(run.error().0, "panic");
    assert_eq!(front_end.run("%px -t 0 thrice(2)").stdout(), "Out[0]: 6\n");
    // A type that changes, and an error after that: nothing is said to have run.
    assert!(front_end.run("%px -t 0 struct P { x: i32 }\n%px -t 0 let p = P { x: 1 };").is_ok());
    let code = "%%px -t 0\nstruct P { x: i32, y: i32 }\nlet p = P { x: 1 };";
    assert_eq!(front_end.run(code).error().0, "E0063");
    // A crate of the notebook.
    let run = front_end.run(":dep itoa\nitoa::Buffer::new().format(12).len()");
    assert_eq!(run.result().as_deref(), Some("2"), "{run:#?}");
    let run = front_end.run("%px -t 1 itoa::Buffer::new().format(123).len()");
    assert_eq!(run.stdout(), "Out[1]: 3\n", "{run:#?}");

    // Pictures, each behind its engine's number.
    let run = front_end.run("%%px -t 0,1 -g engine\nplot_density(Mixture::bootcamp())");
    let pictures: Vec<_> = run
        .shown
        .iter()
        .filter(|shown| matches!(shown, Shown::Display(bundle) if bundle["image/png"].is_string()))
        .collect();
    assert_eq!(pictures.len(), 2, "{run:#?}");
    assert_eq!(run.stdout(), "[0]\n[1]\n");
    // The same points everywhere.
    let walk = "random_walker(Mixture::bootcamp(), 500, [0.0, 0.0], 100, &mut rng(5))[399].x";
    let here = front_end.run(walk).result().unwrap();
    let there = front_end.run(&format!("%px -t 1 {walk}")).stdout();
    assert_eq!(there, format!("Out[1]: {here}\n"));
}

#[test]
fn variables_go_to_engines_and_come_back() {
    let mut front_end = front_end();
    let run = front_end.run("use bootcamp::prelude::*;\nClient::connect().unwrap_err()");
    assert!(run.result().unwrap().starts_with("there is no cluster: `%cluster start"), "{run:#?}");
    start(&mut front_end, 3);
    assert_eq!(
        front_end.run("let c = Client::connect()?;\nc.ids()").result().as_deref(),
        Some("[0, 1, 2]")
    );
    assert!(front_end.run("c.all().push(\"seed\", &5u64)?;").is_ok());
    let walk = "random_walker(Mixture::bootcamp(), 500, [0.0, 0.0], 100, &mut rng(5))";
    let run = front_end.run(&format!(
        "%%px\nlet points = {};\nlet id = std::process::id();",
        walk.replace("rng(5)", "rng(seed)")
    ));
    assert!(run.is_ok(), "{run:#?}");
    // Serially, by rayon and on the engines, the points are the same.
    let run = front_end.run(&format!(
        "let all: Vec<Vec<Point>> = c.all().pull(\"points\")?;\nlet here = {walk};\n\
         let many: Vec<Vec<Point>> = (0..3).into_par_iter().map(|_| {walk}).collect();\n\
         all.iter().all(|walk| *walk == here) && all == many"
    ));
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    // Twice the same: the second time nothing is compiled for it, until there is another value.
    let one = "c[2].pull::<Vec<Point>>(\"points\")?.len()";
    assert_eq!(front_end.run(one).result().as_deref(), Some("400"));
    assert_eq!(front_end.run(one).result().as_deref(), Some("400"));
    assert!(front_end.run("%%px\nlet points = 7;").is_ok());
    assert_eq!(front_end.run("c[2].pull::<i32>(\"points\")?").result().as_deref(), Some("7"));

    assert!(front_end.run("c.all().scatter(\"part\", &[1, 2, 3, 4])?;").is_ok());
    assert_eq!(front_end.run("%px part.len()").stdout(), "Out[0]: 2\nOut[1]: 1\nOut[2]: 1\n");
    let run = front_end.run("c.targets(&[2, 0]).gather::<i32>(\"part\")?");
    assert_eq!(run.result().as_deref(), Some("[4, 1, 2]"));
    let run = front_end.run("c[1].push(\"grid\", &Array2::<f64>::zeros((2, 3)))?;");
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!(front_end.run("%px -t 1 grid.dim()").stdout(), "Out[1]: (2, 3)\n");

    for (code, why) in [
        ("c[1].pull::<f64>(\"part\")?", "`part` is a alloc::vec::Vec<i32> on engine 1, not a f64"),
        ("c[1].pull::<f64>(\"none\")?", "no engine has a variable `none`"),
        ("c[0].pull::<f64>(\"grid\")?", "on engine 0: `grid` is not there"),
        ("c[1].pull::<f64>(\"1; 2\")?", "`1; 2` is no name of a variable"),
        ("c[7].pull::<f64>(\"part\")?", "there is no engine 7: there are [0, 1, 2]"),
        ("c.targets(&[9]).push(\"x\", &1)?", "there is no engine 9"),
    ] {
        let (_, evalue, _) = front_end.run(code).error();
        assert!(evalue.contains(why), "{code}: {evalue}");
    }
    assert!(front_end.run("%%px\nlet clock = std::time::Instant::now();").is_ok());
    let (_, evalue, _) = front_end.run("c[0].pull::<i32>(\"clock\")?").error();
    assert!(evalue.contains("`clock` cannot travel, its type has no serde"), "{evalue}");
    assert!(front_end.run("%cluster stop").is_ok());
    assert!(front_end.run("c[0].pull::<i32>(\"part\")?").error().1.contains("no cluster"));
}

#[test]
fn nobody_has_to_wait_for_engines() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let gate = Gate::new();
    let begin = format!("%%px --noblock\n{}\nprintln!(\"late\");", gate.rust());
    assert!(front_end.run(&begin).stdout().starts_with("The engines are at work"));
    assert_eq!(front_end.run("1 + 1").result().as_deref(), Some("2"));
    assert!(front_end.run("%px 1").error().1.contains("`%pxresult` waits for it"));
    gate.open();
    let mut lines: Vec<&str> = front_end.run("%pxresult").stdout().leak().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["[0] late", "[1] late"]);
    assert!(front_end.run("%pxresult").stdout().starts_with("Nothing is at work"));

    assert!(front_end.run("%autopx").is_ok());
    assert_eq!(front_end.run("let there = 3;\nthere").stdout(), "Out[0]: 3\nOut[1]: 3\n");
    assert!(front_end.run("%autopx").is_ok());
    assert_eq!(front_end.run("there").error().0, "E0425");
    assert!(front_end.run("%%px --local\nlet both = 1;").is_ok());
    assert_eq!(front_end.run("both").result().as_deref(), Some("1"));
}

#[test]
fn a_cluster_that_is_kept_outlives_its_kernel() {
    let home = tempfile::tempdir().unwrap();
    let front_end = || {
        FrontEnd::start_with(|command| {
            command.env("PATH", path()).env("IPYTHONDIR", home.path());
        })
    };
    let mut first = front_end();
    let (_, evalue, _) = first.run("%cluster connect").error();
    assert!(evalue.starts_with("no cluster runs there"), "{evalue}");
    assert!(first.run("%cluster start -n 2 --keep").is_ok());
    assert!(first.run("%px let kept = 5;").is_ok());
    assert_eq!(first.shut_down(), Some(0));
    let mut second = front_end();
    assert_eq!(second.run("%cluster connect").stdout(), "Connected: engines 0, 1\n");
    let engines = processes(&mut second);
    assert_eq!(second.run("%px 1 + 1").stdout(), "Out[0]: 2\nOut[1]: 2\n");
    assert!(second.run("%cluster stop").stdout().starts_with("Disconnected. The cluster goes on"));
    assert_eq!(second.run("%px 1 + 1").error().0, "ClusterError");
    let stop = Command::new("ipcluster")
        .args(["stop", "--profile", "rust"])
        .env("PATH", path())
        .env("IPYTHONDIR", home.path())
        .output()
        .unwrap();
    assert!(stop.status.success(), "{stop:?}");
    let engines: Vec<String> =
        engines.iter().map(|engine| format!("/proc/{}", engine.as_raw_nonzero())).collect();
    assert_eq!(left(&engines), [""; 0]);
}

#[test]
fn variables_stay_while_nobody_runs_anything() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    assert!(front_end.run("%px let kept = 5;").is_ok());
    // Longer than an idle thread of a pool lives.
    thread::sleep(Duration::from_secs(12));
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\n");
}

#[test]
fn a_flood_of_output_arrives_whole() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let run = front_end.run("%%px\nfor number in 0..20_000 { println!(\"{number}\"); }");
    assert!(run.is_ok());
    let text = run.stdout();
    for engine in 0..2 {
        let label = format!("[{engine}] ");
        let mut numbers = text.lines().filter_map(|line| line.strip_prefix(&label));
        let first: Vec<usize> =
            numbers.by_ref().take(1000).map(|number| number.parse().unwrap()).collect();
        assert_eq!(first, (0..1000).collect::<Vec<_>>());
    }
}
