//! What comes from a cluster is read as a message, or refused; what is read can be written. The
//! same of the files by which a cluster is found.
#![no_main]

use bootcamp_cluster::connection::{ClientConnection, EngineConnection};
use bootcamp_cluster::wire::{DELIMITER, Key, Message};

const HEADER: &str = r#"{"msg_id":"1","msg_type":"execute_request"}"#;
const BUFFERS: &str = r#"{"buffer_sha256":["#;

/// What is tried of a message.
#[derive(Debug, arbitrary::Arbitrary)]
struct Parts {
    idents: Vec<Vec<u8>>,
    /// Otherwise the signature is refused, and nothing behind it is read.
    is_signed: bool,
    /// Otherwise the header is refused nearly always.
    is_known: bool,
    has_digests: bool,
    texts: [String; 4],
    buffers: Vec<Vec<u8>>,
}

libfuzzer_sys::fuzz_target!(|parts: Parts| {
    let key = Key::new("secret");
    let [mut header, parent, metadata, mut content] = parts.texts;
    if parts.is_known {
        header = HEADER.to_owned();
    }
    if parts.has_digests {
        content.insert_str(0, BUFFERS);
    }
    for text in [&header, &content] {
        for error in [
            ClientConnection::parse(text, "a file").err(),
            EngineConnection::parse(text, "a file").err(),
        ] {
            assert!(!error.is_some_and(|error| error.to_string().contains('\n')));
        }
    }
    let texts = [header, parent, metadata, content].map(String::into_bytes);
    let signature = if parts.is_signed {
        key.sign(&[&texts[0], &texts[1], &texts[2], &texts[3]]).into_bytes()
    } else {
        texts[0].clone()
    };
    let frames = parts
        .idents
        .into_iter()
        .chain([DELIMITER.to_vec(), signature])
        .chain(texts)
        .chain(parts.buffers)
        .map(Into::into)
        .collect();
    match Message::decode(frames, &key) {
        Ok(message) => {
            let written = message.clone().encode(&key).expect("what was read can be written");
            let same = Message::decode(written, &key).expect("what was written can be read");
            assert_eq!(same.header, message.header);
            assert_eq!(same.buffers, message.buffers);
        }
        Err(refusal) => assert!(!refusal.to_string().contains('\n')),
    }
});
