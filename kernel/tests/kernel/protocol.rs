//! Messages beside executions.

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

use crate::log::start_with_log;
use crate::waiting::wait_for;
use bootcamp_testkit::FrontEnd;

#[test]
fn kernel_info_is_answered_while_evcxr_still_starts() {
    let mut front_end = FrontEnd::start();
    // The first cell waits for evcxr; the questions behind it do not.
    let cell = front_end.send(ExecuteRequest::new("1".to_owned()));
    let id = front_end.send(KernelInfoRequest {});
    let reply = front_end.read_shell(&id);
    assert!(!front_end.is_done(&cell));
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
    assert!(front_end.collect(&cell).is_ok());
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
    let [close] = &front_end.published(&id)[..] else { panic!("one message was expected") };
    assert_eq!(close.message_type(), "comm_close");
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

#[test]
fn every_request_is_between_busy_and_idle_and_strange_ones_have_no_reply() {
    let mut front_end = FrontEnd::shared();
    let comm = CommMsg { comm_id: "nobody's".to_owned().into(), ..CommMsg::default() };
    let close = CommClose { comm_id: "nobody's".to_owned().into(), ..CommClose::default() };
    let ids = [
        front_end.send(unknown("nobody_knows_request")),
        front_end.send(comm),
        front_end.send(close),
    ];
    // They are idle, and nothing else is published for them. The front end complains of a state
    // that is missing or out of turn, and of a reply that nobody reads.
    for id in &ids {
        assert!(front_end.published(id).is_empty());
    }
    let id = front_end.send(CommInfoRequest { target_name: Some("nobody".to_owned()) });
    assert_eq!(front_end.read_shell(&id).message_type(), "comm_info_reply");
}

#[test]
fn an_older_front_end_shuts_down_on_the_shell_socket() {
    let mut front_end = FrontEnd::start();
    let id = front_end.send(ShutdownRequest { restart: true });
    let reply = front_end.read_last_reply(&id);
    let JupyterMessageContent::ShutdownReply(reply) = reply.content else { panic!("{reply:?}") };
    assert!(reply.restart);
    assert_eq!(front_end.await_end(), Some(0));
}

#[test]
fn a_message_with_a_bad_signature_is_refused_and_the_kernel_goes_on() {
    let (mut front_end, log) = start_with_log();
    let forged = ConnectionInfo { key: "not the key".to_owned(), ..front_end.connection.clone() };
    let identity = peer_identity_for_session("forger").unwrap();
    front_end.block_on(async {
        let mut shell = create_client_shell_connection_with_identity(&forged, "forger", identity)
            .await
            .unwrap();
        let request = ExecuteRequest::new("std::process::exit(1)".to_owned());
        shell.send(request.into()).await.unwrap();
        shell.send(KernelInfoRequest {}.into()).await.unwrap();
        let why = "refused a message on the shell socket: ";
        wait_for("both are refused", || log.text().matches(why).count() == 2);
        let answer = tokio::time::timeout(std::time::Duration::from_millis(100), shell.read());
        assert!(answer.await.is_err(), "a forged request was answered");
    });
    // Nothing was published either: the front end would complain of it.
    assert_eq!(front_end.run("1 + 1").result().as_deref(), Some("2"));
}
