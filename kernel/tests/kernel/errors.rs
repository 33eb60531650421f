//! Cells that fail.

use jupyter_protocol::{ExecuteRequest, JupyterMessageContent, ReplyStatus};

use bootcamp_testkit::FrontEnd;

#[test]
fn a_closure_that_cannot_be_kept_is_told() {
    let mut front_end = FrontEnd::shared();
    // Its name is unused, of which rustc warns.
    for cell in ["let rate = |x: f64| 1.0 / x;", "let rate = |x: f64| 1.0 / x;\nrate(2.0)"] {
        let (_, evalue, _) = front_end.run(cell).error();
        assert!(evalue.starts_with("the closure `rate` cannot be kept"), "{evalue}");
    }
    let run = front_end.run("let rate: Box<dyn Fn(f64) -> f64> = Box::new(|x| 1.0 / x);");
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!(front_end.run("rate(2.0)").result().as_deref(), Some("0.5"));
}

#[test]
fn a_failed_assert_points_at_its_line_and_keeps_variables() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let kept = vec![1, 2, 3];").is_ok());
    let run =
        front_end.run("let a = 1;\n\n// a comment\nassert_eq!(a, 2, \"a is wrong\");\nlet b = 2;");
    assert_eq!(run.reply.status, ReplyStatus::Error);
    let (ename, evalue, traceback) = run.error();
    assert_eq!(ename, "panic");
    assert!(evalue.starts_with("assertion `left == right` failed: a is wrong"), "{evalue}");
    assert!(traceback.contains(&format!("cell [{}]:4:1", run.number())), "{traceback}");
    assert!(traceback.contains("assert_eq!(a, 2, \"a is wrong\");"), "{traceback}");
    assert_eq!(run.stderr(), "", "the error says it all");
    assert_eq!(front_end.run("kept.len()").result().as_deref(), Some("3"));

    // A function of an earlier cell panics: the line is that cell's.
    let careful = front_end
        .run("fn careful(x: i32) -> i32 {\n    if x > 3 { panic!(\"too much\"); }\n    x\n}");
    assert!(careful.is_ok());
    let (_, evalue, traceback) = front_end.run("let y = careful(2);\ncareful(5)").error();
    assert_eq!(evalue, "too much");
    assert!(traceback.contains(&format!("cell [{}]:2:", careful.number())), "{traceback}");

    // A panic on another thread, as rayon has them.
    let (ename, evalue, _) = front_end
        .run("use bootcamp::prelude::*;\n(0..8).into_par_iter().for_each(|i| assert!(i != 5, \"five\"));")
        .error();
    assert_eq!((ename.as_str(), evalue.as_str()), ("panic", "five"));

    // One of two statements on a line.
    let run = front_end.run("let a = 1; assert!(a > 1, \"oneline\");");
    let (_, _, traceback) = run.error();
    assert!(traceback.contains(&format!("cell [{}]:1:12", run.number())), "{traceback}");

    // A caught panic is no error.
    let run = front_end
        .run("let caught = std::panic::catch_unwind(|| panic!(\"inside\")).is_err();\ncaught");
    assert!(run.is_ok());
    assert_eq!(run.result().as_deref(), Some("true"));
    assert!(run.stderr().contains("inside"), "{run:#?}");
}

#[test]
fn a_failed_question_mark_is_an_error_at_its_line() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let kept = 7;").is_ok());
    let run = front_end
        .run("let a: i32 = \"12\".parse()?;\nlet b: i32 = \"x\".parse()?;\nprintln!(\"never\");");
    let (ename, evalue, traceback) = run.error();
    assert_eq!(ename, "ParseIntError");
    assert_eq!(evalue, "invalid digit found in string");
    assert!(traceback.contains(&format!("cell [{}]:2:", run.number())), "{traceback}");
    assert_eq!(run.stdout(), "");
    assert_eq!(run.stderr(), "");
    assert_eq!(front_end.run("kept").result().as_deref(), Some("7"));
    // A `?` that succeeds.
    assert_eq!(front_end.run("let c: i32 = \"5\".parse()?;\nc").result().as_deref(), Some("5"));
}

#[test]
fn compile_errors_are_drawn_also_with_wide_characters() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run("let s: String = 1;");
    let (ename, evalue, traceback) = run.error();
    assert_eq!((ename.as_str(), evalue.as_str()), ("E0308", "mismatched types"));
    assert!(traceback.contains(&format!("cell [{}]:1:17", run.number())), "{traceback}");
    assert!(traceback.contains("expected `String`, found integer"), "{traceback}");

    let run = front_end.run("// größer\nlet ä = \"日本\"; ünbekannt();");
    let (ename, _, traceback) = run.error();
    assert_eq!(ename, "E0425");
    assert!(traceback.contains(&format!("cell [{}]:2:15", run.number())), "{traceback}");
    assert!(traceback.contains("ünbekannt"), "{traceback}");

    let (_, evalue, _) = front_end.run("fn broken( {").error();
    assert!(!evalue.is_empty());

    // The place of the error names the line; warnings stay away; no wrong advice.
    let run = front_end.run("let numbers = vec![1];\n\nfor unused in 0..3 { numbers.push(2); }");
    let (_, _, traceback) = run.error();
    assert!(traceback.contains(&format!("cell [{}]:3:", run.number())), "{traceback}");
    assert!(!traceback.contains("unused variable"), "{traceback}");
    assert!(!traceback.contains("earlier cell"), "{traceback}");
    assert!(front_end.run("let numbers = vec![1];").is_ok());
    let (_, _, traceback) = front_end.run("numbers.push(2);").error();
    assert!(traceback.contains("`let mut x = x;`"), "{traceback}");

    // What is never closed ends in code that evcxr adds; the cell's line is shown.
    let (_, _, traceback) = front_end.run("let fine = 1;\nlet open = \"no end;").error();
    assert!(traceback.contains("let open = \"no end;"), "{traceback}");
    for generated in ["evcxr_variable_store", "EvcxrUserCodeError", "src/lib.rs"] {
        assert!(!traceback.contains(generated), "{traceback}");
    }
}

#[test]
fn a_process_that_ends_says_how() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("fn kept() -> i32 { 3 }\nlet lost = 1;").is_ok());
    let run = front_end.run("print!(\"before\"); std::process::exit(3)");
    let (ename, evalue, traceback) = run.error();
    assert_eq!(
        (ename.as_str(), evalue.as_str()),
        ("ProcessEnded", "the cell's process ended with exit status: 3")
    );
    assert!(traceback.contains("All variables are lost"), "{traceback}");
    assert_eq!(run.stdout(), "before");
    assert_eq!(front_end.run("kept()").result().as_deref(), Some("3"));

    let run = front_end.run("eprint!(\"last words\"); std::process::abort();");
    let (_, evalue, _) = run.error();
    assert!(evalue.contains("SIGABRT"), "{evalue}");
    assert_eq!(run.stderr(), "last words");

    // A panic that may not unwind aborts; its text and line are still told.
    let code = "struct Bad;\nimpl Drop for Bad { fn drop(&mut self) { panic!(\"in drop\"); } }\n\
        let _bad = Bad;\npanic!(\"first\");";
    let (ename, evalue, traceback) = front_end.run(code).error();
    assert_eq!((ename.as_str(), evalue.as_str()), ("panic", "in drop"));
    assert!(traceback.contains("SIGABRT"), "{traceback}");
    assert!(traceback.contains("impl Drop for Bad"), "{traceback}");
    assert_eq!(front_end.run("kept() + 1").result().as_deref(), Some("4"));
}

#[test]
fn an_error_stops_the_cells_that_wait_behind_it() {
    let mut front_end = FrontEnd::shared();
    let ids: Vec<String> = ["assert_eq!(1, 2);", "println!(\"must not run\");"]
        .iter()
        .map(|code| front_end.send(ExecuteRequest::new((*code).to_owned())))
        .collect();
    assert_eq!(front_end.collect(&ids[0]).reply.status, ReplyStatus::Error);
    let aborted = front_end.collect(&ids[1]);
    assert_eq!(aborted.reply.status, ReplyStatus::Aborted);
    assert!(aborted.shown.is_empty(), "{aborted:#?}");

    // A front end that asks for it goes on.
    let keep_going = |code: &str| ExecuteRequest {
        stop_on_error: false,
        ..ExecuteRequest::new(code.to_owned())
    };
    let first = front_end.send(keep_going("panic!(\"go on\");"));
    let second = front_end.send(keep_going("println!(\"runs\");"));
    assert_eq!(front_end.collect(&first).reply.status, ReplyStatus::Error);
    assert_eq!(front_end.collect(&second).stdout(), "runs\n");
    // The kernel answers others after all that.
    let id = front_end.send(JupyterMessageContent::from(jupyter_protocol::KernelInfoRequest {}));
    assert_eq!(front_end.read_shell(&id).message_type(), "kernel_info_reply");
}

#[test]
fn a_panic_that_no_hook_reports_is_an_error() {
    let mut front_end = FrontEnd::start();
    for code in [
        "std::panic::resume_unwind(Box::new(\"quiet\"));",
        "std::panic::set_hook(Box::new(|_| {}));\npanic!(\"quiet\");",
    ] {
        let (ename, evalue, _) = front_end.run(code).error();
        assert_eq!((ename.as_str(), evalue.as_str()), ("panic", "the cell panicked"), "{code}");
    }
}

#[test]
fn errors_say_what_to_do_in_a_notebook() {
    let mut front_end = FrontEnd::shared();
    let mut traceback = |code: &str| front_end.run(code).error().2;
    let text = traceback("use regex::Regex;");
    assert!(text.contains("add the line `:dep regex`"), "{text}");
    assert!(!text.contains("cargo add"), "{text}");
    let text = traceback("rand::random::<f64>()");
    assert!(text.contains("`use bootcamp::rand;`"), "{text}");
    let text = traceback("let map = std::collections::HashMap::new();");
    assert!(text.contains("needs its whole type in its own cell"), "{text}");
    let text = traceback("let list = (0..3).map(|x| x).collect();");
    assert!(text.contains("`.collect::<Vec<f64>>()`"), "{text}");
    // It is mutable; the closure is what forbids it.
    let text =
        traceback("let mut list = vec![1];\nlet f: Box<dyn Fn()> = Box::new(|| list.push(1));");
    assert!(text.contains("E0596") && !text.contains("let mut x = x"), "{text}");

    assert!(front_end.run("let list = vec![1];").is_ok());
    assert!(front_end.run("drop(list);").is_ok());
    let text = front_end.run("list.len()").error().2;
    assert!(text.contains("moved `list`: use `&list` or `list.clone()`"), "{text}");
    assert!(front_end.run("let list = vec![1];").is_ok());
    assert_eq!(front_end.run("list.len()").result().as_deref(), Some("1"));
    // Nothing has moved it: the cell that was to make it anew has failed.
    assert_eq!(
        front_end.run("let list: i32 = \"x\".parse()?;").error().1,
        "invalid digit found in string"
    );
    let text = front_end.run("list").error().2;
    assert!(text.contains("failed before it made `list` anew: make `list` again"), "{text}");
    let (ename, evalue, _) = front_end.run("unsafe { *(8 as *mut i32) = 1; }").error();
    assert_eq!(ename, "SegmentationFault");
    assert!(evalue.contains("SIGSEGV"), "{evalue}");
    let endless = "fn endless(n: u64) -> u64 { endless(n + 1) + 1 }\nprintln!(\"{}\", endless(0));";
    assert_eq!(front_end.run(endless).error().0, "StackOverflow");
}

#[test]
fn a_panic_in_a_function_says_who_called_it() {
    let mut front_end = FrontEnd::shared();
    let functions = "#[inline(never)]\nfn inner(list: &[i32]) -> i32 { list[3] }\n\
        #[inline(never)]\nfn outer(list: &[i32]) -> i32 { inner(list) + 1 }";
    assert!(front_end.run(functions).is_ok());
    let (_, evalue, traceback) = front_end.run("outer(&[1])").error();
    assert!(evalue.contains("index out of bounds"), "{evalue}");
    let calls = "in `inner`, called by `outer`, called by the cell";
    assert!(traceback.contains(calls), "{traceback}");
    assert!(!front_end.run("panic!(\"here\")").error().2.contains("called by"));
}

#[test]
fn an_argument_of_a_wrong_type_is_told_and_not_where_the_function_is() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("fn first(values: &[f64]) -> f64 { values[0] }").is_ok());
    assert!(front_end.run("let numbers = vec![1.5];").is_ok());
    for cell in ["first(numbers)", "let x = first(numbers);"] {
        let (ename, evalue, traceback) = front_end.run(cell).error();
        assert_eq!((&ename[..], &evalue[..]), ("E0308", "mismatched types"), "{cell}");
        assert!(traceback.contains("expected `&[f64]`, found `Vec<f64>`"), "{traceback}");
        assert!(traceback.contains("consider borrowing here"), "{traceback}");
    }
}
