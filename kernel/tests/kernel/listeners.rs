//! Who listens to what the kernel publishes, and how.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::hostile::handshake;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Shown;

/// A listener that subscribes to everything and reads nothing.
fn deaf(front_end: &mut FrontEnd) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", front_end.connection.iopub_port)).unwrap();
    stream.write_all(&handshake("SUB")).unwrap();
    // A frame of one byte, which says that all topics are wanted.
    stream.write_all(&[0, 1, 1]).unwrap();
    // Everybody is told that it is heard.
    front_end.read_welcome();
    stream
}

#[test]
fn a_listener_that_never_reads_is_left_out_and_the_others_hear_everything() {
    const PICTURES: usize = 40;
    let mut front_end = FrontEnd::start();
    let mut deaf = deaf(&mut front_end);
    let code = format!(
        "for _ in 0..{PICTURES} {{\n    bootcamp::cell::display(&bootcamp::cell::Bundle::new()\
         .text(\"text/plain\", \"x\".repeat(1 << 20)));\n}}"
    );
    for _ in 0..2 {
        let run = front_end.run(&code);
        assert!(run.is_ok());
        let shown = run.shown.iter().filter(|shown| matches!(shown, Shown::Display(_)));
        assert_eq!(shown.count(), PICTURES);
    }
    // What was on its way to it is there, and then the connection ends.
    let mut heard = 0;
    let mut buffer = vec![0; 1 << 20];
    deaf.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let end = loop {
        match deaf.read(&mut buffer) {
            Ok(length @ 1..) => heard += length,
            end => break end,
        }
    };
    let is_open = end.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    assert!(!is_open, "it is still connected");
    assert!(heard < PICTURES << 20, "{heard} bytes");
}

#[test]
fn what_waits_for_a_listener_takes_little_memory() {
    let mut front_end = FrontEnd::start();
    let _deaf = deaf(&mut front_end);
    let code = "for _ in 0..100 {\n    bootcamp::cell::display(&bootcamp::cell::Bundle::new()\
                .text(\"text/plain\", \"x\".repeat(10 << 20)));\n}";
    assert!(front_end.run(code).is_ok());
    let process = front_end.kernel.id();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = most.trim().trim_end_matches(" kB").parse().unwrap();
    // A gigabyte was shown; some copies of a picture are in the works.
    assert!(kilobytes < 700 << 10, "{most}");
}
