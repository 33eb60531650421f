//! The report: a line for each row, as text and as JSON.

use serde_json::{Value, json};

use crate::Kernel;

/// The figures of one row.
pub(crate) struct Line {
    name: &'static str,
    unit: &'static str,
    ours: Vec<f64>,
    stock: Vec<f64>,
}

impl Line {
    /// A row of times; figures are added in seconds.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, unit: "ms", ours: Vec::new(), stock: Vec::new() }
    }

    pub(crate) fn in_megabytes(name: &'static str) -> Self {
        Self { unit: "MB", ..Self::new(name) }
    }

    pub(crate) fn add(&mut self, kernel: Kernel, figure: f64) {
        let figure = if self.unit == "ms" { figure * 1000.0 } else { figure };
        match kernel {
            Kernel::Ours => self.ours.push(figure),
            Kernel::Stock => self.stock.push(figure),
        }
    }

    fn ratio(&self) -> f64 {
        median(&self.ours) / median(&self.stock)
    }
}

/// All rows of a run.
pub(crate) struct Table {
    rounds: usize,
    lines: Vec<Line>,
}

impl Table {
    pub(crate) fn new(rounds: usize) -> Self {
        Self { rounds, lines: Vec::new() }
    }

    pub(crate) fn extend(&mut self, lines: Vec<Line>) {
        self.lines.extend(lines);
    }

    #[expect(clippy::print_stdout, reason = "the report is what the program is for")]
    pub(crate) fn print(&self) {
        let (rounds, load) = (self.rounds, load());
        println!("medians of {rounds} interleaved rounds, load {load}\n");
        println!("{:<44}{:>10}{:>10}{:>8}", "", "ours", "stock", "ratio");
        for line in &self.lines {
            let (ours, stock, unit) = (median(&line.ours), median(&line.stock), line.unit);
            println!("{:<44}{ours:>7.0} {unit}{stock:>7.0} {unit}{:>8.2}", line.name, line.ratio());
        }
    }

    pub(crate) fn json(&self) -> String {
        let rows: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                json!({
                    "name": line.name,
                    "unit": line.unit,
                    "ours": line.ours,
                    "stock": line.stock,
                    "ratio": line.ratio(),
                })
            })
            .collect();
        let report = json!({ "rounds": self.rounds, "load": load(), "rows": rows });
        format!("{report:#}\n")
    }
}

/// What else the machine was doing.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
