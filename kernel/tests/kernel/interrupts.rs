//! Interrupts: what they end, and what is kept.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jupyter_protocol::{ExecuteRequest, InterruptRequest};
use rustix::fs::OFlags;

use crate::cluster::left;
use crate::waiting::wait_for;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown, stdout};

/// Runs a cell, interrupts it when it has printed a text, and gives how it ended.
pub(crate) fn interrupted_at(front_end: &mut FrontEnd, text: &str, code: &str) -> Run {
    interrupted_when(front_end, code, |shown| stdout(shown).contains(text))
}

/// Runs a cell, interrupts it when it has shown what is wanted, and gives how it ended.
pub(crate) fn interrupted_when(
    front_end: &mut FrontEnd,
    code: &str,
    wanted: impl Fn(&[Shown]) -> bool,
) -> Run {
    let id = front_end.send(ExecuteRequest::new(code.to_owned()));
    front_end.await_shown(&id, wanted);
    front_end.control(InterruptRequest {});
    front_end.collect(&id)
}

/// Runs a cell that ends in a file which the compiler is to read, interrupts it meanwhile, and gives
/// how it ended. The file is a pipe that nobody writes to.
pub(crate) fn interrupted_while_compiling(front_end: &mut FrontEnd, code: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let code = format!("{code} include_bytes!(\"{}\");", pipe.display());
    let id = front_end.send(ExecuteRequest::new(code));
    let mut writer = fs::File::options();
    writer.write(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let mut opened = None;
    // It cannot be opened before somebody reads.
    wait_for("the compiler reads", || {
        opened = writer.open(&pipe).ok();
        opened.is_some()
    });
    front_end.control(InterruptRequest {});
    front_end.collect(&id)
}

/// The process that runs the cells.
fn process(front_end: &mut FrontEnd) -> String {
    front_end.run("std::process::id()").result().unwrap()
}

#[test]
fn loops_that_ask_for_interrupts_keep_all_variables() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("use bootcamp::prelude::*;\nlet mut kept = vec![1, 2];").is_ok());
    let before = process(&mut front_end);
    for code in [
        "loop { check_interrupt(); }",
        "kept.push(3);\nsleep(Duration::from_secs(600));\nkept.push(4);",
        "let points = random_walker(Mixture::bootcamp(), 100_000_000_000, [0.5, 0.5], 100_000_000_000, &mut rng(1));",
        "let run: Run = Walk::new(&Mixture::bootcamp()).chains(40).run(1_000_000_000);",
        "(0..8u64).into_par_iter().for_each(|_| loop { check_interrupt(); });",
        "for _ in progress(0..) { std::thread::sleep(Duration::from_millis(1)); }",
        "std::thread::spawn(|| loop { check_interrupt(); }).join().unwrap();",
    ] {
        let cell = format!("println!(\"begun\");\n{code}");
        let run = interrupted_at(&mut front_end, "begun", &cell);
        let (ename, _, traceback) = run.error();
        assert_eq!(ename, "Interrupted", "{code}");
        assert!(traceback.contains("are kept"), "{code}: {traceback}");
        assert!(run.stderr().is_empty(), "{code}: {}", run.stderr());
        // It was not killed, which is what becomes of cells that do not ask.
        assert_eq!(process(&mut front_end), before, "{code}");
    }
    assert_eq!(front_end.run("kept").result().as_deref(), Some("[1, 2, 3]"));
    // A cell that an interrupt came too late for is not disturbed.
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.run("check_interrupt();\n5").result().as_deref(), Some("5"));
}

#[test]
fn a_cell_that_never_asks_loses_its_process() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let lost = 1;\nfn kept() -> i32 { 3 }").is_ok());
    let forever =
        "loop { println!(\"tick\"); std::thread::sleep(std::time::Duration::from_millis(50)); }";
    let ticks = |run: &Run| run.stdout().lines().count();
    let run = interrupted_at(&mut front_end, "tick", forever);
    let (ename, _, traceback) = run.error();
    assert_eq!(ename, "Interrupted");
    assert!(traceback.contains("All variables are lost; functions"), "{traceback}");
    assert!(traceback.contains("check_interrupt()"), "{traceback}");
    // It had its time to end by itself: the cell counts it, so a slow machine changes nothing.
    let once = ticks(&run);
    assert!(once > 10, "{once}");
    assert_eq!(front_end.run("kept()").result().as_deref(), Some("3"));
    assert_eq!(front_end.run("lost").error().0, "E0425");

    // The second interrupt does not wait.
    let id = front_end.send(ExecuteRequest::new(forever.to_owned()));
    front_end.await_shown(&id, |shown| stdout(shown).contains("tick"));
    front_end.control(InterruptRequest {});
    front_end.control(InterruptRequest {});
    let run = front_end.collect(&id);
    assert_eq!(run.error().0, "Interrupted");
    assert!(ticks(&run) < once / 2, "{} after two, {once} after one", ticks(&run));
    assert_eq!(front_end.run("kept() + 1").result().as_deref(), Some("4"));
}

/// A crate whose build never ends, and says in a file by which process it is built.
fn endless_crate(folder: &Path) {
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    let manifest = "[package]\nname = \"endless\"\nedition = \"2024\"\nbuild = \"build.rs\"\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let build = "fn main() {\n    let folder = std::env::var(\"CARGO_MANIFEST_DIR\").unwrap();\n    \
        std::env::set_current_dir(folder).unwrap();\n    \
        std::fs::write(\"begun\", std::process::id().to_string()).unwrap();\n    \
        std::fs::rename(\"begun\", \"process\").unwrap();\n    \
        loop { std::thread::sleep(std::time::Duration::from_secs(1)); }\n}\n";
    fs::write(folder.join("build.rs"), build).unwrap();
}

#[test]
fn an_interrupt_ends_the_building_of_a_crate() {
    let folder = tempfile::tempdir().unwrap();
    endless_crate(folder.path());
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let kept = 1;").is_ok());
    let before = process(&mut front_end);
    let build = format!(":dep endless = {{ path = {:?} }}\n2", folder.path());
    let id = front_end.send(ExecuteRequest::new(build));
    let file = folder.path().join("process");
    wait_for("the build has begun", || file.exists());
    let builder = format!("/proc/{}", fs::read_to_string(file).unwrap());
    assert!(Path::new(&builder).exists());
    front_end.control(InterruptRequest {});
    let (ename, _, traceback) = front_end.collect(&id).error();
    assert_eq!(ename, "Interrupted");
    assert!(traceback.contains("are kept"), "{traceback}");
    assert_eq!(left(&[builder]), [""; 0], "the build goes on");
    assert_eq!(front_end.run("kept").result().as_deref(), Some("1"));
    assert_eq!(process(&mut front_end), before);
}

#[test]
fn an_interrupt_hits_no_cell_but_its_own() {
    let mut front_end = FrontEnd::start();
    // While evcxr still starts: the cell never runs.
    let id = front_end.send(ExecuteRequest::new("loop {}".to_owned()));
    front_end.await_busy(&id);
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.collect(&id).error().1, "the cell was interrupted before it ran");
    assert!(front_end.run("let keep = 7;").is_ok());
    let run = interrupted_while_compiling(&mut front_end, "let wrong: String =");
    assert_eq!(run.error().0, "Interrupted");
    let run = front_end.run("let next = 1;\nnext + keep");
    assert_eq!(run.result().as_deref(), Some("8"), "{run:#?}");

    // evcxr's own restart loses the variables, and the kernel goes on.
    assert!(front_end.run(":restart").is_ok());
    assert_eq!(front_end.run("2 + 2").result().as_deref(), Some("4"));
    assert_eq!(front_end.run("next").error().0, "E0425");
}
