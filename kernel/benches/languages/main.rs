//! How long a million points take to another language and back, beside a cell that gives
//! nothing.
//!
//! `scripts/bench` runs this. A language whose kernel is not here is left out.
#![expect(clippy::print_stdout, reason = "the table goes there")]

#[path = "../shared/options.rs"]
mod options;

use std::fs;
use std::time::Instant;

use bootcamp_testkit::{FrontEnd, ipyparallel, kernel};
use options::Options;
use serde_json::{Value, json};

const POINTS: &str = "use bootcamp::prelude::*;
let points: Vec<Point> = (0..1_000_000).map(|k| Point { x: k as f64, y: 0.5 }).collect();";

/// A language: its magic, a statement that changes `points` there, and the seconds that a round
/// trip may take.
const LANGUAGES: [(&str, &str, f64); 3] = [
    ("python", "points.x += 1", 1.0),
    ("R", "points$x <- points$x + 1", 3.0),
    ("octave", "points.x += 1;", 3.0),
];

fn main() {
    let options = Options::of_command_line();
    let rounds = options.rounds();

    let mut command = kernel();
    command.env("PATH", ipyparallel::path());
    let mut front_end = FrontEnd::start_command(command);
    seconds(&mut front_end, POINTS);
    println!("medians of {rounds} rounds, a million points there and back\n");
    println!("{:<10} {:>12} {:>12} {:>8} {:>6}", "", "empty cell", "round trip", "must", "");
    let (mut results, mut moved) = (Vec::new(), 0.0);
    for (name, change, must) in LANGUAGES.into_iter().filter(|(name, ..)| options.wants(name)) {
        let probe = front_end.run(&format!("%%{name} --optional\n1;"));
        assert!(probe.is_ok(), "{probe:#?}");
        if probe.stdout().starts_with("Skipped: ") {
            println!("{name:<10} {}", probe.stdout().trim());
            continue;
        }
        let (mut empty, mut trip) = (Vec::new(), Vec::new());
        // The round before the first one is not counted: it fills caches.
        for round in 0..=rounds {
            let nothing = seconds(&mut front_end, &format!("%%{name}\n1;"));
            let cell = format!("%%{name} -i points -o points:Vec<Point>\n{change}");
            let there_and_back = seconds(&mut front_end, &cell);
            if round > 0 {
                empty.push(nothing);
                trip.push(there_and_back);
            }
        }
        // They were changed each time.
        moved += (rounds + 1) as f64;
        let run = front_end.run("points[0].x");
        assert_eq!(run.result(), Some(format!("{moved:?}")), "{run:#?}");
        let (empty, trip) = (median(empty), median(trip));
        let met = if trip <= must { "must" } else { "-" };
        println!(
            "{name:<10} {:>9.0} ms {:>9.0} ms {must:>6.1} s {met:>6}",
            1e3 * empty,
            1e3 * trip
        );
        results.push(
            json!({ "language": name, "empty_s": empty, "round_trip_s": trip, "must_s": must }),
        );
    }
    if let Some(file) = options.json {
        fs::write(file, Value::from(results).to_string()).expect("the JSON file can be written");
    }
}

fn seconds(front_end: &mut FrontEnd, cell: &str) -> f64 {
    let begun = Instant::now();
    let run = front_end.run(cell);
    assert!(run.is_ok(), "{cell}: {run:#?}");
    begun.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
