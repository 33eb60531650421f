//! A cell on four engines beside the same cell in the notebook, both on our kernel.

use std::time::Instant;

use crate::Options;
use crate::floor::Floor;
use crate::front_end::{FrontEnd, kernel};
use crate::ipyparallel;
use crate::kernel::{Kernel, run_all};
use crate::line::{Line, target};

/// One row, whose other column is the notebook's own time.
pub(crate) fn measure(options: &Options, floor: &mut Floor) -> Vec<Line> {
    let name = "%px on four engines, against the notebook";
    if !options.wants(name) {
        return Vec::new();
    }
    let mut line = Line::of_cell(name, Some(target(1.5, 1.1)));
    let mut command = kernel();
    command.env("PATH", ipyparallel::path());
    let mut front_end = FrontEnd::start_command(command);
    run_all(&mut front_end, &["let x = 1;", "%cluster start -n 4", "%px let x = 1;"]);
    // The round before the first one is not counted: it fills caches.
    for round in 0..=options.rounds() {
        for (column, cell) in [(Kernel::Ours, "%px x + "), (Kernel::Stock, "x + ")] {
            let started = Instant::now();
            run_all(&mut front_end, &[&format!("{cell}{round}")]);
            if round > 0 {
                line.add(column, started.elapsed().as_secs_f64());
            }
        }
        if round > 0 {
            floor.measure();
        }
    }
    vec![line]
}
