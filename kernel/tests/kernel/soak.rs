//! A long session: what a kernel holds on to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::front_end::FrontEnd;
use crate::process::kilobytes;

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

/// What one process of the kernel holds.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    files: usize,
    threads: usize,
}

fn held(process: u32) -> Held {
    let count = |name: &str| fs::read_dir(format!("/proc/{process}/{name}")).unwrap().count();
    Held { files: count("fd"), threads: count("task") }
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
    let rounds = std::env::var("BOOTCAMP_SOAK").map_or(12, |text| text.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("TMPDIR", temporary.path());
    });
    assert!(front_end.run("use bootcamp::prelude::*;").is_ok());
    let mut before = None;
    for round in 0..rounds {
        for (cell, is_ok) in CELLS {
            let code = cell.replace("{i}", &round.to_string());
            let run = front_end.run(&code);
            assert_eq!(run.is_ok(), is_ok, "{code}: {run:#?}");
        }
        // Threads of rayon and the like are there after the first rounds.
        if round == 3 {
            let (kernel, child) = (front_end.kernel.id(), child_of(front_end.kernel.id()));
            let memory = (kilobytes(kernel) / 1024, kilobytes(child) / 1024);
            before = Some((held(kernel), held(child), entries(temporary.path()), memory));
        }
    }
    let (kernel, child) = (front_end.kernel.id(), child_of(front_end.kernel.id()));
    let (kernel_held, child_held, folders, memory) = before.unwrap();
    assert_eq!(entries(temporary.path()), folders);
    let after = held(kernel);
    // A thread of the runtime or a connection may come and go.
    assert!(after.files <= kernel_held.files + 4, "{kernel_held:?} {after:?}");
    assert!(after.threads <= kernel_held.threads + 4, "{kernel_held:?} {after:?}");
    assert_eq!(held(child), child_held);
    eprintln!(
        "{rounds} rounds: kernel {} -> {} MB, child {} -> {} MB",
        memory.0,
        kilobytes(kernel) / 1024,
        memory.1,
        kilobytes(child) / 1024
    );
}
