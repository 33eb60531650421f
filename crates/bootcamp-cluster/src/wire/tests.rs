use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn key() -> Key {
    Key::new("e3cec0b5-key")
}

fn signed(parts: [&str; 4], buffers: &[&[u8]]) -> Vec<Bytes> {
    let signature = key().sign(&parts.map(str::as_bytes));
    let texts = parts.map(|part| Bytes::copy_from_slice(part.as_bytes()));
    [Bytes::from_static(DELIMITER), signature.into()]
        .into_iter()
        .chain(texts)
        .chain(buffers.iter().map(|buffer| Bytes::copy_from_slice(buffer)))
        .collect()
}

const HEADER: &str = r#"{"msg_id":"1","msg_type":"execute_request","date":"","added":7}"#;

#[test]
fn a_python_message_is_read_and_its_header_kept_whole() {
    let message = Message::decode(signed([HEADER, "{}", "{}", r#"{"code":"1"}"#], &[]), &key());
    let message = message.unwrap();
    assert_eq!(message.kind(), "execute_request");
    assert_eq!(message.content["code"], "1");
    assert_eq!(message.parent, None);
    assert_eq!(serde_json::to_value(&message.header).unwrap()["added"], 7);
}

#[test]
fn the_signature_is_hmac_sha256() {
    // RFC 4231, test case 2.
    assert_eq!(
        Key::new("Jefe").sign(&[b"what do ya want ", b"for nothing?"]),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn what_is_not_ours_is_refused() {
    let refused = |frames| Message::decode(frames, &key()).unwrap_err().to_string();
    assert_eq!(refused(vec![]), "the delimiter <IDS|MSG> is missing");
    assert_eq!(
        refused(signed([HEADER, "{}", "{}", "{}"], &[])[..4].to_vec()),
        "it has 3 of the 5 parts that follow <IDS|MSG>"
    );
    let mut unsigned = signed([HEADER, "{}", "{}", "{}"], &[]);
    unsigned[1] = Bytes::new();
    assert!(refused(unsigned).starts_with("its signature is not made with this cluster's key"));
    assert!(refused(signed([HEADER, "{}", "[]", "{}"], &[])).starts_with("its metadata is not"));
    assert!(refused(signed(["{}", "{}", "{}", "{}"], &[])).starts_with("its header is not JSON"));
    assert!(refused(signed([HEADER, "{}", "{}", "\u{0}"], &[])).starts_with("its content is not"));
    let deep = "[".repeat(100_000);
    assert!(refused(signed([HEADER, "{}", "{}", &deep], &[])).starts_with("its content is not"));
    let many = vec![Bytes::from_static(b"address"); 1000];
    assert!(refused(many).starts_with("its address has 65 bytes or frames"));
    let not_an_object = Message::new("x_request", json!([1])).encode(&key()).unwrap_err();
    assert!(not_an_object.to_string().starts_with("the content of x_request is not"));
}

#[test]
fn buffers_that_are_not_the_signed_ones_are_given_to_nobody() {
    let refusal = |kind: &str, content: Value, buffers: &[&[u8]]| {
        let header = format!(r#"{{"msg_id":"1","msg_type":"{kind}"}}"#);
        let message =
            Message::decode(signed([&header, "{}", "{}", &content.to_string()], buffers), &key());
        let message = message.unwrap();
        assert_eq!(message.buffers.is_empty(), message.refusal.is_some());
        message.refusal
    };
    let good = json!({ DIGESTS: [sha256(b"abc")] });
    assert_eq!(refusal("x_request", good.clone(), &[b"abc"]), None);
    assert_eq!(refusal("x_reply", good.clone(), &[b"abd"]), Some(BufferRefusal::Digest(0)));
    let count = |buffers, digests| Some(BufferRefusal::Count { buffers, digests });
    assert_eq!(refusal("x_request", good.clone(), &[b"abc", b"d"]), count(2, 1));
    assert_eq!(refusal("x_request", good, &[]), count(0, 1));
    assert_eq!(refusal("x_request", json!({ DIGESTS: "abc" }), &[b"abc"]), count(1, 0));
    let unsigned = Some(BufferRefusal::Unsigned("x_request".into()));
    assert_eq!(refusal("x_request", json!({}), &[b"abc"]), unsigned);
    assert_eq!(refusal("apply_reply", json!({}), &[b"abc"]), None);
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        kind in "[a-z_]{1,20}",
        content in prop::collection::btree_map("[a-z]{1,8}", json_value(), 0..4),
        metadata in prop::collection::btree_map("[a-z]{1,8}", json_value(), 0..4),
        buffers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..5),
        idents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..5),
    ) {
        let session = Session::new(key());
        let mut message = session.message(&kind, Value::Object(content.into_iter().collect()));
        message.parent = Some(session.message("parent", json!({})).header);
        message.metadata = metadata.into_iter().collect();
        message.buffers = buffers.into_iter().map(Bytes::from).collect();
        message.idents = idents.into_iter().map(Bytes::from).collect();
        prop_assume!(message.idents.iter().all(|ident| ident != DELIMITER));
        let same = session.decode(session.encode(message.clone()).unwrap()).unwrap();
        prop_assert_eq!(same.refusal, None);
        prop_assert_eq!(same.idents, message.idents);
        prop_assert_eq!(same.header, message.header);
        prop_assert_eq!(same.parent, message.parent);
        prop_assert_eq!(same.metadata, message.metadata);
        prop_assert_eq!(same.content, message.content);
        prop_assert_eq!(same.buffers, message.buffers);
    }

    #[test]
    fn any_frames_never_panic(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..12),
        at in 0usize..12,
    ) {
        let mut frames: Vec<Bytes> = frames.into_iter().map(Bytes::from).collect();
        frames.insert(at.min(frames.len()), Bytes::from_static(DELIMITER));
        prop_assert!(Message::decode(frames, &key()).is_err());
    }

    #[test]
    fn any_signed_texts_never_panic(
        parts in prop::array::uniform4(".{0,80}"),
        known in any::<bool>(),
        buffer in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let [header, parent, metadata, content] = &parts;
        let header = if known { HEADER } else { header };
        let _ = Message::decode(signed([header, parent, metadata, content], &[&buffer]), &key());
    }

    #[test]
    fn one_changed_byte_is_noticed(at in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut frames = signed([HEADER, "{}", "{}", r#"{"code":"1"}"#], &[]);
        let part = 1 + at.index(5);
        let mut bytes = frames[part].to_vec();
        let place = at.index(bytes.len());
        bytes[place] ^= flip;
        frames[part] = bytes.into();
        prop_assert!(matches!(Message::decode(frames, &key()), Err(WireError::Signature)));
    }
}
