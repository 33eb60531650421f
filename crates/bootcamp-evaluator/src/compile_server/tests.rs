//! A compile server whose process is played, and its owner.

use std::io::{self, BufReader};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::{fs, thread};

use super::owner::{CompileServer, Library};
use super::{Connection, Message, Order, Return};
use crate::cell::Cell;
use crate::evaluator::Ending;
use crate::evcxr_words::PANIC_LINE;
use crate::signals::{EMPTY, FILE, POLL_INTERVAL, Signals};

/// A compile server whose process is played by `play`.
fn played(play: impl FnOnce(Connection) + Send + 'static) -> CompileServer {
    let work = tempfile::tempdir().unwrap();
    fs::write(work.path().join(FILE), EMPTY).unwrap();
    let signals = Signals::open(work.path()).unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(POLL_INTERVAL)).unwrap();
    thread::spawn(move || play(Connection(BufReader::new(theirs))));
    let process = Command::new("true").spawn().unwrap();
    CompileServer { process, connection: Connection(BufReader::new(ours)), signals, is_gone: false }
}

fn cell() -> Cell {
    Cell::whole("let x = 1;".to_owned(), "cell [1]")
}

fn compiled(connection: &mut Connection, function: &str) {
    let library = Library { path: PathBuf::new(), function: function.to_owned() };
    connection.send(&Message::Call(library)).unwrap();
}

#[test]
fn a_cell_is_compiled_then_settled() {
    let mut compile_server = played(|mut connection| {
        let Ok(Some(Order::Run(_))) = connection.receive() else { panic!() };
        compiled(&mut connection, "first");
        let Ok(Some(Return::Ended(_))) = connection.receive() else { panic!() };
        compiled(&mut connection, "again");
        let Ok(Some(Return::Ended(lines))) = connection.receive() else { panic!() };
        connection.send(&Message::Ended(Ending::ProcessEnded(lines.concat()))).unwrap();
    });
    let mut cell = compile_server.compile(&cell(), || false).unwrap();
    assert_eq!(cell.library().function, "first");
    assert!(cell.settle(&Return::new(true), || false).is_none());
    assert_eq!(cell.library().function, "again");
    let ending = cell.settle(&Return::Ended(vec!["lines".to_owned()]), || false);
    assert!(matches!(ending, Some(Ending::ProcessEnded(lines)) if lines == "lines"));
}

#[test]
fn a_cell_that_is_dropped_has_failed_and_another_one_is_compiled() {
    let mut compile_server = played(|mut connection| {
        for function in ["dropped", "settled"] {
            let Ok(Some(Order::Run(_))) = connection.receive() else { panic!() };
            compiled(&mut connection, function);
            let Ok(Some(Return::Ended(lines))) = connection.receive() else { panic!() };
            assert_eq!(lines == [PANIC_LINE], function == "dropped");
            connection.send(&Message::Ended(Ending::Ran(None))).unwrap();
        }
    });
    let early_error = |compile_server: &mut CompileServer| -> io::Result<()> {
        let _cell = compile_server.compile(&cell(), || false).unwrap();
        Err(io::ErrorKind::Other.into())
    };
    early_error(&mut compile_server).unwrap_err();
    assert!(!compile_server.is_gone());
    let mut cell = compile_server.compile(&cell(), || false).unwrap();
    assert_eq!(cell.library().function, "settled");
    assert!(matches!(cell.settle(&Return::new(true), || false), Some(Ending::Ran(None))));
}

#[test]
fn a_compile_server_that_dies_ends_its_cell() {
    let dies = |mut connection: Connection| {
        let Ok(Some(Order::Run(_))) = connection.receive() else { panic!() };
        compiled(&mut connection, "first");
    };
    let mut compile_server = played(dies);
    let mut settled = compile_server.compile(&cell(), || false).unwrap();
    let Some(Ending::Failed(failure)) = settled.settle(&Return::Died, || false) else { panic!() };
    assert_eq!(failure.ename, "CompileServerEnded");
    drop(settled);
    assert!(compile_server.is_gone());
    let mut compile_server = played(dies);
    drop(compile_server.compile(&cell(), || false).unwrap());
    assert!(compile_server.is_gone());
}
