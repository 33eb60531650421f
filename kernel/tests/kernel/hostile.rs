//! Who does not keep to the protocol is refused in a line, and the kernel goes on.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use jupyter_protocol::{
    ConnectionInfo, ExecuteRequest, JupyterMessage, JupyterMessageContent, KernelInfoRequest,
    ReplyStatus, UnknownMessage,
};
use jupyter_zmq_client::{
    create_client_heartbeat_connection, create_client_shell_connection_with_identity,
    peer_identity_for_session,
};
use serde_json::json;
use zeromq::{SocketSend as _, ZmqMessage};

use crate::log::start_with_log;
use crate::process::kilobytes;
use crate::waiting::Gate;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::{Shown, stdout};

/// Bytes that look random, the same in every run.
struct Noise(u64);

impl Noise {
    fn byte(&mut self) -> u8 {
        // Knuth's constants.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}

/// What a client of `ZeroMQ` says first.
pub(crate) fn handshake(kind: &str) -> Vec<u8> {
    let mut greeting = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0];
    greeting.extend_from_slice(b"NULL");
    greeting.resize(64, 0);
    let mut ready = b"\x05READY\x0bSocket-Type\0\0\0".to_vec();
    ready.push(u8::try_from(kind.len()).unwrap());
    ready.extend_from_slice(kind.as_bytes());
    greeting.extend([4, u8::try_from(ready.len()).unwrap()]);
    [greeting, ready].concat()
}

fn is_well(front_end: &mut FrontEnd) {
    let connection = front_end.connection.clone();
    front_end.block_on(async {
        let mut heartbeat = create_client_heartbeat_connection(&connection).await.unwrap();
        tokio::time::timeout(Duration::from_secs(30), heartbeat.single_heartbeat())
            .await
            .expect("the heart beats")
            .unwrap();
    });
    assert_eq!(front_end.control(KernelInfoRequest {}).message_type(), "kernel_info_reply");
    assert_eq!(front_end.run("6 * 7").result().as_deref(), Some("42"));
}

/// The ports of a kernel's sockets, and what connects to each.
fn sockets(front_end: &FrontEnd) -> [(u16, &'static str); 5] {
    let ConnectionInfo { shell_port, control_port, stdin_port, iopub_port, hb_port, .. } =
        front_end.connection;
    [
        (shell_port, "DEALER"),
        (control_port, "DEALER"),
        (stdin_port, "DEALER"),
        (iopub_port, "SUB"),
        (hb_port, "REQ"),
    ]
}

#[test]
fn noise_on_every_socket_is_survived() {
    let (mut front_end, log) = start_with_log();
    // Some of the noise may be a subscription.
    front_end.allow_strangers();
    let mut noise = Noise(7);
    for (port, kind) in sockets(&front_end) {
        let connect = || TcpStream::connect(("127.0.0.1", port)).unwrap();
        for length in [0, 1, 63, 64, 65, 5_000] {
            // The kernel may have hung up.
            let _ = connect().write_all(&noise.bytes(length));
        }
        for last in 0..8 {
            let mut stream = connect();
            stream.write_all(&handshake(kind)).unwrap();
            thread::sleep(Duration::from_millis(20));
            // Messages of random parts; the last frame is cut off, or a command of noise.
            let mut sent = Vec::new();
            for _ in 0..20 {
                let length = noise.byte() % 40;
                sent.extend([noise.byte() & 1, length]);
                sent.extend(noise.bytes(length.into()));
            }
            sent.extend([if last % 2 == 0 { 4 } else { 0 }, 30]);
            sent.extend(noise.bytes(if last < 4 { 30 } else { 10 }));
            let _ = stream.write_all(&sent);
        }
    }
    thread::sleep(Duration::from_millis(200));
    is_well(&mut front_end);
    // A socket that fails for ever would keep a processor busy.
    let used = |front_end: &FrontEnd| {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", front_end.kernel.id())).unwrap();
        let fields: Vec<u64> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .filter_map(|f| f.parse().ok())
            .collect();
        fields[10] + fields[11]
    };
    let before = used(&front_end);
    thread::sleep(Duration::from_secs(1));
    assert!(used(&front_end) - before < 50, "the kernel is busy with nothing");
    assert_eq!(front_end.shut_down(), Some(0));
    let log = log.end();
    assert!(!log.contains("panicked"), "{log}");
    assert!(log.contains("refused a message on the shell socket: the delimiter"), "{log}");
}

#[test]
fn messages_that_are_cut_off_or_forged_are_refused_in_a_line() {
    let (mut front_end, log) = start_with_log();
    let forged = ConnectionInfo { key: "not the key".to_owned(), ..front_end.connection.clone() };
    let frames = |parts: &[&str]| {
        let mut message = ZmqMessage::from(parts[0].to_owned());
        for part in &parts[1..] {
            message.push_back(part.as_bytes().to_vec().into());
        }
        message
    };
    front_end.block_on(async {
        let identity = peer_identity_for_session("stranger").unwrap();
        let mut shell = create_client_shell_connection_with_identity(&forged, "stranger", identity)
            .await
            .unwrap();
        for parts in [
            &["nothing"][..],
            &["<IDS|MSG>"],
            &["<IDS|MSG>", "00"],
            &["<IDS|MSG>", "00", "{}", "{}"],
            &["<IDS|MSG>", "no hex", "{}", "{}", "{}", "{}"],
        ] {
            shell.socket.send(frames(parts)).await.unwrap();
        }
        shell.send(ExecuteRequest::new("std::process::exit(1)".to_owned()).into()).await.unwrap();
    });
    // Signed, but not what a request is.
    let malformed =
        UnknownMessage { msg_type: "execute_request".into(), content: json!({ "code": 7 }) };
    let id = front_end.send(malformed);
    let JupyterMessageContent::ExecuteReply(reply) = front_end.read_shell(&id).content else {
        panic!("no reply to a malformed request")
    };
    assert_eq!(reply.status, ReplyStatus::Error);
    assert_eq!(reply.error.unwrap().ename, "MalformedRequest");
    is_well(&mut front_end);
    assert_eq!(front_end.shut_down(), Some(0));
    let log = log.end();
    let refused: Vec<&str> = log.lines().filter(|line| line.contains("refused")).collect();
    let said = |text: &str| refused.iter().filter(|line| line.contains(text)).count();
    assert_eq!(said("the delimiter <IDS|MSG> or the signature is missing"), 2, "{log}");
    assert_eq!(said("it has 0 of the 4 parts"), 1, "{log}");
    assert_eq!(said("it has 2 of the 4 parts"), 1, "{log}");
    assert_eq!(said("not made with this kernel's key"), 2, "{log}");
    assert_eq!(said("refused the content of execute_request: invalid type"), 1, "{log}");
    assert_eq!(refused.len(), 7, "{log}");
}

#[test]
fn a_client_may_disappear_while_its_cell_runs() {
    let mut front_end = FrontEnd::shared();
    let connection = front_end.connection.clone();
    let gate = Gate::new();
    let code = format!("println!(\"begun\");\n{}\nprintln!(\"alone\");", gate.rust());
    let request: JupyterMessage = ExecuteRequest::new(code).into();
    let id = request.header.msg_id.clone();
    front_end.adopt(&request);
    let shell = front_end.block_on(async {
        let identity = peer_identity_for_session("leaver").unwrap();
        let mut shell =
            create_client_shell_connection_with_identity(&connection, "leaver", identity)
                .await
                .unwrap();
        shell.send(request).await.unwrap();
        shell
    });
    front_end.await_shown(&id, |shown| stdout(shown) == "begun\n");
    front_end.block_on(async { drop(shell) });
    gate.open();
    // Others see what it does, and go on.
    let published = front_end.published(&id);
    let texts: Vec<&str> = published
        .iter()
        .filter_map(|message| match &message.content {
            JupyterMessageContent::StreamContent(stream) => Some(&stream.text[..]),
            _ => None,
        })
        .collect();
    assert_eq!(texts.concat(), "begun\nalone\n");
    is_well(&mut front_end);
}

#[test]
fn ten_thousand_cells_may_wait() {
    const CELLS: usize = 10_000;
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("1").is_ok());
    let gate = Gate::new();
    let code = format!("{}\npanic!(\"no\")", gate.rust());
    let fails = front_end.send(ExecuteRequest::new(code));
    let waiting: Vec<String> = (0..CELLS)
        .map(|_| front_end.send(ExecuteRequest::new("println!(\"it ran\")".to_owned())))
        .collect();
    // Requests are read in their order: all cells wait when this one is answered.
    let id = front_end.send(KernelInfoRequest {});
    front_end.read_shell(&id);
    gate.open();
    assert_eq!(front_end.collect(&fails).error().1, "no");
    for id in waiting {
        let run = front_end.collect(&id);
        assert_eq!((run.reply.status, run.shown.len()), (ReplyStatus::Aborted, 0));
    }
    is_well(&mut front_end);
}

#[test]
fn a_cell_of_fifty_megabytes_is_refused() {
    let mut front_end = FrontEnd::start();
    let run = front_end.run(&format!("let text = \"{}\";", "x".repeat(50 << 20)));
    let [Shown::Error { ename, evalue, .. }] = &run.shown[..] else {
        panic!("{:?}", run.shown.len())
    };
    assert_eq!(ename, "TooLong");
    assert!(evalue.starts_with("the cell has 50 MB of code"), "{evalue}");
    is_well(&mut front_end);
}

#[test]
fn an_announced_length_takes_no_memory() {
    let mut front_end = FrontEnd::start();
    is_well(&mut front_end);
    let before = kilobytes(front_end.kernel.id()) / 1024;
    let mut open = Vec::new();
    for (port, kind) in sockets(&front_end) {
        for length in [1 << 30, u64::MAX] {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(&handshake(kind)).unwrap();
            thread::sleep(Duration::from_millis(50));
            // The header of a long frame, and a little of the frame.
            let mut frame = vec![2];
            frame.extend(length.to_be_bytes());
            frame.extend([7; 1000]);
            let _ = stream.write_all(&frame);
            open.push(stream);
        }
    }
    thread::sleep(Duration::from_millis(200));
    is_well(&mut front_end);
    let after = kilobytes(front_end.kernel.id()) / 1024;
    assert!(after < before + 500, "{before} MB, then {after} MB");
}
