//! Cells on the engines of a real cluster: ipyparallel's controller, and engines of this
//! program.

mod cells;
mod faults;
mod maps;
mod profiles;
mod shipping;

use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::waiting::wait_for;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::ipyparallel::path;
use bootcamp_testkit::shown::Shown;

/// A front end whose kernel finds ipyparallel, which `scripts/lab` installs.
fn front_end() -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("PATH", path());
    })
}

fn start(front_end: &mut FrontEnd, engines: usize) {
    let run = front_end.run(&format!("%cluster start -n {engines}"));
    assert!(run.is_ok(), "{run:#?}");
    let status = run.shown.iter().rev().find_map(|shown| match shown {
        Shown::DisplayWithId { data, .. } | Shown::Update { data, .. } => {
            data["text/plain"].as_str()
        }
        _ => None,
    });
    assert_eq!(status, Some(&*format!("{engines} engines have joined")), "{run:#?}");
}

/// The processes of the engines, by their ids.
fn processes(front_end: &mut FrontEnd) -> Vec<Pid> {
    let run = front_end.run("%cluster status");
    let [Shown::Display(table), ..] = &run.shown[..] else { panic!("{run:#?}") };
    let text = table["text/plain"].as_str().unwrap();
    let process = |line: &str| line.split_whitespace().nth(2)?.parse().ok().and_then(Pid::from_raw);
    text.lines().skip(2).filter_map(process).collect()
}

/// Waits until a cluster has so many engines.
fn await_engines(front_end: &mut FrontEnd, count: usize) {
    wait_for(&format!("{count} engines have joined"), || processes(front_end).len() >= count);
}

/// What still runs of those processes after a while.
pub(crate) fn left(processes: &[String]) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let runs = |folder: &&String| {
            let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        let left: Vec<String> = processes.iter().filter(runs).cloned().collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The processes that come of this one and have such a command line, as folders of `/proc`.
pub(crate) fn descendants(process: u32, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let listed = Command::new("ps").args(["-eo", "pid=,ppid="]).output().unwrap().stdout;
    let listed = String::from_utf8(listed).unwrap();
    let pairs: Vec<(u32, u32)> = listed
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
            Some((numbers.next()??, numbers.next()??))
        })
        .collect();
    let mut found = vec![process];
    let mut at = 0;
    while at < found.len() {
        let parent = found[at];
        found.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        at += 1;
    }
    let folders = found.iter().skip(1).map(|process| format!("/proc/{process}"));
    let has_command = |folder: &String| {
        let command = fs::read(format!("{folder}/cmdline")).unwrap_or_default();
        wanted(&String::from_utf8_lossy(&command))
    };
    folders.filter(has_command).collect()
}

/// Sends a signal to the process with this folder of `/proc`.
fn signal(folder: &str, signal: Signal) {
    let process = folder.strip_prefix("/proc/").unwrap().parse().unwrap();
    kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
}
