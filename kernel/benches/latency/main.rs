//! How long people wait: this kernel beside the stock one, interleaved in one run.
//!
//! `scripts/bench` builds both and runs this. Every figure is a median over rounds; a
//! ratio compares medians of the same run, because the machine's speed changes by the
//! minute.

#[path = "../../tests/kernel/front_end.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod front_end;
mod memory;
mod rows;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use front_end::FrontEnd;
use jupyter_protocol::KernelInfoRequest;
use rows::{GROUPS, Group, Row};
use table::{Line, Table};

/// One of the two kernels that are compared.
#[derive(Clone, Copy, PartialEq)]
enum Kernel {
    Ours,
    Stock,
}

const BOTH: [Kernel; 2] = [Kernel::Ours, Kernel::Stock];

impl Kernel {
    fn command(self) -> Command {
        match self {
            Self::Ours => front_end::kernel(),
            Self::Stock => Command::new(
                Path::new(env!("CARGO_BIN_EXE_bootcamp-kernel")).with_file_name("evcxr-stock"),
            ),
        }
    }

    /// Starts a kernel and waits for its first reply.
    fn start(self) -> FrontEnd {
        let mut front_end = FrontEnd::start_command(self.command());
        loop {
            let id = front_end.send(KernelInfoRequest {});
            front_end.read_shell(&id);
            // The stock kernel does not say that it has noticed its listener.
            if front_end.listens(Duration::from_millis(200)) {
                return front_end;
            }
        }
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let json = arguments.iter().position(|argument| argument == "--json");
    let rounds = if quick { 3 } else { 9 };
    let mut table = Table::new(rounds);
    table.extend(starts(if quick { 2 } else { 5 }));
    for group in GROUPS {
        table.extend(cells(group, rounds));
    }
    table.print();
    if let Some(file) = json.and_then(|at| arguments.get(at + 1)) {
        fs::write(PathBuf::from(file), table.json()).expect("the JSON file can be written");
    }
}

/// Starting: to the first reply, to the first result, and what a kernel at rest holds.
fn starts(rounds: usize) -> Vec<Line> {
    let mut info = Line::new("start to kernel_info");
    let mut first = Line::new("start to the first result");
    let mut memory = Line::in_megabytes("memory after it (PSS of all processes)");
    for _ in 0..rounds {
        for kernel in BOTH {
            let started = Instant::now();
            let mut front_end = kernel.start();
            info.add(kernel, started.elapsed().as_secs_f64());
            let run = front_end.run("let x = 1;");
            assert!(run.is_ok(), "{run:#?}");
            first.add(kernel, started.elapsed().as_secs_f64());
            memory.add(kernel, memory::of_tree(front_end.kernel.id()));
        }
    }
    vec![info, first, memory]
}

/// The rows of a group, in turn on both kernels.
fn cells(group: &Group, rounds: usize) -> Vec<Line> {
    let mut kernels = BOTH.map(|kernel| {
        let mut front_end = kernel.start();
        for cell in if kernel == Kernel::Ours { group.ours } else { group.stock } {
            let run = front_end.run(cell);
            assert!(run.is_ok(), "{} {cell}: {run:#?}", group.name);
        }
        (kernel, front_end)
    });
    let mut lines: Vec<Line> = group.rows.iter().map(|row| Line::new(row.name)).collect();
    // The round before the first one is not counted: it fills caches.
    for round in 0..=rounds {
        for (row, line) in group.rows.iter().zip(&mut lines) {
            for (kernel, front_end) in &mut kernels {
                let seconds = time(front_end, *kernel, row, round).as_secs_f64();
                if round > 0 {
                    line.add(*kernel, seconds);
                }
            }
        }
    }
    lines
}

fn time(front_end: &mut FrontEnd, kernel: Kernel, row: &Row, round: usize) -> Duration {
    let cell = if kernel == Kernel::Ours { row.ours } else { row.stock };
    let cell = cell.replace("{i}", &(round + 1).to_string());
    let started = Instant::now();
    let run = front_end.run(&cell);
    let elapsed = started.elapsed();
    assert_eq!(run.is_ok(), !row.fails, "{}: {run:#?}", row.name);
    elapsed
}
