//! How long people wait: this kernel beside the stock one, interleaved in one run.
//!
//! `scripts/bench` builds both and runs this. Every figure is a median over rounds; a
//! ratio compares medians of the same run, because the machine's speed changes by the
//! minute.

mod crowd;
mod engines;
mod floor;
#[path = "../../tests/kernel/front_end.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod front_end;
#[path = "../../tests/kernel/ipyparallel.rs"]
mod ipyparallel;
mod kernel;
mod line;
mod memory;
#[path = "../../tests/kernel/peer.rs"]
mod peer;
mod pictures;
mod rows;
mod session;
mod table;

use std::path::PathBuf;
use std::{env, fs};

use floor::Floor;
use session::Session;
use table::Table;

/// What is asked for on the command line.
struct Options {
    quick: bool,
    json: Option<PathBuf>,
    /// Only rows whose name contains this.
    rows: String,
}

impl Options {
    fn of_command_line() -> Self {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)
        };
        Self {
            quick: arguments.iter().any(|argument| argument == "--quick"),
            json: value("--json").map(PathBuf::from),
            rows: value("--rows").cloned().unwrap_or_default(),
        }
    }

    fn wants(&self, row: &str) -> bool {
        row.contains(&self.rows)
    }

    /// How often a cell is run.
    fn rounds(&self) -> usize {
        if self.quick { 3 } else { 9 }
    }
}

fn main() {
    let options = Options::of_command_line();
    let mut floor = Floor::new();
    let mut lines = Vec::new();
    for plan in rows::SESSIONS {
        lines.extend(Session::measure(plan, &options, &mut floor));
    }
    lines.extend(engines::measure(&options, &mut floor));
    if !options.quick {
        lines.extend(crowd::measure(&options));
    }
    let table = Table { rounds: options.rounds(), lines, floor: floor.times };
    table.print();
    if let Some(file) = options.json {
        fs::write(file, table.json()).expect("the JSON file can be written");
    }
}
