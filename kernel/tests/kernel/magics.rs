//! Magics, as a front end sees them.

use jupyter_protocol::ExecuteRequest;

use crate::assistance::complete;
use crate::interrupts::interrupted_at;
use crate::waiting::Gate;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown, stdout};

/// The name and the text of the only error.
pub(crate) fn failure(run: &Run) -> (String, String) {
    let (ename, evalue, _) = run.error();
    (ename, evalue)
}

/// What `%name?` shows in the pager.
pub(crate) fn help_page(front_end: &mut FrontEnd, name: &str) -> String {
    let run = front_end.run(&format!("%{name}?"));
    let page = serde_json::to_value(&run.reply.payload[0]).unwrap();
    assert_eq!(page["source"], "page");
    page["data"]["text/plain"].as_str().unwrap().to_owned()
}

#[test]
fn a_cell_is_taken_apart_and_errors_point_at_what_was_written() {
    let mut front_end = FrontEnd::shared();
    let run = front_end
        .run("let n = 40;\n!echo {n} of `echo 50`\nlet lines = !printf 'a\\nb'\n(n, lines)");
    assert_eq!(run.stdout(), "40 of 50\n");
    assert_eq!(run.result().as_deref(), Some("(40, [\"a\", \"b\"])"));

    let run = front_end.run("let m = 1;\n  !exit 3");
    let (ename, evalue, traceback) = run.error();
    assert_eq!((&ename[..], &evalue[..]), ("ShellError", "`exit 3` ended with exit code 3"));
    let place = format!("[{}]:2:3", run.number());
    assert!(traceback.contains("2 │   !exit 3") && traceback.contains(&place), "{traceback}");
    // As with a panic, what the lines before it defined is there.
    let (_, _, traceback) = front_end.run("%time 1\n%time nobody").error();
    assert!(traceback.contains("2 │ %time nobody"), "{traceback}");

    assert_eq!(
        failure(&front_end.run("let k = 1;\n%tine k")),
        ("UsageError".into(), "there is no magic `%tine`: did you mean `%time`?".into())
    );
    // Nothing of it ran.
    assert_eq!(failure(&front_end.run("k")).0, "E0425");
    assert_eq!(front_end.run("n\n% 7").result().as_deref(), Some("5"));
}

#[test]
fn help_completion_and_the_list_know_every_magic() {
    let mut front_end = FrontEnd::shared();
    assert!(help_page(&mut front_end, "time").starts_with("%time [-v] STATEMENT"));
    let run = front_end.run("%lsmagic");
    let [Shown::Display(list)] = &run.shown[..] else { panic!("{run:#?}") };
    for name in ["%opt", "%time", "%%bash", "!command"] {
        assert!(list["text/plain"].as_str().unwrap().contains(name), "{name}");
        assert!(list["text/markdown"].as_str().unwrap().contains(name), "{name}");
    }
    assert_eq!(
        complete(&mut front_end, "%tim|").matches,
        ["%time", "%%time", "%timeit", "%%timeit"]
    );
    front_end.run("let distance = 3;");
    let names = complete(&mut front_end, "%%time\n!ls 'x\ndist|").matches;
    assert!(names.contains(&"distance".to_owned()), "{names:?}");
}

#[test]
fn a_shells_cell_is_live_and_its_end_is_the_cells() {
    let mut front_end = FrontEnd::shared();
    let gate = Gate::new();
    let script = format!("%%bash\necho one\n{}\necho two >&2", gate.shell());
    let id = front_end.send(ExecuteRequest::new(script));
    front_end.await_shown(&id, |shown| stdout(shown) == "one\n");
    gate.open();
    let run = front_end.collect(&id);
    assert_eq!((run.is_ok(), run.stderr()), (true, "two\n".to_owned()));
    assert_eq!(failure(&front_end.run("%%sh\nexit 7")).1, "`exit 7` ended with exit code 7");
    assert_eq!(
        failure(&front_end.run("%%sh\n  ")).1,
        "there is nothing for sh to do: write the script below `%%sh`"
    );
    // Bytes that are no text are shown somehow, and hurt nobody.
    assert!(front_end.run("!head -c 100 /dev/urandom").is_ok());
    assert!(front_end.run("let none = !cat /dev/null\nassert!(none.is_empty())").is_ok());
}

#[test]
fn an_interrupt_ends_a_command_and_keeps_the_variables() {
    let mut front_end = FrontEnd::shared();
    front_end.run("let kept = 5;");
    for cell in [
        "!echo begun; sleep 600; true",
        "%%bash\ntrap '' INT\necho begun\nwhile true; do sleep 0.1; done",
    ] {
        let run = interrupted_at(&mut front_end, "begun", cell);
        assert_eq!(failure(&run).0, "Interrupted", "{run:#?}");
        assert_eq!(front_end.run("kept").result().as_deref(), Some("5"));
    }
}

#[test]
fn levels_of_optimization_change_for_a_session_or_a_cell() {
    let mut front_end = FrontEnd::shared();
    assert_eq!(front_end.run("%opt").stdout(), "optimization level: default\n");
    assert!(front_end.run("%opt 0").is_ok());
    assert_eq!(front_end.run("%opt").stdout(), "optimization level: 0\n");
    let run = front_end.run("%%opt 3\nlet x = 1;\n%opt");
    assert_eq!(run.stdout(), "optimization level: 3\n");
    assert_eq!(front_end.run("x\n%opt").stdout(), "optimization level: 0\n");
    assert!(front_end.run("%opt default").is_ok());
    assert_eq!(
        failure(&front_end.run("%opt fast")).1,
        "`fast` is no optimization level: give 0, 1, 2, 3, s, z or default"
    );
}

#[test]
fn times_are_told_and_wrong_ones_are_not() {
    let mut front_end = FrontEnd::shared();
    let run =
        front_end.run("%%time -v\nstd::thread::sleep(std::time::Duration::from_millis(120));\n7");
    assert_eq!(run.result().as_deref(), Some("7"));
    let text = run.stdout();
    let line =
        |begin: &str| text.lines().find(|line| line.trim_start().starts_with(begin)).unwrap();
    // On a busy machine it may have been longer.
    let (number, unit) = line("Wall time: ")["Wall time: ".len()..].split_once(' ').unwrap();
    let milliseconds = number.parse::<f64>().unwrap() * if unit == "s" { 1000.0 } else { 1.0 };
    assert!(milliseconds >= 119.0 && ["ms", "s"].contains(&unit), "{text}");
    assert!(line("CPU times").contains("total: ") && line("Compiler: ").ends_with('s'), "{text}");
    assert!(line("rustc (1 run").ends_with('s'), "{text}");
    assert_eq!(failure(&front_end.run("%time")).0, "UsageError");
    assert_eq!(failure(&front_end.run("%time -x 1")).1, "`%time` has no option `-x`: it takes -v");
    let run = front_end.run("%time let a: i32 = \"\";");
    assert_eq!((failure(&run).0, run.stdout()), ("E0308".to_owned(), String::new()));
}
