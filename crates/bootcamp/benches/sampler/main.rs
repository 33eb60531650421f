//! What a step of the walk costs: this crate beside Python, C and other crates.
//!
//! `scripts/bench --part sampler` installs what the peers need and runs this. Every peer
//! runs as a process of its own, all in turn, some rounds; figures are medians of CPU
//! time. Compare them within one run only: the machine's speed changes by the minute.

mod counts;
mod limit;
mod ours;
mod outcome;
mod peers;
mod process;
mod table;

use std::path::PathBuf;
use std::{env, fs};

use limit::Set;
use peers::{PEERS, Part};
use table::{Row, Table};

/// What is asked for on the command line.
struct Options {
    quick: bool,
    /// Only make the peers ready.
    build: bool,
    counts: bool,
    json: Option<PathBuf>,
    /// Only peers whose name contains this.
    rows: String,
}

impl Options {
    fn of(arguments: &[String]) -> Self {
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)
        };
        let has = |name: &str| arguments.iter().any(|argument| argument == name);
        Self {
            quick: has("--quick"),
            build: has("--build"),
            counts: has("--counts"),
            json: value("--json").map(PathBuf::from),
            rows: value("--rows").cloned().unwrap_or_default(),
        }
    }

    fn rounds(&self) -> usize {
        if self.quick { 2 } else { 5 }
    }
}

#[expect(clippy::print_stdout, reason = "the line is what the process is for")]
fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, role, steps, repeats, seed, ..] = arguments.as_slice()
        && first == "--role"
    {
        let number = |text: &String| text.parse::<u64>().expect("a number");
        let steps = number(steps) as usize;
        println!("{}", ours::run(role, steps, number(repeats), number(seed)).line());
    } else {
        measure(&Options::of(&arguments));
    }
}

fn measure(options: &Options) {
    let chosen: Vec<_> = PEERS.iter().filter(|peer| peer.name.contains(&options.rows)).collect();
    let ready: Vec<_> = chosen.iter().map(|peer| peer.prepare()).collect();
    if options.build {
        return;
    }
    let mut rows: Vec<Row> = chosen
        .iter()
        .zip(&ready)
        .map(|(peer, ready)| {
            let runs = ready.as_ref().map(|_| Vec::new()).map_err(Clone::clone);
            Row { name: peer.name, part: peer.part, runs, count: None }
        })
        .collect();
    for round in 1..=options.rounds() {
        for (row, ready) in rows.iter_mut().zip(&ready) {
            if let (Ok(runs), Ok(ready)) = (&mut row.runs, ready) {
                runs.push(process::run(&mut ready.command(round)));
            }
        }
    }
    if options.counts {
        for row in &mut rows {
            match counts::count(row.name) {
                Some(Ok(count)) => row.count = Some(count),
                Some(Err(reason)) => row.runs = Err(reason),
                None => {}
            }
        }
    }
    let sets = [Set::Avx2, Set::Avx512].into_iter().filter(|set| set.is_there());
    let walks = rows.iter().any(|row| row.part == Part::Walk);
    let sets: Vec<Set> = sets.filter(|_| walks).collect();
    sets.iter().copied().for_each(limit::check);
    let steps_per_draw = sets.last().map(|widest| limit::steps_per_draw(*widest, 512));
    let table = Table { rounds: options.rounds(), rows, steps_per_draw };
    table.print();
    if let Some(file) = &options.json {
        fs::write(file, table.json()).expect("the JSON file can be written");
    }
    table.check();
}
