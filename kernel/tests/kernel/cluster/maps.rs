//! Functions of the notebook that engines call: maps and jobs.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};

use jupyter_protocol::{ExecuteRequest, InterruptRequest};
use rustix::process::{Pid, Signal, kill_process};

use super::{front_end, processes, start};
use crate::waiting::{Gate, wait_for};
use bootcamp_testkit::ipyparallel::path;
use bootcamp_testkit::{FrontEnd, kernel};

const WALKERS: &str = "use bootcamp::prelude::*;
fn start_walker(start: Point) -> Vec<Point> {
    let f = Mixture::bootcamp();
    random_walker(f, 500, start, 0, &mut rng(start.x.to_bits()))
}
fn starts() -> Vec<Point> { (0..40).map(|k| Point { x: f64::from(k), y: 0.0 }).collect() }";

const CLIENT: &str = "let c = Client::connect()?;";

/// The result of a cell.
fn result(front_end: &mut FrontEnd, cell: &str) -> String {
    let run = front_end.run(cell);
    run.result().unwrap_or_else(|| panic!("{cell}: {run:#?}"))
}

#[test]
fn the_same_points_come_of_every_way_to_walk() {
    let mut front_end = front_end();
    assert!(front_end.run(WALKERS).is_ok());
    assert!(front_end.run("Client::connect()?;").error().1.contains("%cluster start"));
    start(&mut front_end, 2);
    assert!(front_end.run(CLIENT).is_ok());
    let compare = "let serial: Vec<Vec<Point>> = starts().into_iter().map(start_walker).collect();
let cores: Vec<Vec<Point>> = starts().into_par_iter().map(start_walker).collect();
let mapped = c.balanced().map(start_walker, starts())?;
let one_by_one = c.balanced().chunk_size(1).map(start_walker, starts())?;
let alone = c.targets(&[1]).balanced().map(start_walker, starts())?;
serial == cores && serial == mapped && serial == one_by_one && serial == alone";
    assert_eq!(result(&mut front_end, compare), "true");
    let engines =
        "%%px\nlet points: Vec<Vec<Point>> = starts().into_iter().map(start_walker).collect();";
    assert!(front_end.run(engines).is_ok());
    let same =
        "c.all().pull::<Vec<Vec<Point>>>(\"points\")?.iter().all(|points| *points == serial)";
    assert_eq!(result(&mut front_end, same), "true");

    // A closure with numbers; arguments and results of no bytes; nothing at all.
    let cell = "let (a, b) = (2.5, [1_u8, 2]);\n\
        c.balanced().map(move |x: f64| a * x + f64::from(b[1]), [1.0, 2.0])?";
    assert_eq!(result(&mut front_end, cell), "[4.5, 7.0]");
    // Between these numbers there are bytes that belong to none.
    let gaps = "let (small, yes, half, wide) = (3_u8, true, 0.5_f32, 7_u128);
let engines = c.balanced();
let one = engines.map(move |x: f64| x + f64::from(small), [1.0])?;
let two = engines.map(move |x: f64| if yes { a * x } else { x }, [1.0])?;
let three = engines.map(move |x: f64| a * x + f64::from(half) + f64::from(small), [1.0])?;
let four = engines.map(move |x: u128| wide * x + u128::from(small), [1])?;
// It is an address of the kernel's program.
let many = 10_000_000_u64;
let five = engines.map(move |x: u64| many + x, [1])?;
(one, two, three, four, five)";
    let results = "([4.0], [2.5], [6.0], [10], [10000001])";
    assert_eq!(result(&mut front_end, gaps), results);
    assert_eq!(result(&mut front_end, "c.balanced().map(|()| (), [(); 3])?.len()"), "3");
    assert_eq!(result(&mut front_end, "c.balanced().map(|x: u8| x, [])?.len()"), "0");
    // Each result once, with its number; who stops early ends the rest.
    let cell = "let mut seen = vec![0; 100];
for result in c.balanced().map_unordered(|x: usize| 2 * x, 0..100)? {
    let (number, twice) = result?;
    assert_eq!(twice, 2 * number);
    seen[number] += 1;
}
let first = c.balanced().map_unordered(|x: usize| x, 0..100)?.next().is_some();
(seen == vec![1; 100], first)";
    assert_eq!(result(&mut front_end, cell), "(true, true)");
    // What tasks print.
    let run = front_end.run("c.balanced().map(|x: u8| println!(\"task {x}\"), 0..2)?;");
    let mut lines: Vec<&str> = run.stdout().leak().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["task 0", "task 1"], "{run:#?}");
}

#[test]
fn a_task_that_fails_is_told_and_costs_no_other() {
    let mut front_end = front_end();
    start(&mut front_end, 2);
    assert!(front_end.run(&format!("use bootcamp::prelude::*;\n{CLIENT}")).is_ok());
    assert!(front_end.run("%px let kept = 5;").is_ok());
    let fails = |front_end: &mut FrontEnd, cell: &str| front_end.run(cell).error().1;
    let panics = "c.balanced().map(|x: i32| { assert!(x % 7 != 3, \"not {x}\"); x }, 0..20)?";
    let told = "3 of 20 tasks failed; the first is task 3: not 3";
    assert_eq!(fails(&mut front_end, panics), told);
    let others = "c.balanced().map_unordered(|x: i32| { assert!(x != 3); x }, 0..20)?\
        .filter_map(Result::ok).map(|(_, x)| x).sum::<i32>()";
    assert_eq!(result(&mut front_end, others), "187");
    // Refused before anything is sent.
    let captured = "let text = \"text\";\nc.balanced().map(move |x: usize| text.len() + x, [1])?";
    let why = fails(&mut front_end, captured);
    assert!(why.starts_with("the closure has captured a reference"), "{why}");
    let refuses = "struct No;
impl serde::Serialize for No {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(\"no\"))
    }
}
impl<'de> serde::Deserialize<'de> for No {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> { Ok(No) }
}";
    let run = front_end.run(&format!(":dep serde\n{refuses}"));
    assert!(run.is_ok(), "{run:#?}");
    let why = fails(&mut front_end, "c.balanced().map(|_: No| 1, [No])?");
    assert!(why.starts_with("the value of `argument` cannot travel"), "{why}");
    // One that never ends, and asks whether to.
    let gate = Gate::new();
    let endless = format!(
        "c.balanced().map(|_: i32| -> i32 {{ {}; loop {{ check_interrupt(); }} }}, 0..4)?",
        gate.rust_comes()
    );
    let id = front_end.send(ExecuteRequest::new(endless));
    gate.wait_for_processes(2);
    front_end.control(InterruptRequest {});
    let run = front_end.collect(&id);
    assert_eq!(run.error().0, "Interrupted", "{run:#?}");
    assert_eq!(front_end.run("%px kept").stdout(), "Out[0]: 5\nOut[1]: 5\n");
    // One that ends its process.
    let aborts = "c.balanced().chunk_size(1).map(|x: i32| { \
        if x == 2 { std::process::abort() } x }, 0..8)?";
    let why = fails(&mut front_end, aborts);
    assert!(why.starts_with("1 of 8 tasks failed; the first is task 2: it, or"), "{why}");
    // A large result.
    let large = "c.balanced().map(|x: u8| vec![x; 200_000_000], [7])?[0].iter().all(|x| *x == 7)";
    assert_eq!(result(&mut front_end, large), "true");
}

#[test]
fn engines_that_are_killed_in_a_map_lose_nothing() {
    let mut front_end = front_end();
    start(&mut front_end, 4);
    assert!(front_end.run(&format!("use bootcamp::prelude::*;\n{CLIENT}")).is_ok());
    let engines = processes(&mut front_end);
    let gate = Gate::new();
    // All four have begun when two of them are killed, and none has ended.
    let id = front_end.send(ExecuteRequest::new(slow_map(&gate)));
    gate.wait_for_processes(4);
    for engine in &engines[..2] {
        kill_process(*engine, Signal::KILL).unwrap();
    }
    gate.open();
    let run = front_end.collect(&id);
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    assert_eq!(run.stderr().matches(" is gone: the others do what it had not done").count(), 2);
}

/// A map over 40 numbers whose tasks come to the gate, and end when it is open.
fn slow_map(gate: &Gate) -> String {
    format!(
        "fn slow(x: u64) -> u64 {{ {}; {}; x * x }}\n\
         c.balanced().map(slow, 0..40)? == (0..40).map(|x| x * x).collect::<Vec<u64>>()",
        gate.rust_comes(),
        gate.rust()
    )
}

/// A controller and engines that no kernel has started.
struct Cluster {
    home: tempfile::TempDir,
    processes: Vec<Child>,
}

impl Cluster {
    fn start(engines: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let profile = home.path().join("profile_own");
        // With ipyparallel's own heartbeat: engines wait half a minute for their controller, which
        // takes its time to start on a busy machine.
        fs::create_dir(&profile).unwrap();
        let mut cluster = Self { home, processes: Vec::new() };
        cluster.controller("--reuse");
        let file = profile.join("security/ipcontroller-engine.json");
        wait_for("the controller has written its file", || file.exists());
        for _ in 0..engines {
            let mut engine = kernel();
            engine.arg("engine").env("IPP_PROFILE_DIR", &profile);
            cluster.processes.push(engine.spawn().unwrap());
        }
        cluster
    }

    fn profile(&self) -> std::path::PathBuf {
        self.home.path().join("profile_own")
    }

    fn controller(&mut self, option: &str) {
        let child = Command::new("ipcontroller")
            .env("PATH", path())
            .env("IPYTHONDIR", self.home.path())
            .args(["--ip=127.0.0.1", "--log-level=ERROR", option])
            .arg(format!("--profile-dir={}", self.profile().display()))
            .spawn()
            .unwrap();
        self.processes.insert(0, child);
    }

    /// Stops the controller and starts it again.
    fn restart_controller(&mut self) {
        self.end(0);
        self.controller("--restore");
    }

    fn end(&mut self, index: usize) {
        let mut child = self.processes.remove(index);
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        child.wait().unwrap();
    }

    /// A kernel that is connected with it.
    fn front_end(&self, engines: usize) -> FrontEnd {
        let home = self.home.path().to_owned();
        let mut front_end = FrontEnd::start_with(|command| {
            command.env("PATH", path()).env("IPYTHONDIR", &home);
        });
        wait_for("all engines have joined", || {
            let told = front_end.run("%cluster connect --profile own").stdout();
            told.matches(char::is_numeric).count() == engines
        });
        assert!(front_end.run(&format!("use bootcamp::prelude::*;\n{CLIENT}")).is_ok());
        front_end
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        while !self.processes.is_empty() {
            self.end(self.processes.len() - 1);
        }
    }
}

#[test]
fn a_map_goes_on_when_its_controller_is_started_anew() {
    let mut cluster = Cluster::start(2);
    let mut front_end = cluster.front_end(2);
    let gate = Gate::new();
    let id = front_end.send(ExecuteRequest::new(slow_map(&gate)));
    gate.wait_for_processes(2);
    cluster.restart_controller();
    gate.open();
    let run = front_end.collect(&id);
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    assert_eq!(result(&mut front_end, "c.balanced().map(|x: u8| x, 0..4)?"), "[0, 1, 2, 3]");
}

#[test]
fn a_job_outlives_its_kernel() {
    let cluster = Cluster::start(2);
    let mut first = cluster.front_end(2);
    let gate = Gate::new();
    let begin = format!(
        "fn slow(x: u64) -> u64 {{ {}; x * x }}\nlet job = cloud::map(slow, 0..40)?;\n\
         assert!(!cloud::status(&job)?.is_done());\njob.to_string()",
        gate.rust()
    );
    let job = result(&mut first, &begin);
    first.kill();
    gate.open();
    let mut second = cluster.front_end(2);
    let fetch =
        format!("cloud::result::<u64>({job})? == (0..40).map(|x| x * x).collect::<Vec<u64>>()");
    assert_eq!(result(&mut second, &fetch), "true");
    let status = format!("cloud::status({job})?.to_string()");
    assert_eq!(result(&mut second, &status), "\"14 of 14 lists of tasks are done\"");
    for (cell, why) in [
        (format!("cloud::result::<f64>({job})?"), "each result is a u64, not a f64"),
        ("cloud::status(\"job-00000000-2\")?".to_owned(), "knows no job-00000000-2"),
        ("cloud::status(\"mine\")?".to_owned(), "`mine` is no name of a job"),
    ] {
        let (_, evalue, _) = second.run(&cell).error();
        assert!(evalue.contains(why), "{evalue}");
    }
    let nothing = "cloud::result::<u8>(&cloud::map(|x: u8| x, [])?)?.len()";
    assert_eq!(result(&mut second, nothing), "0");
    let fails = "let job = cloud::map(|x: u64| { assert!(x != 5, \"five\"); x }, 0..10)?;
cloud::result::<u64>(&job)?";
    let (_, evalue, _) = second.run(fails).error();
    assert_eq!(evalue, "1 of 10 tasks failed; the first is task 5: five");
    assert!(Path::new(&cluster.profile()).exists());
}
