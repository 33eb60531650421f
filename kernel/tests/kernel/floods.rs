//! Output without an end: what is shown of it, and what it costs the kernel.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown};
use tempfile::TempDir;

use crate::output::{plain, story};
use crate::process::kilobytes;

/// A kernel with a folder of its own for temporary files, which goes after it.
fn start_with_folder() -> (TempDir, FrontEnd) {
    let folder = tempfile::tempdir().unwrap();
    let front_end = FrontEnd::start_with(|command| {
        command.env("TMPDIR", folder.path());
    });
    (folder, front_end)
}

/// What the kernel's own process holds, in megabytes.
fn memory(front_end: &FrontEnd) -> f64 {
    kilobytes(front_end.kernel.id()) as f64 / 1024.0
}

/// By how much it may grow in a flood of a hundred, in megabytes.
const MOST_GROWTH: f64 = 50.0;

/// Runs a cell; gives by how much the kernel has grown, in megabytes. The allocator gives memory
/// back after a while.
#[expect(clippy::print_stdout, reason = "the figures, for whoever runs this with --nocapture")]
fn growth(front_end: &mut FrontEnd, code: &str) -> (Run, f64) {
    let before = memory(front_end);
    let run = front_end.run(code);
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut growth = memory(front_end) - before;
    while growth >= MOST_GROWTH && Instant::now() < deadline {
        sleep(Duration::from_millis(20));
        growth = memory(front_end) - before;
    }
    println!("{code}\n  {} messages, {growth:.0} MB more, {:?}", run.shown.len(), run.idle);
    (run, growth)
}

/// A hundred megabytes of numbered lines. Standard error has no buffer: whole lines go there.
fn flood(stream: &str) -> String {
    format!(
        "for i in 0..100_000 {{ let line = format!(\"{{i:0>999}}\\n\"); {stream}!(\"{{line}}\"); }}"
    )
}

#[test]
fn a_flood_is_bounded_and_its_whole_text_is_in_a_file() {
    let (_folder, mut front_end) = start_with_folder();
    for stream in ["print", "eprint"] {
        // What evcxr and rust-analyzer need for such a cell is no part of the flood.
        front_end.run(&flood(stream).replace("100_000", "1"));
        let (run, growth) = growth(&mut front_end, &flood(stream));
        assert!(run.is_ok(), "{run:#?}");
        assert!(growth < MOST_GROWTH, "{growth} MB");
        let most = 40 * run.idle.as_secs() as usize + 60;
        assert!(run.shown.len() < most, "{} messages in {:?}", run.shown.len(), run.idle);
        let text = run.stdout() + &run.stderr();
        let (shown, remark) = text.split_once("\n[").expect("a remark follows the text");
        assert!(shown.len() > (10 << 20) - 1000 && shown.len() <= 10 << 20, "{}", shown.len());
        let file = remark.split(" is in ").nth(1).unwrap().split(", which").next().unwrap();
        let whole = fs::read_to_string(file).unwrap();
        assert!(whole.starts_with(shown) && whole.len() == 100_000_000, "{}", whole.len());
        assert!(whole.ends_with("0099999\n"));
    }
    // The next cell shows its text again; a display comes through in any case.
    let after =
        "; bootcamp::cell::display(&bootcamp::cell::Bundle::new().text(\"text/plain\", \"seen\"));";
    let run = front_end.run(&(flood("print") + after));
    assert!(matches!(&run.shown[0], Shown::Stdout(text) if text.starts_with("000")));
    assert_eq!(story(&run).pop().as_deref(), Some("display seen"));
}

#[test]
fn ten_megabytes_of_text_are_shown_and_leave_no_file() {
    let (folder, mut front_end) = start_with_folder();
    let run = front_end.run("for i in 0..10_000 { println!(\"{i:0>999}\"); }");
    assert_eq!(run.stdout().len(), 10_000_000);
    assert_eq!(run.stdout().lines().count(), 10_000);
    front_end.run("println!(\"next\");");
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> =
        names.filter(|name| name.to_string_lossy().starts_with("bootcamp-output-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_is_too_large_to_show_leaves_the_kernel_small() {
    const LINE: &str = "(not shown: 47 MB of text/plain; a notebook takes 10 MB at once)";
    let (_folder, mut front_end) = start_with_folder();
    front_end.run("print!(\"{}\", \"x\".repeat(5));");
    let (run, more) = growth(&mut front_end, "print!(\"{}\", \"x\".repeat(50_000_000));");
    assert!(run.is_ok() && run.stdout().len() < (10 << 20) + 200, "{}", run.stdout().len());
    assert!(more < MOST_GROWTH, "{more} MB");
    for code in [
        "\"x\".repeat(50_000_000)",
        "bootcamp::cell::display(&bootcamp::cell::Bundle::new().text(\"text/plain\", \"x\".repeat(50_000_000)));",
    ] {
        front_end.run(&code.replace("50_000_000", "5"));
        let (run, more) = growth(&mut front_end, code);
        let [Shown::Result(data) | Shown::Display(data)] = &run.shown[..] else {
            panic!("{run:#?}");
        };
        assert_eq!(plain(data), LINE);
        assert!(more < MOST_GROWTH, "{more} MB");
    }
}
