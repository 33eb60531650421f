//! Completion and documentation.

use jupyter_protocol::{
    CompleteReply, CompleteRequest, ExecuteRequest, InspectReply, InspectRequest, InterruptRequest,
    JupyterMessageContent, Payload, ReplyStatus,
};
use serde_json::Value;

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::stdout;

/// Completes at the cursor, which is written as `|`.
pub(crate) fn complete(front_end: &mut FrontEnd, text: &str) -> CompleteReply {
    let (code, cursor_pos) = at_cursor(text);
    let id = front_end.send(CompleteRequest { code, cursor_pos });
    let reply = front_end.read_shell(&id);
    let JupyterMessageContent::CompleteReply(reply) = reply.content else { panic!("{reply:?}") };
    reply
}

fn inspect(front_end: &mut FrontEnd, text: &str) -> InspectReply {
    let (code, cursor_pos) = at_cursor(text);
    let id = front_end.send(InspectRequest { code, cursor_pos, detail_level: None });
    let reply = front_end.read_shell(&id);
    let JupyterMessageContent::InspectReply(reply) = reply.content else { panic!("{reply:?}") };
    reply
}

fn at_cursor(text: &str) -> (String, usize) {
    let (before, after) = text.split_once('|').expect("a cursor");
    ([before, after].concat(), before.chars().count())
}

fn plain(reply: &InspectReply) -> String {
    let data: Value = serde_json::to_value(&reply.data).unwrap();
    data["text/plain"].as_str().unwrap_or_default().to_owned()
}

/// The kind of a name, as Jupyter's front ends show it.
fn kind(reply: &CompleteReply, name: &str) -> String {
    let kinds = reply.metadata["_jupyter_types_experimental"].as_array().unwrap();
    let found =
        kinds.iter().find(|kind| kind["text"] == name).unwrap_or_else(|| panic!("{reply:?}"));
    assert_eq!(found["start"], reply.cursor_start);
    assert_eq!(found["end"], reply.cursor_end);
    found["type"].as_str().unwrap().to_owned()
}

#[test]
fn names_are_completed_with_their_kinds_also_inside_of_a_name() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let thousand = vec![0.0; 1000]; fn thorough() {}").is_ok());
    // Positions are code points: a face is one of them.
    for text in ["let 日 = \"😀\"; tho|", "let 日 = \"😀\"; tho|roughfare"] {
        let reply = complete(&mut front_end, text);
        assert_eq!(kind(&reply, "thousand"), "instance");
        assert_eq!(kind(&reply, "thorough()"), "function");
        let (code, _) = at_cursor(text);
        assert_eq!((reply.cursor_start, reply.cursor_end), (13, code.chars().count()));
    }
    let reply = complete(&mut front_end, "std::collections::HashM|");
    assert_eq!(
        (&reply.matches[..], kind(&reply, "HashMap")),
        (&["HashMap".to_owned()][..], "class".to_owned())
    );
    assert_eq!(kind(&complete(&mut front_end, "std::collec|"), "collections::"), "module");
    assert_eq!(kind(&complete(&mut front_end, "whil|"), "while"), "keyword");
    assert_eq!(kind(&complete(&mut front_end, ":de|"), ":dep"), "magic");
    assert!(complete(&mut front_end, "thousand.leng|").matches.is_empty());
}

#[test]
fn documentation_is_found_from_everywhere_in_a_name() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let thousand = vec![0.0; 1000];").is_ok());
    for text in [
        "String::from_utf8_lo|ssy",
        "String::from_utf8|_lossy",
        "String::|from_utf8_lossy(b\"\")",
        "let a = \"日😀\"; String::from_utf8_lossy(|",
    ] {
        let reply = inspect(&mut front_end, text);
        assert!(reply.found, "{text}");
        assert!(plain(&reply).contains("pub fn from_utf8_lossy("), "{text}: {}", plain(&reply));
    }
    assert!(plain(&inspect(&mut front_end, "thousand.le|n()")).contains("fn len(&self)"));
    assert!(
        plain(&inspect(&mut front_end, "println!(\"{}\", thou|sand)"))
            .contains("thousand: Vec<f64>")
    );
    assert!(!inspect(&mut front_end, "1 + |").found);
    assert!(!inspect(&mut front_end, "nobody|").found);

    let run = front_end.run("?String::from_utf8_lossy");
    let [Payload::Page { data, start: 0 }] = &run.reply.payload[..] else { panic!("{run:?}") };
    let data = serde_json::to_value(data).unwrap();
    assert!(data["text/plain"].as_str().unwrap().contains("pub fn from_utf8_lossy("));
    let run = front_end.run("?nobody");
    assert!(run.is_ok() && run.reply.payload.is_empty());
    assert_eq!(run.stdout(), "Nothing is known of `nobody`.\n");
}

#[test]
fn a_running_cell_keeps_nobody_waiting() {
    let mut front_end = FrontEnd::shared();
    assert!(front_end.run("let thousand = vec![0.0; 1000];\nfn thorough() {}").is_ok());
    let endless = "println!(\"begun\");\nloop { bootcamp::cell::check_interrupt(); }";
    let cell = front_end.send(ExecuteRequest::new(endless.to_owned()));
    front_end.await_shown(&cell, |shown| stdout(shown) == "begun\n");
    // Behind another one, too.
    let behind = front_end.send(ExecuteRequest::new("1".to_owned()));
    let reply = complete(&mut front_end, "let this = 1; th|");
    let names = ["thorough", "this", "thousand"];
    assert!(names.iter().all(|name| reply.matches.contains(&(*name).to_owned())), "{reply:?}");
    assert_eq!(kind(&reply, "thorough"), "function");
    let reply = inspect(&mut front_end, "thou|sand.len()");
    assert!(plain(&reply).starts_with("let thousand = vec![0.0; 1000];"), "{}", plain(&reply));
    assert!(!inspect(&mut front_end, "String::from_utf8|").found);
    assert!(!front_end.is_done(&cell));
    // An older front end interrupts on the shell socket.
    let id = front_end.send(InterruptRequest {});
    assert_eq!(front_end.read_shell(&id).message_type(), "interrupt_reply");
    assert_eq!(front_end.collect(&cell).error().0, "Interrupted");
    assert_eq!(front_end.collect(&behind).reply.status, ReplyStatus::Aborted);
    // evcxr answers again.
    assert!(inspect(&mut front_end, "String::from_utf8|").found);
}
