//! Cells that use engines, on our kernel: beside the same cell in the notebook, and beside
//! Python's engines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use crate::Options;
use crate::floor::Floor;
use crate::front_end::{FrontEnd, kernel};
use crate::ipyparallel;
use crate::kernel::{Kernel, run_all};
use crate::line::{Line, target};

const PX: &str = "%px on four engines, against the notebook";
const PULL: &str = "a cell that pulls 100 MB, against Python's";

/// As many points as [`PythonEngine`] has.
const POINTS: &str =
    "%px let points: Vec<[f64; 2]> = (0..6_250_000).map(|k| [k as f64, 7.0]).collect();";

/// Two rows: the other column is the notebook's own time, and Python's.
pub(crate) fn measure(options: &Options, floor: &mut Floor) -> Vec<Line> {
    if !options.wants(PX) && !options.wants(PULL) {
        return Vec::new();
    }
    let mut command = kernel();
    command.env("PATH", ipyparallel::path());
    let mut front_end = FrontEnd::start_command(command);
    run_all(&mut front_end, &["let x = 1;", "%cluster start -n 4", "%px let x = 1;"]);
    let mut lines = Vec::new();
    if options.wants(PX) {
        lines.push(px(&mut front_end, options, floor));
    }
    if options.wants(PULL) {
        lines.push(pull(&mut front_end, options));
    }
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

fn pull(front_end: &mut FrontEnd, options: &Options) -> Line {
    let mut line = Line::new(PULL, Some(target(0.7, 0.5)));
    run_all(front_end, &["let c = Client::connect()?;", POINTS]);
    let mut python = PythonEngine::start();
    for round in 0..=options.rounds() {
        let cell = format!("c[0].pull::<Vec<[f64; 2]>>(\"points\")?.len() + {round}");
        let ours = time(front_end, &cell);
        let theirs = python.pull();
        if round > 0 {
            line.add(Kernel::Ours, ours);
            line.add(Kernel::Stock, theirs);
        }
    }
    line
}

/// How long people wait for a cell, in seconds.
fn time(front_end: &mut FrontEnd, cell: &str) -> f64 {
    let started = Instant::now();
    run_all(front_end, &[cell]);
    started.elapsed().as_secs_f64()
}

/// ipyparallel's own engine, and its client.
struct PythonEngine {
    process: Child,
    // Closed first: then the process stops its cluster and ends.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl PythonEngine {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("python")
            .env("PATH", ipyparallel::path())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/latency/pull.py"))
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

    fn pull(&mut self) -> f64 {
        let orders = self.orders.as_mut().expect("open while it runs");
        writeln!(orders, "pull").expect("the process listens");
        self.hear().parse().expect("seconds")
    }
}

impl Drop for PythonEngine {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.process.wait();
    }
}
