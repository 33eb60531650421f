//! What a front end says beside the code of a cell.

use std::collections::HashMap;

use jupyter_protocol::{ExecuteRequest, ExpressionResult, JupyterMessageContent, ReplyStatus};
use serde_json::json;

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Run, Shown};

fn run(front_end: &mut FrontEnd, request: ExecuteRequest) -> Run {
    let id = front_end.send(request);
    front_end.collect(&id)
}

#[test]
fn expressions_of_a_front_end_are_evaluated_after_the_cell() {
    let mut front_end = FrontEnd::shared();
    let expressions = [
        ("value", "thousand.len()"),
        ("unit", "println!(\"loud\")"),
        ("unknown", "nobody"),
        ("panics", "panic!(\"no\")"),
        ("statement", "let z = 1;"),
    ];
    let user_expressions =
        Some(expressions.iter().map(|(name, code)| ((*name).into(), (*code).into())).collect());
    let code = "let thousand = vec![0; 1000];\nthousand[0]".to_owned();
    let cell =
        run(&mut front_end, ExecuteRequest { user_expressions, ..ExecuteRequest::new(code) });
    assert!(cell.is_ok());
    // Nobody is told of what they print and show.
    assert_eq!(cell.shown, [Shown::Result(json!({ "text/plain": "0" }))]);
    let values: HashMap<String, ExpressionResult> = cell.reply.user_expressions.unwrap();
    assert_eq!(values.len(), expressions.len());
    let value = |name: &str| match &values[name] {
        ExpressionResult::Ok { data, .. } => serde_json::to_value(data).unwrap(),
        ExpressionResult::Error { ename, evalue, .. } => json!([ename, evalue]),
    };
    assert_eq!(value("value"), json!({ "text/plain": "1000" }));
    assert_eq!(value("unit"), json!({ "text/plain": "()" }));
    assert_eq!(value("unknown"), json!(["E0425", "cannot find value `nobody` in this scope"]));
    assert_eq!(value("panics"), json!(["panic", "no"]));
    assert_eq!(value("statement")[0], "NoValue");
    assert_eq!(front_end.run("thousand.len()").result().as_deref(), Some("1000"));
}

#[test]
fn cells_are_counted_as_in_ipython() {
    let mut front_end = FrontEnd::start();
    let count = |cell: &Run| cell.reply.execution_count.0;
    assert_eq!(count(&front_end.run("let x = 1;")), 1);
    assert_eq!(count(&front_end.run("  \n")), 1);
    let stored =
        |code: &str| ExecuteRequest { store_history: false, ..ExecuteRequest::new(code.into()) };
    let cell = run(&mut front_end, stored("println!(\"seen\"); x"));
    assert_eq!(
        (count(&cell), cell.stdout().as_str(), cell.result().as_deref()),
        (1, "seen\n", Some("1"))
    );
    let silent = |code: &str| ExecuteRequest { silent: true, ..ExecuteRequest::new(code.into()) };
    let cell = run(&mut front_end, silent("let y = 2; println!(\"unseen\"); y"));
    assert!(cell.is_ok() && cell.shown.is_empty(), "{cell:?}");
    assert_eq!(count(&cell), 1);
    let cell = front_end.run("y");
    assert_eq!((count(&cell), cell.result().as_deref()), (2, Some("2")));
    assert_eq!(count(&front_end.run("nobody")), 3);
}

#[test]
fn what_fails_silently_aborts_nothing() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("1").is_ok());
    let silent =
        ExecuteRequest { silent: true, ..ExecuteRequest::new("panic!(\"unseen\")".to_owned()) };
    let failing = front_end.send(silent);
    let behind = front_end.send(ExecuteRequest::new("6 * 7".to_owned()));
    let failed = front_end.collect(&failing);
    assert_eq!((failed.reply.status, failed.shown.len()), (ReplyStatus::Error, 0));
    assert_eq!(front_end.collect(&behind).result().as_deref(), Some("42"));
}

#[test]
fn what_is_not_stored_shows_the_number_of_the_next_cell() {
    let mut front_end = FrontEnd::start();
    let stored = |code: &str, store_history| ExecuteRequest {
        store_history,
        ..ExecuteRequest::new(code.to_owned())
    };
    let mut counts = |request: ExecuteRequest| {
        let id = front_end.send(request);
        let (mut input, mut result) = (None, None);
        for message in front_end.published(&id) {
            match message.content {
                JupyterMessageContent::ExecuteInput(shown) => input = Some(shown.execution_count.0),
                JupyterMessageContent::ExecuteResult(shown) => {
                    result = Some(shown.execution_count.0);
                }
                _ => {}
            }
        }
        let JupyterMessageContent::ExecuteReply(reply) = front_end.read_shell(&id).content else {
            panic!("not an execute reply")
        };
        (input, result, reply.execution_count.0)
    };
    // The numbers that ipykernel 7.4 gives.
    assert_eq!(counts(stored("5", false)), (Some(1), Some(0), 0));
    assert_eq!(counts(stored("1", true)), (Some(1), Some(1), 1));
    assert_eq!(counts(stored("  \n", true)), (Some(2), None, 1));
    assert_eq!(counts(stored("5", false)), (Some(2), Some(1), 1));
    assert_eq!(counts(stored("nobody", true)), (Some(2), None, 2));
    assert_eq!(counts(stored("nobody", false)), (Some(3), None, 2));
}
