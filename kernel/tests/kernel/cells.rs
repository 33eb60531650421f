//! What cells print and show.

use jupyter_protocol::ExecuteRequest;

use crate::waiting::Gate;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Shown;

#[test]
fn variables_results_and_prints() {
    let mut front_end = FrontEnd::start();
    let run = front_end.run("let mut total = 0; for i in 1..=4 { total += i; }");
    assert!(run.is_ok() && run.shown.is_empty(), "{run:#?}");
    assert_eq!(run.reply.execution_count.value(), 1);
    assert!(run.metadata.is_object(), "{run:#?}");

    let run = front_end.run("total * 10");
    assert_eq!(run.result().as_deref(), Some("100"));
    assert_eq!(run.reply.execution_count.value(), 2);

    // evcxr hangs on the first and shows the second one cell later.
    let run =
        front_end.run("print!(\"no newline\"); std::io::Write::flush(&mut std::io::stdout())");
    assert_eq!(run.stdout(), "no newline");
    let run = front_end.run("print!(\"no flush\");");
    assert_eq!(run.stdout(), "no flush");
    let run = front_end.run("print!(\"日本 é \"); println!(\"ok\");");
    assert_eq!(run.stdout(), "日本 é ok\n");
    assert_eq!(front_end.shut_down(), Some(0));
}

#[test]
fn two_displays_and_a_print_between_them_come_in_order_and_live() {
    let mut front_end = FrontEnd::shared();
    let gate = Gate::new();
    let id = front_end.send(ExecuteRequest::new(format!(
        r#"
        use bootcamp::prelude::*;
        display(&Bundle::new().text("text/plain", "first"));
        println!("between");
        {}
        display(&Bundle::new().text("text/plain", "second"));
        "#,
        gate.rust()
    )));
    // Both are shown while the cell waits.
    front_end.await_shown(&id, |shown| shown.len() == 2);
    gate.open();
    let run = front_end.collect(&id);
    assert!(run.is_ok(), "{run:#?}");
    let [Shown::Display(first), Shown::Stdout(between), Shown::Display(second)] = &run.shown[..]
    else {
        panic!("{run:#?}");
    };
    assert_eq!(first["text/plain"], "first");
    assert_eq!(between, "between\n");
    assert_eq!(second["text/plain"], "second");
}

#[test]
fn blocks_of_evcxrs_text_protocol_are_shown_every_one() {
    let mut front_end = FrontEnd::shared();
    let code = r#"
        for i in 0..2 {
            println!("EVCXR_BEGIN_CONTENT text/html\n<b>{i}</b>\nEVCXR_END_CONTENT");
            println!("EVCXR_BEGIN_CONTENT text/plain\n{i}\nEVCXR_END_CONTENT");
        }
    "#;
    let run = front_end.run(code);
    let bundles: Vec<_> = run
        .shown
        .iter()
        .map(|shown| match shown {
            Shown::Display(data) | Shown::Result(data) => {
                (data["text/html"].as_str().unwrap(), data["text/plain"].as_str().unwrap())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(bundles, [("<b>0</b>", "0"), ("<b>1</b>", "1")]);
}

#[test]
fn a_thousand_lines_of_stderr_arrive_before_idle() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run("for i in 0..1000 { eprintln!(\"line {i}\"); }");
    let lines: Vec<String> = (0..1000).map(|i| format!("line {i}")).collect();
    assert_eq!(run.stderr(), lines.join("\n") + "\n");
    assert!(run.is_ok());
}

#[test]
fn output_of_programs_that_a_cell_starts_is_shown() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        "std::process::Command::new(\"sh\").args([\"-c\", \"echo out; echo err >&2\"]).status().unwrap();",
    );
    assert_eq!((run.stdout().as_str(), run.stderr().as_str()), ("out\n", "err\n"));
}

#[test]
fn a_cell_can_ask() {
    let mut front_end = FrontEnd::shared();
    let code = "let name = bootcamp::prelude::input(\"your name? \").unwrap(); println!(\"hello {name}\");";
    let run = front_end.run_answering(code, &[("your name? ", "Ada")]);
    assert_eq!(run.stdout(), "hello Ada\n");

    // evcxr's own crate does it by a printed line and standard input.
    let code = "println!(\"EVCXR_INPUT_REQUEST:again? \"); let mut line = String::new(); \
        std::io::stdin().read_line(&mut line).unwrap(); println!(\"{}\", line.trim());";
    let run = front_end.run_answering(code, &[("again? ", "Bob")]);
    assert_eq!(run.stdout(), "Bob\n");

    // A run without a person is refused, and does not hang.
    let run = front_end.run("bootcamp::prelude::input(\"anyone? \").unwrap_err().to_string()");
    assert_eq!(run.result().as_deref(), Some("\"this front end cannot ask for input\""));
}

#[test]
fn standard_input_asks_the_person_at_the_notebook() {
    let mut front_end = FrontEnd::shared();
    let code = "print!(\"your name? \");\nlet mut line = String::new();\n\
        let read = std::io::stdin().read_line(&mut line).unwrap();\nprintln!(\"{read} {line:?}\");";
    let run = front_end.run_answering(code, &[("", "Ada")]);
    assert_eq!(run.stdout(), "your name? 4 \"Ada\\n\"\n");
    let code = "for line in std::io::stdin().lines().take(2) { println!(\"{}\", line.unwrap()); }\n\
        std::process::Command::new(\"head\").args([\"-n\", \"1\"]).status().unwrap();";
    let run = front_end.run_answering(code, &[("", "one"), ("", "two"), ("", "three")]);
    assert_eq!(run.stdout(), "one\ntwo\nthree\n");

    // A run without a person reads the end of the input, as often as it wants.
    let code = "for _ in 0..3 {\n    let mut line = String::new();\n\
        println!(\"{}\", std::io::stdin().read_line(&mut line).unwrap());\n}";
    assert_eq!(front_end.run(code).stdout(), "0\n0\n0\n");
    let code = "let read = std::io::read_to_string(std::io::stdin()).unwrap();\nread.len()";
    assert_eq!(front_end.run(code).result().as_deref(), Some("0"));

    // The next cell can ask again, and evcxr's commands are its own.
    let code = "let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); line";
    let run = front_end.run_answering(code, &[("", "Bob")]);
    assert_eq!(run.result().as_deref(), Some("\"Bob\\n\""));
}

#[test]
fn every_path_of_the_helper_crate_means_the_installed_copy() {
    let mut front_end = FrontEnd::shared();
    for line in [
        ":dep bootcamp",
        ":dep bootcamp = { path = \"../crates/bootcamp\" }",
        ":dep ./nowhere/bootcamp",
    ] {
        let run =
            front_end.run(&format!("{line}\nuse bootcamp::prelude::*;\nPoint::from((1.0, 2.0)).x"));
        assert_eq!(run.result().as_deref(), Some("1.0"), "{line}: {run:#?}");
    }
    // It is there after everything was cleared, and without any `:dep`.
    assert!(front_end.run(":clear").is_ok());
    let run = front_end.run(":dep bootcamp\nbootcamp::Mixture::bootcamp().integral() > 0.07");
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
}

#[test]
fn bytes_that_are_no_text_and_much_text_arrive() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(
        "use std::io::Write as _;\nstd::io::stdout().write_all(&vec![0xff; 3_000_000]).unwrap();",
    );
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!(run.stdout().chars().filter(|c| *c == '\u{fffd}').count(), 3_000_000);
    let run = front_end.run("for i in 0..300_000 { println!(\"{i}\"); }");
    assert_eq!(run.stdout().lines().count(), 300_000);
    assert_eq!(run.stdout().lines().last(), Some("299999"));
}

#[test]
fn a_c_library_prints_in_its_own_cell() {
    let mut front_end = FrontEnd::shared();
    let code = "unsafe extern \"C\" { fn puts(text: *const std::ffi::c_char) -> i32; }\n\
        unsafe { puts(c\"from C\".as_ptr()) };";
    assert_eq!(front_end.run(code).stdout(), "from C\n");
}
