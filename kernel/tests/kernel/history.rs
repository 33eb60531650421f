//! The history of cells, which outlives a kernel.

use std::path::Path;

use jupyter_protocol::{JupyterMessageContent, UnknownMessage};
use serde_json::{Value, json};

use bootcamp_testkit::{FrontEnd, nowhere};

fn start(state: &Path) -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("XDG_STATE_HOME", state);
    })
}

/// Asks with these fields only, as front ends do.
fn history(front_end: &mut FrontEnd, fields: Value) -> Value {
    let id =
        front_end.send(UnknownMessage { msg_type: "history_request".to_owned(), content: fields });
    front_end.read_shell_content(&id)["history"].take()
}

#[test]
fn cells_are_found_after_a_restart() {
    let state = tempfile::tempdir().unwrap();
    let mut first = start(state.path());
    assert!(first.run("let é = 6;").is_ok());
    assert!(first.run("é * 7").is_ok());
    assert!(!first.run("nobody").is_ok());
    let mut quiet = jupyter_protocol::ExecuteRequest::new("let quiet = 1;".to_owned());
    quiet.store_history = false;
    let id = first.send(quiet);
    assert!(first.collect(&id).is_ok());
    let tail = json!({ "hist_access_type": "tail", "n": 2, "output": true, "raw": true });
    let expected = json!([[1, 2, ["é * 7", "42"]], [1, 3, ["nobody", null]]]);
    assert_eq!(history(&mut first, tail), expected);
    assert_eq!(first.shut_down(), Some(0));

    let mut second = start(state.path());
    assert!(second.run("let é = 7;").is_ok());
    let search = json!({ "hist_access_type": "search", "pattern": "let é*", "n": 5 });
    assert_eq!(history(&mut second, search), json!([[1, 1, "let é = 6;"], [2, 1, "let é = 7;"]]));
    let range = |session: i64| json!({ "hist_access_type": "range", "session": session, "start": 1, "stop": 3 });
    assert_eq!(history(&mut second, range(-1)), json!([[1, 1, "let é = 6;"], [1, 2, "é * 7"]]));
    assert_eq!(history(&mut second, range(0)), json!([[2, 1, "let é = 7;"]]));
    assert_eq!(second.shut_down(), Some(0));
    let file = state.path().join("bootcamp/history.jsonl");
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "others read it");
}

#[test]
fn a_home_that_cannot_be_written_disturbs_no_cell() {
    let mut front_end = start(&nowhere());
    assert_eq!(front_end.run("6 * 7").result().as_deref(), Some("42"));
    let all = history(&mut front_end, json!({ "hist_access_type": "tail", "n": 9 }));
    assert_eq!(all, json!([[1, 1, "6 * 7"]]));
    let id = front_end.send(UnknownMessage {
        msg_type: "comm_info_request".to_owned(),
        content: json!({ "target_name": "x" }),
    });
    let reply = front_end.read_shell(&id);
    assert!(matches!(reply.content, JupyterMessageContent::CommInfoReply(_)));
}
