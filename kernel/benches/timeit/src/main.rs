//! `%timeit` beside criterion: both time the same five functions, in turn, in one run.
//!
//! The functions are a crate of their own (`functions`). A cell defines them by the text of
//! that crate; criterion runs the crate itself, in this process. Both are compiled alike: the
//! `profile.release.package.timed-functions` in Cargo.toml gives the crate the settings that
//! cells have (optimization level 2, one codegen unit, the checks of a development build), and
//! no function is inlined into the loop that times it. What differs is only who times.
//!
//! It is a benchmark, and no test: a busy machine changes its figures. So rounds are many, and
//! the least disturbed one of each side counts.

mod cells;
mod criterion_side;
mod table;

use std::path::PathBuf;
use std::{env, fs};

use table::{Line, Table};

/// What is timed: a name, and the code as a cell has it.
const FUNCTIONS: [(&str, &str); 5] = [
    ("a xoshiro draw", "draw(&mut generator)"),
    ("exp of a number", "exponential(x)"),
    ("sum of 1000 floats", "sum(&numbers)"),
    ("random_walker, 1000 steps", "walk(&mixture)"),
    ("sorting 10,000 floats", "sort(&shuffled, &mut place)"),
];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let rounds = if arguments.iter().any(|argument| argument == "--quick") { 2 } else { 7 };
    let wanted = value("--rows").cloned().unwrap_or_default();
    let mut cells = cells::Cells::start();
    let mut lines: Vec<Line> = FUNCTIONS
        .iter()
        .filter(|(name, _)| name.contains(&wanted))
        .map(|(name, code)| Line::new(name, code))
        .collect();
    for _ in 0..rounds {
        for line in &mut lines {
            line.timeit.push(cells.timeit(line.code));
            line.criterion.push(criterion_side::mean(line.name));
        }
    }
    let table = Table { rounds, lines };
    table.print();
    if let Some(file) = value("--json") {
        fs::write(PathBuf::from(file), table.json()).expect("the JSON file can be written");
    }
}
