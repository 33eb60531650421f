//! How long people wait: this kernel beside the stock one, interleaved in one run.
//!
//! `scripts/bench` builds both and runs this. Every figure is a median over rounds; a
//! ratio compares medians of the same run, because the machine's speed changes by the
//! minute.

mod crowd;
mod engines;
mod floor;
mod kernel;
mod line;
mod memory;
#[path = "../shared/options.rs"]
mod options;
mod pictures;
mod rows;
mod session;
mod table;

use std::fs;

use floor::Floor;
use options::Options;
use session::Session;
use table::Table;

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
