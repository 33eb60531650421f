//! The report: a line for each row, as text and as JSON.

use serde_json::{Value, json};

use crate::line::{Line, median};

/// All rows of a run.
pub(crate) struct Table {
    pub(crate) rounds: usize,
    pub(crate) lines: Vec<Line>,
    /// rustc and loading, in milliseconds, each round.
    pub(crate) floor: Vec<[f64; 2]>,
}

/// The phases in the order in which they happen; others come after them.
const PHASES: [&str; 6] = ["analysis", "compile", "link", "load", "run", "passes"];

impl Table {
    #[expect(clippy::print_stdout, reason = "the report is what the program is for")]
    pub(crate) fn print(&self) {
        println!("{}", self.text());
    }

    fn text(&self) -> String {
        let (compile, load, floor) = (self.part(0), self.part(1), self.floor());
        let mut text =
            format!("medians of {} interleaved rounds, load {}\n", self.rounds, machine_load());
        if !self.floor.is_empty() {
            let rustc = format!("bare rustc of one line {compile:.0} ms");
            text.extend([
                &format!("floor: {floor:.0} ms ({rustc}, loading it {load:.1} ms)"),
                "\n",
            ]);
        }
        let header = ["ours", "stock"].map(|name| format!("{name:>10}")).concat();
        let targets = ["ratio", "must", "aim"].map(|name| format!("{name:>7}")).concat();
        text.extend([&format!("\n{:<44}{header}{targets}{:>20}", "", "over floor"), "\n"]);
        for line in &self.lines {
            let (ours, stock, unit) = (line.ours(), line.stock(), line.unit);
            let [must, aim] = line.target.map_or_else(Default::default, |t| {
                [t.must, t.aim].map(|ratio| format!("{ratio:.2}"))
            });
            let over =
                if line.is_cell { format!("{:+.0} ms", ours - floor) } else { String::new() };
            let row = format!(
                "{:<44}{ours:>7.0} {unit}{stock:>7.0} {unit}{:>7.2}{must:>7}{aim:>7}  {:<8}{over:>10}",
                line.name,
                line.ratio(),
                line.mark(),
            );
            text.extend([row.trim_end(), "\n"]);
        }
        text + &self.phases()
    }

    /// Where a cell's time goes; nothing when the kernel does not tell.
    fn phases(&self) -> String {
        let mut names: Vec<&str> =
            self.lines.iter().flat_map(Line::phase_names).map(String::as_str).collect();
        names.sort_by_key(|name| {
            (PHASES.iter().position(|phase| phase == name).unwrap_or(PHASES.len()), *name)
        });
        names.dedup();
        if names.is_empty() {
            return String::new();
        }
        let header = names.iter().map(|name| format!("{name:>10}")).collect::<Vec<_>>().concat();
        let mut text = format!("\n{:<44}{header}\n", "where a cell's time goes (ours, ms)");
        for line in self.lines.iter().filter(|line| line.phase_names().next().is_some()) {
            let figure = |name: &&str| match line.phase(name) {
                Some(figure) => format!("{figure:>10.1}"),
                None => format!("{:>10}", "-"),
            };
            let figures = names.iter().map(figure).collect::<Vec<_>>().concat();
            text.extend([&format!("{:<44}{figures}", line.name), "\n"]);
        }
        text
    }

    pub(crate) fn json(&self) -> String {
        let floor = self.floor();
        let rows: Vec<Value> = self.lines.iter().map(|line| line.json(floor)).collect();
        let report = json!({
            "rounds": self.rounds,
            "load": machine_load(),
            "floor": { "rustc": self.part(0), "load": self.part(1), "both": floor },
            "rows": rows,
        });
        format!("{report:#}\n")
    }

    fn part(&self, index: usize) -> f64 {
        median(&self.floor.iter().map(|parts| parts[index]).collect::<Vec<_>>())
    }

    fn floor(&self) -> f64 {
        median(&self.floor.iter().map(|parts| parts.iter().sum()).collect::<Vec<_>>())
    }
}

/// What else the machine was doing.
fn machine_load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}
