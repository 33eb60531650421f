//! Messages beside executions.

use std::time::Instant;

use jupyter_protocol::ConnectionInfo;
use jupyter_protocol::{
    CommClose, CommInfoRequest, CommMsg, CommOpen, CompleteRequest, ExecuteRequest, HistoryRequest,
    InspectRequest, IsCompleteRequest, JupyterMessageContent, KernelInfoRequest, ShutdownRequest,
    UnknownMessage,
};
use jupyter_zmq_client::{
    create_client_heartbeat_connection, create_client_shell_connection_with_identity,
    peer_identity_for_session,
};

use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn kernel_info_is_answered_while_evcxr_still_starts() {
    let started = Instant::now();
    let mut front_end = FrontEnd::start();
    let id = front_end.send(KernelInfoRequest {});
    let reply = front_end.read_shell(&id);
    let waited = started.elapsed();
    let JupyterMessageContent::KernelInfoReply(info) = reply.content else { panic!("{reply:?}") };
    assert_eq!(info.language_info.name, "rust");
    assert_eq!(info.language_info.pygments_lexer.as_deref(), Some("rust"));
    assert_eq!(info.language_info.version, "1.95.0");
    assert_eq!((info.protocol_version.as_str(), info.debugger), ("5.5", false));
    let reply = front_end.control(KernelInfoRequest {});
    assert_eq!(reply.message_type(), "kernel_info_reply");
    assert_eq!(reply.header.version, "5.5");
    let id = front_end.send(KernelInfoRequest {});
    assert_eq!(front_end.read_shell_content(&id)["supported_features"], json!([]));
    // The first cell waits for evcxr; the questions did not.
    let cell = front_end.run("1");
    assert!(cell.is_ok());
    assert!(waited < started.elapsed() / 2, "{waited:?} of {:?}", started.elapsed());
}

#[test]
fn every_request_gets_its_reply() {
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let thousand = vec![0.0; 1000];").is_ok());

    let id =
        front_end.send(CompleteRequest { code: "let é = 1; thou".to_owned(), cursor_pos: 15 });
    let reply = front_end.read_shell(&id);
    let JupyterMessageContent::CompleteReply(complete) = reply.content else { panic!("{reply:?}") };
    assert!(complete.matches.contains(&"thousand".to_owned()), "{complete:?}");
    assert_eq!((complete.cursor_start, complete.cursor_end), (11, 15));

    let code = "thousand.len".to_owned();
    let id = front_end.send(InspectRequest { cursor_pos: code.len(), code, detail_level: Some(0) });
    let reply = front_end.read_shell(&id);
    let JupyterMessageContent::InspectReply(inspect) = reply.content else { panic!("{reply:?}") };
    assert_eq!(inspect.status, jupyter_protocol::ReplyStatus::Ok);

    for (code, expected) in [
        ("fn f() {", json!({ "status": "incomplete", "indent": "    " })),
        ("fn f() {}", json!({ "status": "complete" })),
        ("fn f() )", json!({ "status": "invalid" })),
        ("%%px\n1", json!({ "status": "unknown" })),
    ] {
        let id = front_end.send(IsCompleteRequest { code: code.to_owned() });
        assert_eq!(front_end.read_shell_content(&id), expected, "{code}");
    }
    let id = front_end.send(HistoryRequest::default());
    assert_eq!(front_end.read_shell(&id).message_type(), "history_reply");
    let id = front_end.send(CommInfoRequest::default());
    assert_eq!(front_end.read_shell(&id).message_type(), "comm_info_reply");

    let id = front_end.send(CommOpen { target_name: "nobody".to_owned(), ..CommOpen::default() });
    loop {
        let message = front_end.read_iopub();
        let parent = message.parent_header.as_ref().map(|header| header.msg_id.clone());
        if parent.as_deref() == Some(&id) && message.message_type() == "comm_close" {
            break;
        }
    }
    let id = front_end.send(unknown("connect_request"));
    let ports = front_end.read_shell_content(&id);
    assert_eq!(ports["control_port"], front_end.connection.control_port);
    let connection = front_end.connection.clone();
    front_end.block_on(async {
        let mut heartbeat = create_client_heartbeat_connection(&connection).await.unwrap();
        heartbeat.single_heartbeat().await.unwrap();
    });
    assert_eq!(front_end.shut_down(), Some(0));
}

/// A request of a kind that the protocol's Rust types do not have.
fn unknown(kind: &str) -> UnknownMessage {
    UnknownMessage { msg_type: kind.to_owned(), content: json!({}) }
}

/// What is published for a request, by type; the two states by their names.
fn published(front_end: &mut FrontEnd, id: &str) -> Vec<String> {
    let mut seen = Vec::new();
    while seen.last().is_none_or(|last| last != "idle") {
        let message = front_end.read_iopub();
        if message.parent_header.as_ref().is_none_or(|parent| parent.msg_id != id) {
            continue;
        }
        seen.push(match &message.content {
            JupyterMessageContent::Status(status) => status.execution_state.as_str().to_owned(),
            _ => message.message_type().to_owned(),
        });
    }
    seen
}

#[test]
fn every_request_is_between_busy_and_idle_and_strange_ones_have_no_reply() {
    let mut front_end = FrontEnd::start();
    let comm = CommMsg { comm_id: "nobody's".to_owned().into(), ..CommMsg::default() };
    let close = CommClose { comm_id: "nobody's".to_owned().into(), ..CommClose::default() };
    let ids = [
        front_end.send(unknown("nobody_knows_request")),
        front_end.send(comm),
        front_end.send(close),
        front_end.send(CommInfoRequest { target_name: Some("nobody".to_owned()) }),
    ];
    for id in &ids {
        assert_eq!(published(&mut front_end, id), ["busy", "idle"]);
    }
    // The first reply is that to the last request.
    let [reply] = &front_end.read_replies(1)[..] else { panic!() };
    assert_eq!(reply.parent_header.as_ref().unwrap().msg_id, ids[3]);
    let reply = front_end.control(KernelInfoRequest {});
    let id = reply.parent_header.unwrap().msg_id;
    assert_eq!(published(&mut front_end, &id), ["busy", "idle"]);
}

#[test]
fn an_older_front_end_shuts_down_on_the_shell_socket() {
    let mut front_end = FrontEnd::start();
    let id = front_end.send(ShutdownRequest { restart: true });
    let reply = front_end.read_shell(&id);
    let JupyterMessageContent::ShutdownReply(reply) = reply.content else { panic!("{reply:?}") };
    assert!(reply.restart);
    let ended = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        front_end.kernel.try_wait().unwrap().is_some_and(|status| status.success())
    });
    assert!(ended, "the kernel goes on");
}

#[test]
fn a_message_with_a_bad_signature_is_refused_and_the_kernel_goes_on() {
    let mut front_end = FrontEnd::start();
    let forged = ConnectionInfo { key: "not the key".to_owned(), ..front_end.connection.clone() };
    let identity = peer_identity_for_session("forger").unwrap();
    front_end.block_on(async {
        let mut shell = create_client_shell_connection_with_identity(&forged, "forger", identity)
            .await
            .unwrap();
        let request = ExecuteRequest::new("std::process::exit(1)".to_owned());
        shell.send(request.into()).await.unwrap();
        shell.send(KernelInfoRequest {}.into()).await.unwrap();
        let answer = tokio::time::timeout(std::time::Duration::from_secs(2), shell.read()).await;
        assert!(answer.is_err(), "a forged request was answered");
    });
    assert!(
        !front_end.listens(std::time::Duration::from_millis(200)),
        "nor was anything published"
    );
    assert_eq!(front_end.run("1 + 1").result().as_deref(), Some("2"));
}
