//! A session on both kernels: what its start takes, then its rows in turn.

use std::time::Instant;

use jupyter_protocol::KernelInfoRequest;

use crate::floor::Floor;
use crate::kernel::{BOTH, Kernel, run_all, shows_picture};
use crate::line::{Line, Target, target};
use crate::memory;
use crate::options::Options;
use crate::rows::{Plan, Row, Start};
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::stock;

/// Both kernels, with the same things defined.
pub(crate) struct Session(Vec<(Kernel, FrontEnd)>);

impl Session {
    /// Measures what is wanted of a plan.
    pub(crate) fn measure(plan: &Plan, options: &Options, floor: &mut Floor) -> Vec<Line> {
        let is_wanted = |name: &&str| options.wants(name);
        let starts = plan.start.names().iter().any(is_wanted);
        let mut steps = plan.steps.iter().collect::<Vec<_>>();
        // A step needs those before it, and none after it.
        while steps.last().is_some_and(|step| !step.names().any(|name| options.wants(name))) {
            steps.pop();
        }
        if !starts && steps.is_empty() {
            return Vec::new();
        }
        let rounds = match (starts, options.quick) {
            (true, false) => plan.start.rounds(),
            _ => 1,
        };
        let (mut session, mut lines) = Self::start(&plan.start, rounds);
        lines.retain(|line| options.wants(line.name));
        for step in steps {
            session.prepare(step.ours, step.stock);
            let rows: Vec<&Row> = step.rows.iter().filter(|row| options.wants(row.name)).collect();
            lines.extend(session.rounds(&rows, options.rounds(), floor));
            if let Some((name, target)) = step.memory.filter(|(name, _)| options.wants(name)) {
                lines.push(session.memory(name, target));
            }
        }
        lines
    }

    /// Starts both some times; the last ones stay.
    fn start(start: &Start, rounds: usize) -> (Self, Vec<Line>) {
        let mut lines = start.lines();
        let mut session = Self(Vec::new());
        for _ in 0..rounds {
            session.0.clear();
            for kernel in BOTH {
                let started = Instant::now();
                let mut front_end = kernel.start();
                match start {
                    Start::Plain => {}
                    Start::FirstResult => {
                        let id = front_end.send(KernelInfoRequest {});
                        front_end.read_shell(&id);
                        lines[0].add(kernel, started.elapsed().as_secs_f64());
                        run_all(&mut front_end, &["let x = 1;"]);
                        lines[1].add(kernel, started.elapsed().as_secs_f64());
                    }
                    Start::FirstPlot { ours, stock } => {
                        let (cells, plot) = kernel.choose(ours, stock);
                        run_all(&mut front_end, cells);
                        let run = front_end.run(&plot.replace("{i}", "0"));
                        assert!(run.is_ok() && shows_picture(&run), "{run:#?}");
                        lines[0].add(kernel, started.elapsed().as_secs_f64());
                    }
                }
                stock::await_listener(&mut front_end);
                session.0.push((kernel, front_end));
            }
        }
        (session, lines)
    }

    fn prepare(&mut self, ours: &[&str], stock: &[&str]) {
        for (kernel, front_end) in &mut self.0 {
            run_all(front_end, kernel.choose(ours, stock));
        }
    }

    /// The rows, in turn on both kernels.
    fn rounds(&mut self, rows: &[&Row], rounds: usize, floor: &mut Floor) -> Vec<Line> {
        let mut lines: Vec<Line> =
            rows.iter().map(|row| Line::of_cell(row.name, row.target)).collect();
        // The round before the first one is not counted: it fills caches.
        for round in 0..=rounds {
            for (row, line) in rows.iter().zip(&mut lines) {
                // What one leaves to the disk must not always meet the same other.
                self.0.reverse();
                for (kernel, front_end) in &mut self.0 {
                    let cell = kernel.choose(row.ours, row.stock);
                    let cell = cell.replace("{i}", &(round + 1).to_string());
                    let started = Instant::now();
                    let run = front_end.run(&cell);
                    let seconds = started.elapsed().as_secs_f64();
                    assert_eq!(run.is_ok(), !row.fails, "{}: {run:#?}", row.name);
                    assert!(!row.picture || shows_picture(&run), "{}: {run:#?}", row.name);
                    if round > 0 {
                        line.add(*kernel, seconds);
                        if *kernel == Kernel::Ours {
                            line.add_phases(&run.metadata);
                        }
                    }
                }
            }
            if round > 0 && !rows.is_empty() {
                floor.measure();
            }
        }
        lines
    }

    fn memory(&self, name: &'static str, target: Option<Target>) -> Line {
        let mut line = Line::in_megabytes(name, target);
        for (kernel, front_end) in &self.0 {
            line.add(*kernel, memory::of_tree(front_end.kernel.id()));
        }
        line
    }
}

impl Start {
    fn names(&self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::FirstResult => &["start to the kernel_info reply", "start to the first result"],
            Self::FirstPlot { .. } => &["start to the first plot"],
        }
    }

    fn lines(&self) -> Vec<Line> {
        let targets: &[Option<Target>] = match self {
            Self::Plain => &[],
            Self::FirstResult => &[Some(target(0.15, 0.10)), Some(target(0.50, 0.35))],
            Self::FirstPlot { .. } => &[Some(target(0.12, 0.08))],
        };
        self.names().iter().zip(targets).map(|(name, target)| Line::new(name, *target)).collect()
    }

    /// How often kernels are started for it; stock needs a quarter of a minute for a plot.
    fn rounds(&self) -> usize {
        if matches!(self, Self::FirstResult) { 5 } else { 3 }
    }
}
