//! Magics of variables and of output, and the comm with the variables, as a front end sees them.

use jupyter_protocol::{
    CommClose, CommId, CommInfoRequest, CommMsg, CommOpen, JupyterMessageContent,
};
use serde_json::{Map, Value, json};

use crate::magics::{failure, help_page};
use crate::waiting::wait_for;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Shown;

/// The only display of a cell, as text.
fn table(front_end: &mut FrontEnd, cell: &str) -> String {
    let run = front_end.run(cell);
    let [Shown::Display(table)] = &run.shown[..] else { panic!("{run:#?}") };
    assert!(table["text/html"].as_str().unwrap().starts_with("<table"), "{table}");
    table["text/plain"].as_str().unwrap().to_owned()
}

#[test]
fn every_magic_has_its_help() {
    let mut front_end = FrontEnd::shared();
    for (name, begin) in [
        ("who", "%who\n"),
        ("whos", "%whos\n"),
        ("reset", "%reset [-f]\n"),
        ("capture", "%%capture [NAME]\n"),
    ] {
        assert!(help_page(&mut front_end, name).starts_with(begin), "{name}");
    }
}

#[test]
fn variables_are_shown_and_stay_as_they_are() {
    let mut front_end = FrontEnd::shared();
    for magic in ["%who", "%whos"] {
        assert_eq!(front_end.run(magic).stdout(), "No variables.\n");
        let why = format!("`{magic}` takes no `x`: it shows all variables");
        assert_eq!(failure(&front_end.run(&format!("{magic} x"))).1, why);
    }
    let cell = "use bootcamp::prelude::*;\n\
        struct Opaque(u8);\n\
        let points = vec![Point::from((0.5, 1.0)); 3];\n\
        let opaque = Opaque(1);\n\
        let mut text = String::from(\"a\\nb\");\n\
        let many = vec![7_u8; 10_000_000];\n\
        let r#type: std::collections::HashMap<u8, Option<Opaque>> = Default::default();";
    assert!(front_end.run(cell).is_ok());
    assert_eq!(
        table(&mut front_end, "%who"),
        "Variable   Type\n\
         ---------------\n\
         many       Vec<u8>\n\
         opaque     Opaque\n\
         points     Vec<Point>\n\
         r#type     HashMap<u8, Option<Opaque>>\n\
         text       String"
    );
    let all = table(&mut front_end, "%whos");
    let row = |name: &str| {
        let line = all.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("Variable"), "Variable Type Size Length Allocated Value");
    assert_eq!(row("opaque"), "opaque Opaque 1 -");
    assert_eq!(row("text"), "text String 24 3 3 \"a\\nb\"");
    assert!(row("points").starts_with("points Vec<Point> 24 3 48 [Point { x: 0.5, y: 1.0 }"));
    let many = row("many");
    assert!(many.starts_with("many Vec<u8> 24 10000000 10000000 [7, 7, "), "{many}");
    assert!(many.ends_with('…') && many.chars().count() < 120, "{many}");
    assert!(row("r#type").starts_with("r#type HashMap<u8, Option<Opaque>> 48 0 0 -"), "{all}");
    let after =
        front_end.run("text.push('c');\n(text, points.len(), opaque.0, r#type.len(), many.len())");
    assert_eq!(after.result().as_deref(), Some("(\"a\\nbc\", 3, 1, 0, 10000000)"));
}

#[test]
fn a_value_that_cannot_be_shown_hides_no_other() {
    let mut front_end = FrontEnd::shared();
    let cell = "struct Bad;\n\
        impl std::fmt::Debug for Bad {\n    \
            fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { panic!(\"no\") }\n\
        }\n\
        let bad = Bad;\nlet good = 1;";
    assert!(front_end.run(cell).is_ok());
    let all = table(&mut front_end, "%whos");
    assert!(all.contains("(its Debug panics)") && all.contains("good"), "{all}");
    assert_eq!(front_end.run("good").result().as_deref(), Some("1"));
}

#[test]
fn a_reset_deletes_what_was_defined_when_it_may() {
    let mut front_end = FrontEnd::start();
    let question = "Once deleted, variables cannot be recovered. Proceed (y/[n])? ";
    let define = "struct S;\nfn f() {}\nuse std::fmt::Debug as D;\nlet x = 1;";
    assert!(front_end.run(define).is_ok());
    assert_eq!(
        failure(&front_end.run("%reset")).1,
        "`%reset` cannot ask in this front end: `%reset -f` deletes everything without a question"
    );
    assert_eq!(
        failure(&front_end.run("%reset x")).1,
        "`%reset` takes no `x`: it deletes everything; `drop(x);` drops a variable"
    );
    assert_eq!(failure(&front_end.run("%reset -s")).1, "`%reset` has no option `-s`: it takes -f");
    for no in ["n", "", "nothing"] {
        let run = front_end.run_answering("%reset", &[(question, no)]);
        assert_eq!(run.stdout(), "Nothing was deleted.\n");
    }
    assert_eq!(front_end.run("x").result().as_deref(), Some("1"));
    assert!(
        front_end.run("%cd /\n%env KEPT=7\nstd::env::set_current_dir(\"/tmp\").unwrap();").is_ok()
    );
    assert!(front_end.run_answering("%reset", &[(question, "y")]).is_ok());
    for gone in ["x", "f()", "S", "let d: Box<dyn D> = Box::new(1);"] {
        assert!(!front_end.run(gone).is_ok(), "{gone}");
    }
    let run = front_end.run("%who\n!pwd; echo $KEPT");
    assert_eq!(run.stdout(), "No variables.\n/tmp\n7\n");
    // A type of this name is another one.
    let run =
        front_end.run("#[derive(Debug)] struct S(u8);\nlet x = S(1);\n%reset -f\nlet x = 5;\nx");
    assert_eq!((run.result().as_deref(), run.stderr()), (Some("5"), String::new()));
    assert_eq!(run.reply.execution_count.0, 16);
}

#[test]
fn an_interrupt_ends_a_question_and_deletes_nothing() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let x = 1;").is_ok());
    let request = jupyter_protocol::ExecuteRequest {
        code: "%reset".to_owned(),
        allow_stdin: true,
        ..Default::default()
    };
    let id = front_end.send(request);
    front_end.read_question();
    front_end.control(jupyter_protocol::InterruptRequest {});
    assert_eq!(failure(&front_end.collect(&id)).0, "Interrupted");
    assert_eq!(front_end.run("x").result().as_deref(), Some("1"));
}

#[test]
fn what_a_cell_shows_is_kept_for_later_cells() {
    let mut front_end = FrontEnd::shared();
    let cell = "%%capture all\n\
        use bootcamp::cell::{Bundle, display, display_with_id};\n\
        println!(\"out\");\n\
        eprintln!(\"err\");\n\
        display(&Bundle::new().text(\"text/plain\", \"one\").size(\"text/plain\", 3, 4));\n\
        let handle = display_with_id(&Bundle::new().text(\"text/plain\", \"two\"));\n\
        handle.update(&Bundle::new().text(\"text/plain\", \"three\"));\n\
        !echo shell\n\
        6 * 7";
    let run = front_end.run(cell);
    assert!(run.is_ok() && run.shown.is_empty(), "{run:#?}");
    let run = front_end
        .run("println!(\"{:?} {:?} {}\", all.stdout, all.stderr, all.outputs.len());\nall.show();");
    assert_eq!(run.stdout(), "\"out\\nshell\\n\" \"err\\n\" 3\nout\nshell\n");
    assert_eq!(run.stderr(), "err\n");
    let text = |text: &str| Shown::Display(json!({ "text/plain": text }));
    let displays: Vec<_> =
        run.shown.into_iter().filter(|shown| matches!(shown, Shown::Display(_))).collect();
    assert_eq!(displays, [text("one"), text("three"), text("42")]);
    // Without a name it is gone; other magics in it work, and what comes next is shown.
    let run = front_end.run("%%capture\n%%time\nlet quiet = 1;\nprintln!(\"unseen\");");
    assert!(run.is_ok() && run.shown.is_empty(), "{run:#?}");
    assert_eq!(front_end.run("println!(\"seen\");\nquiet").stdout(), "seen\n");
    // It can ask.
    let run = front_end.run_answering(
        "%%capture\nlet name = bootcamp::cell::input(\"you? \").unwrap();",
        &[("you? ", "me")],
    );
    assert!(run.is_ok(), "{run:#?}");
}

#[test]
fn errors_of_a_captured_cell_are_errors() {
    let mut front_end = FrontEnd::shared();
    let run = front_end.run("%%capture before\nprintln!(\"before\");\npanic!(\"no\");");
    let (ename, evalue, traceback) = run.error();
    assert_eq!((&ename[..], &evalue[..], run.shown.len()), ("panic", "no", 1));
    assert!(traceback.contains("3 │ panic!"), "{traceback}");
    assert_eq!(front_end.run("before.stdout").result().as_deref(), Some("\"before\\n\""));
    let (ename, _, traceback) = front_end.run("%%capture\nlet a: i32 = \"\";").error();
    assert!(ename == "E0308" && traceback.contains("2 │ let a"), "{traceback}");
    for (cell, why) in [
        ("%%capture", "there is nothing to capture: write the code below `%%capture`"),
        ("%%capture x\n \n", "there is nothing to capture: write the code below `%%capture`"),
        ("%%capture 1x\n1", "`1x` is no name of a variable: write `%%capture walk`"),
        ("%%capture let\n1", "`let` is no name of a variable: write `%%capture walk`"),
        ("%%capture a b\n1", "`a b` is no name of a variable: write `%%capture walk`"),
        ("%%capture --no-stderr a\n1", "`%%capture` has no option `--no-stderr`: it takes none"),
        ("%capture a", "`%capture` takes a whole cell: write `%%capture` in its first line"),
    ] {
        assert_eq!(failure(&front_end.run(cell)).1, why, "{cell}");
    }
    // What it prints is seen by nobody: a file says that it runs.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("begun");
    let cell = format!(
        "%%capture never\nstd::fs::write({file:?}, \"\").unwrap();\n\
         loop {{ bootcamp::cell::check_interrupt(); }}"
    );
    let id = front_end.send(jupyter_protocol::ExecuteRequest::new(cell));
    wait_for("the cell runs", || file.exists());
    front_end.control(jupyter_protocol::InterruptRequest {});
    assert_eq!(failure(&front_end.collect(&id)).0, "Interrupted");
    assert_eq!(front_end.run("println!(\"on\");").stdout(), "on\n");
}

/// What is sent over a comm for a request, until that is done.
fn told(front_end: &mut FrontEnd, id: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for message in front_end.published(id) {
        match message.content {
            JupyterMessageContent::CommMsg(sent) => {
                assert_eq!(sent.comm_id.0, "panel");
                all.push(Value::Object(sent.data));
            }
            JupyterMessageContent::CommClose(_) => all.push(json!("closed")),
            _ => {}
        }
    }
    all
}

/// What is sent over a comm for a cell.
fn told_after(front_end: &mut FrontEnd, code: &str) -> Vec<Value> {
    let id = front_end.send(jupyter_protocol::ExecuteRequest::new(code.to_owned()));
    let told = told(front_end, &id);
    assert_eq!(front_end.read_shell(&id).message_type(), "execute_reply");
    told
}

#[test]
fn a_comm_tells_of_the_variables_after_every_cell() {
    let mut front_end = FrontEnd::shared();
    let comm = || CommId("panel".to_owned());
    let open = |target: &str| CommOpen {
        comm_id: comm(),
        target_name: target.to_owned(),
        ..CommOpen::default()
    };
    let ask = |request: &str| CommMsg {
        comm_id: comm(),
        data: Map::from_iter([("request".to_owned(), json!(request))]),
    };
    let known = |front_end: &mut FrontEnd, target: Option<&str>| {
        let target_name = target.map(str::to_owned);
        let id = front_end.send(CommInfoRequest { target_name });
        front_end.read_shell_content(&id)["comms"].take()
    };
    assert_eq!(told_after(&mut front_end, "let x = 1;"), [json!(null); 0]);
    let id = front_end.send(open("bootcamp.nothing"));
    assert_eq!(told(&mut front_end, &id), [json!("closed")]);
    assert_eq!(known(&mut front_end, None), json!({}));

    let row = |name: &str, kind: &str, size: usize, preview: &str| json!({ "name": name, "type": kind, "size": size, "preview": preview });
    let x = row("x", "i32", 4, "1");
    let id = front_end.send(open("bootcamp.variables"));
    assert_eq!(told(&mut front_end, &id), [json!({ "variables": [x] })]);
    let listed = json!({ "panel": { "target_name": "bootcamp.variables" } });
    assert_eq!(known(&mut front_end, None), listed);
    assert_eq!(known(&mut front_end, Some("bootcamp.variables")), listed);
    assert_eq!(known(&mut front_end, Some("other")), json!({}));

    let y = row("y", "Vec<u8>", 24 + 2, "[1, 2]");
    let both = [json!({ "variables": [x, y] })];
    assert_eq!(told_after(&mut front_end, "let y = vec![1_u8, 2];"), both);
    // Also after a cell that failed.
    assert_eq!(told_after(&mut front_end, "nobody"), both);
    let id = front_end.send(ask("refresh"));
    assert_eq!(told(&mut front_end, &id), both);
    let id = front_end.send(ask("something"));
    assert_eq!(told(&mut front_end, &id), [json!(null); 0]);
    assert_eq!(told_after(&mut front_end, "%reset -f"), [json!({ "variables": [] })]);

    let id = front_end.send(CommClose { comm_id: comm(), ..CommClose::default() });
    assert_eq!(told(&mut front_end, &id), [json!(null); 0]);
    assert_eq!(told_after(&mut front_end, "let z = 1;"), [json!(null); 0]);
    let id = front_end.send(ask("refresh"));
    assert_eq!(told(&mut front_end, &id), [json!(null); 0]);
    assert_eq!(known(&mut front_end, None), json!({}));
}
