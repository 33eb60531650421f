//! Any frames are read as a message, or refused; what is read can be answered.
#![no_main]
#![expect(dead_code, reason = "the kernel needs all of it")]

#[path = "../../src/frontend/kept.rs"]
mod kept;
#[path = "../../src/frontend/message.rs"]
mod message;
#[path = "../../src/frontend/wire.rs"]
mod wire;

use jupyter_zmq_client::RawMessage;
use zeromq::ZmqMessage;

const KINDS: [&str; 8] = [
    "comm_open",
    "complete_request",
    "execute_request",
    "history_request",
    "inspect_request",
    "is_complete_request",
    "nobody_knows_request",
    "shutdown_request",
];

libfuzzer_sys::fuzz_target!(|input: (Option<u8>, Vec<Vec<u8>>)| {
    let (kind, frames) = input;
    // A delimiter and an empty signature: what follows is what is to be tried.
    let mut multipart = ZmqMessage::from("identity");
    multipart.push_back(b"<IDS|MSG>".to_vec().into());
    multipart.push_back(Vec::new().into());
    if let Some(kind) = kind {
        let kind = KINDS[usize::from(kind) % KINDS.len()];
        let header = format!(r#"{{"msg_id":"1","msg_type":"{kind}"}}"#);
        for part in [&header, "{}", "{}"] {
            multipart.push_back(part.as_bytes().to_vec().into());
        }
    }
    frames.into_iter().for_each(|frame| multipart.push_back(frame.into()));
    let Ok(raw) = RawMessage::from_multipart(multipart, &None) else { return };
    match wire::parse(raw) {
        Ok(parent) => {
            let answer = message::content("any_reply", serde_json::json!({ "status": "ok" }));
            let reply = message::reply(answer, &parent);
            assert_eq!(reply.zmq_identities.len(), 1);
        }
        Err(refusal) => assert!(!refusal.to_string().contains('\n')),
    }
});
