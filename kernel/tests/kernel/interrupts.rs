//! Interrupts: what they end, and what is kept.

use std::time::{Duration, Instant};

use jupyter_protocol::{ExecuteRequest, InterruptRequest};

use crate::front_end::FrontEnd;
use crate::front_end::shown::Run;

/// Long enough for a cell to be compiled and to run.
const RUNNING: Duration = Duration::from_secs(3);

/// Runs a cell, interrupts it after a while, and gives how it ended and how long that took.
pub(crate) fn interrupted_after(
    front_end: &mut FrontEnd,
    code: &str,
    wait: Duration,
) -> (Run, Duration) {
    let id = front_end.send(ExecuteRequest::new(code.to_owned()));
    std::thread::sleep(wait);
    let asked = Instant::now();
    front_end.control(InterruptRequest {});
    let run = front_end.collect(&id);
    (run, asked.elapsed())
}

#[test]
fn loops_that_ask_for_interrupts_keep_all_variables() {
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("use bootcamp::prelude::*;\nlet mut kept = vec![1, 2];").is_ok());
    for code in [
        "loop { check_interrupt(); }",
        "kept.push(3);\nsleep(Duration::from_secs(600));\nkept.push(4);",
        "let points = random_walker(Mixture::bootcamp(), 100_000_000_000, [0.5, 0.5], 100_000_000_000, &mut rng(1));",
        "let run: Run = Walk::new(&Mixture::bootcamp()).chains(40).run(1_000_000_000);",
        "(0..8u64).into_par_iter().for_each(|_| loop { check_interrupt(); });",
        "for _ in progress(0..) { std::thread::sleep(Duration::from_millis(1)); }",
        "std::thread::spawn(|| loop { check_interrupt(); }).join().unwrap();",
    ] {
        let (run, took) = interrupted_after(&mut front_end, code, RUNNING);
        let (ename, _, traceback) = run.error();
        assert_eq!(ename, "Interrupted", "{code}");
        assert!(traceback.contains("are kept"), "{code}: {traceback}");
        assert!(run.stderr().is_empty(), "{code}: {}", run.stderr());
        // Far below the seconds after which it would have been killed.
        assert!(took < Duration::from_secs(2), "{code}: {took:?}");
    }
    assert_eq!(front_end.run("kept").result().as_deref(), Some("[1, 2, 3]"));
    // A cell that an interrupt came too late for is not disturbed.
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.run("check_interrupt();\n5").result().as_deref(), Some("5"));
}

#[test]
fn a_cell_that_never_asks_loses_its_process() {
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let lost = 1;\nfn kept() -> i32 { 3 }").is_ok());
    let forever = "loop { std::thread::yield_now(); }";
    let (run, took) = interrupted_after(&mut front_end, forever, RUNNING);
    let (ename, _, traceback) = run.error();
    assert_eq!(ename, "Interrupted");
    assert!(traceback.contains("All variables are lost; functions"), "{traceback}");
    assert!(traceback.contains("check_interrupt()"), "{traceback}");
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(15), "{took:?}");
    assert_eq!(front_end.run("kept()").result().as_deref(), Some("3"));
    assert_eq!(front_end.run("lost").error().0, "E0425");

    // The second interrupt does not wait.
    let id = front_end.send(ExecuteRequest::new(forever.to_owned()));
    std::thread::sleep(RUNNING);
    let asked = Instant::now();
    front_end.control(InterruptRequest {});
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.collect(&id).error().0, "Interrupted");
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(front_end.run("kept() + 1").result().as_deref(), Some("4"));
}

#[test]
fn an_interrupt_ends_the_building_of_a_crate() {
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let kept = 1;").is_ok());
    let build = ":dep tokio = { version = \"1\", features = [\"full\"] }\n2";
    let (run, took) = interrupted_after(&mut front_end, build, RUNNING);
    if !run.is_ok() {
        let (ename, _, traceback) = run.error();
        assert_eq!(ename, "Interrupted");
        assert!(traceback.contains("are kept"), "{traceback}");
    }
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(front_end.run("kept").result().as_deref(), Some("1"));
}

#[test]
fn an_interrupt_hits_no_cell_but_its_own() {
    let mut front_end = FrontEnd::start();
    // While evcxr still starts: the cell never runs.
    let id = front_end.send(ExecuteRequest::new("loop {}".to_owned()));
    std::thread::sleep(Duration::from_millis(500));
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.collect(&id).error().0, "Interrupted");
    assert!(front_end.run("let keep = 7;").is_ok());
    // While evcxr compiles; sooner or later than that, the answer is the same.
    let id = front_end.send(ExecuteRequest::new("let wrong: String = 5;".to_owned()));
    std::thread::sleep(Duration::from_millis(150));
    front_end.control(InterruptRequest {});
    let (ename, _, _) = front_end.collect(&id).error();
    assert!(["Interrupted", "E0308"].contains(&ename.as_str()), "{ename}");
    let run = front_end.run("let next = 1;\nnext");
    assert_eq!(run.result().as_deref(), Some("1"), "{run:#?}");

    // evcxr's own restart loses the variables, and the kernel goes on.
    assert!(front_end.run(":restart").is_ok());
    assert_eq!(front_end.run("2 + 2").result().as_deref(), Some("4"));
    assert_eq!(front_end.run("next").error().0, "E0425");
}
