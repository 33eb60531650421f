//! A long session: what a kernel holds on to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::kilobytes;
use bootcamp_testkit::FrontEnd;

/// Cells as people run them, errors among them; `{i}` is the round.
const CELLS: [(&str, bool); 10] = [
    ("let x{i} = {i};", true),
    ("println!(\"{} {}\", x{i}, {i});", true),
    ("x{i} + 1", true),
    ("fn f(a: i32) -> i32 { a + {i} }", true),
    ("f({i})", true),
    ("let wrong: String = {i};", false),
    ("panic!(\"round {i}\");", false),
    ("plot_density(|x: f64, y: f64| x * y + {i}.0)", true),
    ("for _ in progress(0..{i}) {}\neprintln!(\"{i}\");", true),
    ("let sum{i}: u64 = (0..1000u64).into_par_iter().map(|k| k ^ {i}).sum();\nsum{i}", true),
];

/// Rounds after which everything is there that stays.
const WARM_ROUNDS: u64 = 4;
/// By how many kilobytes a process may grow with a round of ten cells: their libraries stay
/// loaded, and rust-analyzer keeps what it knows of them.
const MOST_OF_KERNEL: u64 = 8_000;
const MOST_OF_CHILD: u64 = 8_000;

/// What one process of the kernel holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    files: usize,
    threads: usize,
    kilobytes: u64,
}

fn held(process: u32) -> Held {
    let count = |name: &str| fs::read_dir(format!("/proc/{process}/{name}")).unwrap().count();
    Held { files: count("fd"), threads: count("task"), kilobytes: kilobytes(process) }
}

impl Held {
    /// By how much it has grown in each of so many rounds, in kilobytes.
    fn growth(self, before: Self, rounds: u64) -> u64 {
        self.kilobytes.saturating_sub(before.kilobytes) / rounds
    }
}

fn child_of(process: u32) -> u32 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let children = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("children")));
    let ids: String = children.map(Result::unwrap).collect();
    ids.split_whitespace().next().expect("the process that runs cells").parse().unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// `BOOTCAMP_SOAK` is the number of rounds of ten cells; 100 is what is meant by a long day.
#[test]
#[expect(clippy::print_stderr, reason = "a figure for whoever runs it by hand")]
fn a_long_session_holds_on_to_nothing() {
    let rounds: u64 = std::env::var("BOOTCAMP_SOAK").map_or(12, |text| text.parse().unwrap());
    assert!(rounds > WARM_ROUNDS, "BOOTCAMP_SOAK is {rounds}");
    let temporary = tempfile::tempdir().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("TMPDIR", temporary.path());
    });
    assert!(front_end.run("use bootcamp::prelude::*;").is_ok());
    let kernel = front_end.kernel.id();
    let child = child_of(kernel);
    let mut before = None;
    for round in 1..=rounds {
        for (cell, is_ok) in CELLS {
            let code = cell.replace("{i}", &round.to_string());
            let run = front_end.run(&code);
            assert_eq!(run.is_ok(), is_ok, "{code}: {run:#?}");
        }
        // Threads of rayon and the like are there after the first rounds.
        if round == WARM_ROUNDS {
            before = Some((held(kernel), held(child), entries(temporary.path())));
        }
    }
    let (kernel_before, child_before, folders) = before.unwrap();
    let (kernel_after, child_after) = (held(kernel), held(child));
    let counted = rounds - WARM_ROUNDS;
    let kernel_growth = kernel_after.growth(kernel_before, counted);
    let child_growth = child_after.growth(child_before, counted);
    eprintln!(
        "{rounds} rounds: kernel {kernel_before:?} -> {kernel_after:?}, {kernel_growth} kB a round\n\
         child {child_before:?} -> {child_after:?}, {child_growth} kB a round"
    );
    assert_eq!(child_of(kernel), child, "one process ran all cells");
    assert_eq!(entries(temporary.path()), folders);
    // A thread of the runtime or a connection may come and go.
    assert!(kernel_after.files <= kernel_before.files + 4);
    assert!(kernel_after.threads <= kernel_before.threads + 4);
    assert_eq!(
        (child_after.files, child_after.threads),
        (child_before.files, child_before.threads)
    );
    assert!(kernel_growth < MOST_OF_KERNEL, "the kernel grows by {kernel_growth} kB a round");
    assert!(child_growth < MOST_OF_CHILD, "the child grows by {child_growth} kB a round");
}
