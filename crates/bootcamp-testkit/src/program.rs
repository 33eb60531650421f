//! The kernel's program, and where things of tests are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the kernel's program to those that cargo does not build beside it.
const KERNEL_VARIABLE: &str = "BOOTCAMP_KERNEL";

/// The folder into which cargo has built the programs: above that of this one, which is a test's
/// or a benchmark's.
fn programs() -> PathBuf {
    let own = env::current_exe().expect("this program has a file");
    own.ancestors().nth(2).expect("a folder of programs").to_owned()
}

/// The program of this name that the same cargo has built, as `cargo build --workspace` does.
pub(crate) fn program(name: &str) -> PathBuf {
    let kernel = env::var_os(KERNEL_VARIABLE).map(PathBuf::from);
    let folder = kernel.as_deref().and_then(Path::parent).map_or_else(programs, Path::to_owned);
    let program = folder.join(name);
    assert!(program.is_file(), "{name} is missing: run `cargo build --release --workspace`");
    program
}

/// A folder for what tests keep from run to run.
pub fn folder() -> PathBuf {
    programs().parent().expect("the target folder").join("tmp")
}

/// The kernel's program; it keeps its history away from that of the person who tests.
pub fn kernel() -> Command {
    let mut command = Command::new(program("bootcamp-kernel"));
    command.env("XDG_STATE_HOME", folder().join("state"));
    command
}

/// A path for a file that the kernel must not be able to write.
pub fn nowhere() -> PathBuf {
    PathBuf::from("/proc/nowhere")
}
