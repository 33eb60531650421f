//! Cells on the engines of a real cluster: ipyparallel's controller, and engines of this
//! program.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::front_end::{FrontEnd, Shown, kernel};
use crate::interrupts::interrupted_after;
use crate::ipyparallel::path;

/// Long enough for a cell to be compiled and to run.
const RUNNING: Duration = Duration::from_secs(3);

/// A front end whose kernel finds ipyparallel, which `scripts/lab` installs.
fn front_end() -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("PATH", path());
    })
}

fn start(front_end: &mut FrontEnd, engines: usize) {
    let run = front_end.run(&format!("%cluster start -n {engines}"));
    assert!(run.is_ok(), "{run:#?}");
    let status = run.shown.iter().rev().find_map(|shown| match shown {
        Shown::DisplayWithId { data, .. } | Shown::Update { data, .. } => {
            data["text/plain"].as_str()
        }
        _ => None,
    });
    assert_eq!(status, Some(&*format!("{engines} engines have joined")), "{run:#?}");
}

/// The processes of the engines, by their ids.
fn processes(front_end: &mut FrontEnd) -> Vec<Pid> {
    let run = front_end.run("%cluster status");
    let [Shown::Display(table), ..] = &run.shown[..] else { panic!("{run:#?}") };
    let text = table["text/plain"].as_str().unwrap();
    let process = |line: &str| line.split_whitespace().nth(2)?.parse().ok().and_then(Pid::from_raw);
    text.lines().skip(2).filter_map(process).collect()
}

/// What still runs of those processes after a while.
fn left(processes: &[String]) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let runs = |folder: &&String| {
            let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        let left: Vec<String> = processes.iter().filter(runs).cloned().collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// All processes that come of this one, as folders of `/proc`.
fn descendants(process: u32) -> Vec<String> {
    let listed = Command::new("ps").args(["-eo", "pid=,ppid="]).output().unwrap().stdout;
    let listed = String::from_utf8(listed).unwrap();
    let pairs: Vec<(u32, u32)> = listed
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
            Some((numbers.next()??, numbers.next()??))
        })
        .collect();
    let mut found = vec![process];
    let mut at = 0;
    while at < found.len() {
        let parent = found[at];
        found.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        at += 1;
    }
    found.iter().skip(1).map(|process| format!("/proc/{process}")).collect()
}

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
fn errors_name_their_engines_and_leave_the_others() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let compile = front_end.run("%%px\n\nlet x: i32 = \"a\";").error();
    assert_eq!(compile.0, "E0308");
    assert!(compile.2.contains("3 │ let x: i32 = \"a\";"), "{}", compile.2);
    assert!(front_end.run("%%px\nlet kept: usize = 5;").is_ok());
    let run = front_end.run("%%px -t 1\nlet list = vec![1];\nlist[kept]");
    let (ename, evalue, traceback) = run.error();
    assert_eq!(ename, "panic");
    assert!(evalue.starts_with("on engine 1: index out of bounds"), "{evalue}");
    assert!(traceback.contains("3 │ list[kept]"), "{traceback}");
    let run = front_end.run("%%px -t 0\nstd::process::abort()");
    assert!(run.error().1.starts_with("on engine 0: the cell's process ended"), "{run:#?}");
    // The engine is there, without its variables; the other one has them.
    let run = front_end.run("%px kept");
    assert_eq!(run.stdout(), "Out[1]: 5\n");
    assert!(run.error().1.starts_with("on engine 0: `kept` is not there"), "{run:#?}");
    for (cell, why) in [
        ("%px -t 5 1", "there is no engine 5: there are 0, 1"),
        ("%px -t x 1", "`x` names no engines"),
        ("%px -t 3: 1", "names none of the engines"),
        ("%px", "there is nothing to run"),
        ("%%px -g q\n1", "`--group-outputs q`: give order, engine or type"),
        ("%cluster begin", "write `%cluster start -n 4`"),
        ("%cluster start", "there is a cluster already"),
    ] {
        let (_, evalue, _) = front_end.run(cell).error();
        assert!(evalue.contains(why), "{cell}: {evalue}");
    }
}

#[test]
fn nobody_has_to_wait_for_engines() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let begin = "%%px --noblock\nstd::thread::sleep(std::time::Duration::from_millis(400));\n\
        println!(\"late\");";
    assert!(front_end.run(begin).stdout().starts_with("The engines are at work"));
    assert_eq!(front_end.run("1 + 1").result().as_deref(), Some("2"));
    assert!(front_end.run("%px 1").error().1.contains("`%pxresult` waits for it"));
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
fn an_interrupt_reaches_the_engines() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    assert!(front_end.run("%%px\nlet kept = 5;").is_ok());
    let friendly = "%%px\nuse bootcamp::prelude::*;\nloop { check_interrupt(); }";
    let (run, took) = interrupted_after(&mut front_end, friendly, RUNNING);
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(run.error().1.starts_with("on engines 0, 1: the cell was interrupted"), "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\nOut[1]: 5\n");
    // One that does not ask loses its process.
    let (run, _) = interrupted_after(&mut front_end, "%%px -t 1\nloop {}", RUNNING);
    assert!(run.error().1.starts_with("on engine 1: the cell was interrupted"), "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\n");
}

#[test]
fn an_engine_that_is_killed_leaves_the_others_and_others_may_join() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    let engines = processes(&mut front_end);
    let killer = thread::spawn({
        let engine = engines[1];
        move || {
            thread::sleep(Duration::from_secs(1));
            kill_process(engine, Signal::KILL).unwrap();
        }
    });
    let run = front_end
        .run("%%px\nstd::thread::sleep(std::time::Duration::from_secs(2));\nprintln!(\"done\");");
    killer.join().unwrap();
    assert_eq!(run.stdout(), "[0] done\n");
    assert!(run.error().1.contains("on engine 1: engine 1 died"), "{run:#?}");
    // One more, started by hand, and one of another build.
    let status = front_end.run("%cluster status").stdout();
    let file = PathBuf::from(status.trim().strip_prefix("Others connect with ").unwrap());
    let profile = file.parent().unwrap().parent().unwrap().to_owned();
    let join = |build: Option<&str>| {
        let mut engine = kernel();
        engine.arg("engine").env("IPP_PROFILE_DIR", &profile);
        engine.envs(build.map(|build| ("BOOTCAMP_BUILD", build)));
        engine.spawn().unwrap()
    };
    let wait_for = |front_end: &mut FrontEnd, count: usize| {
        while processes(front_end).len() < count {
            thread::sleep(Duration::from_millis(100));
        }
    };
    let mut late = join(None);
    wait_for(&mut front_end, 2);
    assert!(front_end.run("%px 1 + 1").is_ok());
    let mut other = join(Some("other"));
    wait_for(&mut front_end, 3);
    let run = front_end.run("%px 1 + 1");
    assert_eq!(run.stdout().matches("Out[").count(), 2, "{run:#?}");
    let (ename, evalue, _) = run.error();
    assert_eq!(ename, "OtherBuild");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        evalue.contains(&format!("this engine is bootcamp-kernel {version} (other)")),
        "{evalue}"
    );
    assert!(evalue.contains(&format!("the notebook's kernel is {version} (")), "{evalue}");
    // All leave with their cluster.
    assert!(front_end.run("%cluster stop").is_ok());
    for engine in [&mut late, &mut other] {
        assert!(engine.wait().unwrap().success());
    }
    assert!(!profile.exists());
}

#[test]
fn nothing_is_left_of_a_cluster() {
    for way in ["stop", "shut down", "kill"] {
        let mut front_end = front_end();
        start(&mut front_end, 2);
        let all = descendants(front_end.kernel.id());
        let of_cluster: Vec<String> = all
            .into_iter()
            .filter(|folder| {
                let command = fs::read(format!("{folder}/cmdline")).unwrap_or_default();
                let command = String::from_utf8_lossy(&command).into_owned();
                ["ipcluster", "ipyparallel", "engine", "workshop"]
                    .iter()
                    .any(|word| command.contains(word))
            })
            .collect();
        // ipcluster, the controller and its processes, the engines, the workshop.
        assert!(of_cluster.len() >= 6, "{of_cluster:?}");
        match way {
            "stop" => assert!(front_end.run("%cluster stop").is_ok()),
            "shut down" => assert_eq!(front_end.shut_down(), Some(0)),
            _ => {
                front_end.kernel.kill().unwrap();
                front_end.kernel.wait().unwrap();
            }
        }
        assert_eq!(left(&of_cluster), [""; 0], "{way}");
    }
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
fn a_controller_that_is_gone_is_told() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    let all = descendants(front_end.kernel.id());
    let cluster = all.iter().find(|folder| {
        let command = fs::read(format!("{folder}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains("ipcluster")
    });
    let process = cluster.unwrap().strip_prefix("/proc/").unwrap().parse().unwrap();
    kill_process(Pid::from_raw(process).unwrap(), Signal::INT).unwrap();
    assert_eq!(left(&[cluster.unwrap().clone()]), [""; 0]);
    thread::sleep(Duration::from_millis(500));
    let (_, evalue, _) = front_end.run("%px 1").error();
    assert!(evalue.contains("controller is gone: `%cluster start -n 4`"), "{evalue}");
    start(&mut front_end, 1);
    assert_eq!(front_end.run("%px 1 + 1").stdout(), "Out[0]: 2\n");
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
fn a_workshop_that_is_killed_is_replaced() {
    let mut front_end = front_end();
    start(&mut front_end, 1);
    assert!(front_end.run("fn twice(x: i32) -> i32 { 2 * x }").is_ok());
    assert!(front_end.run("%px let kept = twice(2);").is_ok());
    let workshop = descendants(front_end.kernel.id()).into_iter().find(|folder| {
        let command = fs::read(format!("{folder}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).ends_with("workshop\0")
    });
    let process = workshop.unwrap().strip_prefix("/proc/").unwrap().parse().unwrap();
    kill_process(Pid::from_raw(process).unwrap(), Signal::KILL).unwrap();
    assert_eq!(front_end.run("%px twice(3)").error().0, "WorkshopEnded");
    // Another one knows the notebook; what engines hold, it has not seen.
    assert_eq!(front_end.run("%px twice(4)").stdout(), "Out[0]: 8\n");
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
