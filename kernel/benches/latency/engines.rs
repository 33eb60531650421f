//! Cells that use engines, on our kernel: beside the same cell in the notebook, and beside
//! Python's engines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use crate::floor::Floor;
use crate::kernel::{Kernel, run_all};
use crate::line::{Line, target};
use crate::options::Options;
use bootcamp_testkit::ipyparallel;
use bootcamp_testkit::{FrontEnd, kernel};

const PX: &str = "%px on four engines, against the notebook";
const PULL: &str = "pull of 100 MB, against Python's engines";
const WALKERS: &str = "map of 1000 walkers, against Python's engines";
const NOTHING: &str = "map of 1000 empty tasks, against Python's engines";

/// As many points as Python's engine has.
const POINTS: &str =
    "%px let points: Vec<[f64; 2]> = (0..6_250_000).map(|k| [k as f64, 7.0]).collect();";
/// The same walkers as Python's, and who runs them.
const MAPS: &str = "use bootcamp::prelude::*;
let c = Client::connect()?;
let starts: Vec<Point> = (0..1000).map(|k| Point { x: f64::from(k) / 1000.0, y: 1.0 }).collect();
fn walker(start: Point) -> Vec<Point> {
    random_walker(Mixture::bootcamp(), 1000, start, 0, &mut rng(start.x.to_bits()))
}
fn nothing(number: usize) -> usize { number }";

/// Rows whose other column is the notebook's own time, or Python's.
pub(crate) fn measure(options: &Options, floor: &mut Floor) -> Vec<Line> {
    if ![PX, PULL, WALKERS, NOTHING].iter().any(|name| options.wants(name)) {
        return Vec::new();
    }
    let mut command = kernel();
    command.env("PATH", ipyparallel::path());
    let mut front_end = FrontEnd::start_command(command);
    run_all(&mut front_end, &["let x = 1;", "%cluster start -n 4", "%px let x = 1;", MAPS]);
    let mut lines = Vec::new();
    if options.wants(PX) {
        lines.push(px(&mut front_end, options, floor));
    }
    lines.extend(beside_python(&mut front_end, options));
    lines
}

fn px(front_end: &mut FrontEnd, options: &Options, floor: &mut Floor) -> Line {
    let mut line = Line::of_cell(PX, Some(target(1.5, 1.1)));
    // The round before the first one is not counted: it fills caches.
    for round in 0..=options.rounds() {
        for (column, cell) in [(Kernel::Ours, "%px x + "), (Kernel::Stock, "x + ")] {
            let seconds = time(front_end, &format!("{cell}{round}"));
            if round > 0 {
                line.add(column, seconds);
            }
        }
        if round > 0 {
            floor.measure();
        }
    }
    line
}

fn beside_python(front_end: &mut FrontEnd, options: &Options) -> Vec<Line> {
    let mut python = PythonEngines::start();
    let mut lines = Vec::new();
    for (name, must, aim, task) in [
        (PULL, 0.7, 0.5, "pull"),
        (WALKERS, 0.1, 0.05, "walkers"),
        (NOTHING, 0.05, 0.02, "nothing"),
    ] {
        if !options.wants(name) {
            continue;
        }
        if task == "pull" {
            run_all(front_end, &[POINTS]);
        }
        let mut line = Line::new(name, Some(target(must, aim)));
        for round in 0..=options.rounds() {
            let ours = match task {
                "pull" => {
                    call(front_end, "c[0].pull::<Vec<[f64; 2]>>(\"points\")", 6_250_000, round)
                }
                "walkers" => {
                    call(front_end, "c.balanced().map(walker, starts.clone())", 1000, round)
                }
                _ => call(front_end, "c.balanced().map(nothing, 0..1000)", 1000, round),
            };
            let theirs = python.time(task);
            if round > 0 {
                line.add(Kernel::Ours, ours);
                line.add(Kernel::Stock, theirs);
            }
        }
        lines.push(line);
    }
    lines
}

/// How long a call takes in its cell, in seconds: Python has compiled nothing when it begins.
fn call(front_end: &mut FrontEnd, call: &str, length: usize, round: usize) -> f64 {
    let cell = format!(
        "let started{round} = Instant::now();\nassert_eq!({call}?.len(), {length});\n\
         started{round}.elapsed().as_secs_f64()"
    );
    let run = front_end.run(&cell);
    run.result().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{cell}: {run:#?}"))
}

/// How long people wait for a cell, in seconds.
fn time(front_end: &mut FrontEnd, cell: &str) -> f64 {
    let started = Instant::now();
    run_all(front_end, &[cell]);
    started.elapsed().as_secs_f64()
}

/// ipyparallel's own engines, and its client.
struct PythonEngines {
    process: Child,
    // Closed first: then the process stops its cluster and ends.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl PythonEngines {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("python")
            .env("PATH", ipyparallel::path())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/latency/peer.py"))
            .env("IPYTHONDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python");
        let orders = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut python = Self { process, orders, answers, _folder: folder };
        assert_eq!(python.hear(), "ready", "the Python needs ipyparallel and numpy");
        python
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    fn time(&mut self, task: &str) -> f64 {
        let orders = self.orders.as_mut().expect("open while it runs");
        writeln!(orders, "{task}").expect("the process listens");
        self.hear().parse().expect("seconds")
    }
}

impl Drop for PythonEngines {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.process.wait();
    }
}
