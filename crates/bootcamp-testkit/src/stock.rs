//! The stock kernel, which ours is compared with.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use jupyter_protocol::KernelInfoRequest;

use crate::FrontEnd;
use crate::program::program;

/// The stock kernel's program, which `cargo build --workspace` puts beside ours.
pub fn stock_program() -> PathBuf {
    program("evcxr-stock")
}

/// Starts the stock kernel; its ports are open then.
pub fn start_stock(prepare: impl FnOnce(&mut Command)) -> FrontEnd {
    let mut command = Command::new(stock_program());
    // When it is killed, it leaves there what it has compiled.
    let folder = tempfile::tempdir().expect("a folder");
    command.env("TMPDIR", folder.path());
    prepare(&mut command);
    let mut front_end = FrontEnd::start_command(command);
    front_end.folders.push(folder);
    front_end
}

/// Waits until what a kernel publishes is received: the stock kernel does not say that it
/// has noticed its listener.
pub fn await_listener(front_end: &mut FrontEnd) {
    loop {
        let id = front_end.send(KernelInfoRequest {});
        front_end.read_shell(&id);
        if front_end.listens(Duration::from_millis(200)) {
            return;
        }
    }
}
