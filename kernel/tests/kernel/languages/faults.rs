//! Kernels of other languages that hang, die, flood or do not listen.

use jupyter_protocol::{ExecuteRequest, InterruptRequest};

use super::{front_end, front_end_with, ok, why, write_spec};
use crate::cluster::{descendants, left};
use crate::interrupts::interrupted_at;
use crate::waiting::{Gate, wait_for};
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::stdout;

#[test]
fn an_interrupt_stops_a_cell_and_keeps_the_variables() {
    let mut front_end = front_end();
    ok(&mut front_end, "let kept = 1;");
    ok(&mut front_end, "%%python\nimport time\nx = 5");
    let endless = "%%python\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)";
    let run = interrupted_at(&mut front_end, "begun", endless);
    assert_eq!(run.error().0, "Interrupted");
    // It was not ended, which is what becomes of kernels that do not listen.
    assert_eq!(ok(&mut front_end, "%%python\nx").result().as_deref(), Some("5"));
    // Also one that prints without an end.
    let flood = "%%python\nwhile True: print('x' * 1000)".to_owned();
    let id = front_end.send(ExecuteRequest::new(flood));
    front_end.await_shown(&id, |shown| !shown.is_empty());
    front_end.control_in_a_flood(InterruptRequest {});
    assert_eq!(front_end.collect(&id).error().0, "Interrupted");
    assert_eq!(ok(&mut front_end, "%%python\nx").result().as_deref(), Some("5"));
    assert_eq!(ok(&mut front_end, "kept").result().as_deref(), Some("1"));
}

#[test]
fn nothing_runs_after_a_question_that_was_interrupted() {
    let mut front_end = front_end();
    ok(&mut front_end, "%%python\nx = 5");
    let code = "%%python\nx = 6\nname = input('Name: ')\nx = 7".to_owned();
    let request = ExecuteRequest { code, allow_stdin: true, ..ExecuteRequest::default() };
    let id = front_end.send(request);
    front_end.read_question();
    front_end.control(InterruptRequest {});
    let run = front_end.collect(&id);
    assert_eq!(run.error().0, "Interrupted");
    assert_eq!(ok(&mut front_end, "%%python\nx").result().as_deref(), Some("6"));
}

#[test]
fn a_cell_that_does_not_listen_loses_its_kernel() {
    let mut front_end = front_end();
    ok(&mut front_end, "%%python\nx = 5");
    let cell = "%%python\nimport signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n\
        print('begun', flush=True)\nwhile True: pass";
    let run = interrupted_at(&mut front_end, "begun", cell);
    let (ename, _, traceback) = run.error();
    assert_eq!(ename, "Interrupted");
    assert!(traceback.contains("its kernel was ended, and its variables are gone"), "{traceback}");
    assert_eq!(why(&mut front_end, "%%python\nx"), "name 'x' is not defined");
}

#[test]
fn all_that_a_cell_prints_is_shown() {
    let mut front_end = front_end();
    let run = ok(&mut front_end, "%%python\nfor i in range(200_000): print(i)");
    assert_eq!(run.stdout().lines().count(), 200_000);
    assert_eq!(run.stdout().lines().last(), Some("199999"));
}

#[test]
fn what_is_printed_often_is_shown_at_once() {
    let mut front_end = front_end();
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let lines = (0..3).zip(&gates).map(|(i, gate)| format!("\nprint({i})\n{}", gate.python()));
    let id =
        front_end.send(ExecuteRequest::new("%%python".to_owned() + &lines.collect::<String>()));
    for (text, gate) in ["0\n", "0\n1\n", "0\n1\n2\n"].iter().zip(&gates) {
        front_end.await_shown(&id, |shown| stdout(shown) == *text);
        gate.open();
    }
    assert_eq!(front_end.collect(&id).stdout(), "0\n1\n2\n");
}

#[test]
fn a_cell_may_end_its_kernel() {
    let mut front_end = front_end();
    let run = ok(&mut front_end, "%%python\nx = 5\nexit()");
    assert_eq!(run.stdout(), "The kernel of Python was ended.\n");
    assert_eq!(why(&mut front_end, "%%python\nx"), "name 'x' is not defined");
}

#[test]
fn a_kernel_that_dies_is_told_and_the_next_cell_starts_another() {
    let mut front_end = front_end();
    ok(&mut front_end, "let kept = 1;");
    let run = front_end.run("%%python\nimport os\nprint('last words', flush=True)\nos._exit(3)");
    let (ename, evalue, _) = run.error();
    assert_eq!(ename, "KernelDied");
    assert!(evalue.contains("the kernel of Python ended (exit status: 3)"), "{evalue}");
    assert_eq!(ok(&mut front_end, "%%python\n1 + 1").result().as_deref(), Some("2"));
    assert_eq!(ok(&mut front_end, "kept").result().as_deref(), Some("1"));
}

#[test]
fn a_kernel_that_does_not_start_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write_spec(folder.path(), "broken", "x", "echo no library >&2; exit 3");
    let begun = folder.path().join("begun");
    write_spec(folder.path(), "hangs", "x", &format!("echo > '{}'; sleep 1000", begun.display()));
    let spec = r#"{"argv": ["no-such-program"], "display_name": "Gone", "language": "x"}"#;
    write_spec(folder.path(), "gone", "x", "");
    std::fs::write(folder.path().join("kernels/gone/kernel.json"), spec).unwrap();
    write_spec(folder.path(), "damaged", "x", "");
    std::fs::write(folder.path().join("kernels/damaged/kernel.json"), "{").unwrap();
    let mut front_end = front_end_with(folder.path());
    let text = why(&mut front_end, "%%kernel broken\n1");
    assert_eq!(
        text,
        "the kernel of broken ended (exit status: 3) while it started; it said:\nno library"
    );
    let text = why(&mut front_end, "%%kernel gone\n1");
    assert_eq!(text, "the kernel of Gone cannot be started: there is no program `no-such-program`");
    assert!(why(&mut front_end, "%%kernel damaged\n1").starts_with("there is no kernel `damaged`"));
    let id = front_end.send(ExecuteRequest::new("%%kernel hangs\n1".to_owned()));
    wait_for("the kernel starts", || begun.exists());
    front_end.control(InterruptRequest {});
    assert_eq!(front_end.collect(&id).error().0, "Interrupted");
    let processes = descendants(front_end.kernel.id(), |command| command.contains("sleep 1000"));
    assert_eq!(processes, Vec::<String>::new());
    assert!(why(&mut front_end, "%%kernel broken -i x\n1").contains("there is no variable `x`"));
}

/// Code of Python's that leaves a process in the background.
fn background(number: usize) -> String {
    format!(
        "import subprocess\nsleeper = subprocess.Popen(['sh', '-c', 'sleep 100{number}; true'])"
    )
}

/// That process and what it has started.
fn started_by_it(front_end: &FrontEnd, number: usize) -> Vec<String> {
    let command = format!("sleep\0100{number}");
    let processes = descendants(front_end.kernel.id(), |line| {
        line.contains(&command) || line.contains(&command.replace('\0', " "))
    });
    assert_eq!(processes.len(), 2, "the shell and its sleep");
    processes
}

#[test]
fn what_a_cell_has_left_in_the_background_ends_with_its_kernel() {
    let mut front_end = front_end();
    ok(&mut front_end, &format!("%%python\n{}", background(2)));
    let processes = started_by_it(&front_end, 2);
    ok(&mut front_end, "%kernels --stop python");
    assert_eq!(left(&processes), Vec::<String>::new());
    // Also where the kernel ends by itself.
    ok(&mut front_end, &format!("%%python\n{}", background(3)));
    let processes = started_by_it(&front_end, 3);
    assert!(!front_end.run("%%python\nimport os\nos._exit(3)").is_ok());
    assert_eq!(left(&processes), Vec::<String>::new());
}

#[test]
fn no_kernel_outlives_the_notebook() {
    for ends_by_itself in [true, false] {
        let mut front_end = front_end();
        ok(&mut front_end, &format!("%%python\nimport time\n{}", background(1)));
        let cell = "%%python\nprint('begun', flush=True)\ntime.sleep(1000)";
        let id = front_end.send(ExecuteRequest::new(cell.to_owned()));
        front_end.await_shown(&id, |shown| stdout(shown) == "begun\n");
        front_end.leave(&id);
        let python = descendants(front_end.kernel.id(), |command| command.contains("ipykernel"));
        assert!(!python.is_empty(), "Python runs");
        let processes = [python, started_by_it(&front_end, 1)].concat();
        if ends_by_itself {
            assert_eq!(front_end.shut_down(), Some(0));
        } else {
            front_end.kill();
        }
        assert_eq!(left(&processes), Vec::<String>::new());
    }
}
