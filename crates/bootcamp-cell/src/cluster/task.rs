//! A list of tasks, on an engine: what its kernel asks of the process in which cells run.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::{fs, io};

use bootcamp_protocol::Function;
use bootcamp_protocol::files::{INPUT, OUTPUT};

use super::function;
use super::value::folder;

/// The function that [`TASK`](bootcamp_protocol::files::TASK) names. Called as a cell is; it leaves
/// the variables alone.
#[unsafe(no_mangle)]
pub extern "C" fn bootcamp_cell_task(variables: *mut c_void) -> *mut c_void {
    // A panic is told in its task's outcome, not in the engine's output.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let ended = catch_unwind(AssertUnwindSafe(run));
    set_hook(hook);
    let written = match ended.unwrap_or_else(|_| Err("the list cannot be run".to_owned())) {
        Ok(results) => leave(0, &results),
        Err(why) => leave(1, why.as_bytes()),
    };
    // Without the file, the engine says that there is no result.
    let _ = written;
    variables
}

fn run() -> Result<Vec<u8>, String> {
    let folder = folder().map_err(|error| error.to_string())?;
    let input = fs::read(folder.join(INPUT)).map_err(|error| error.to_string())?;
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let function: Function =
        serde_json::from_slice(&input[..end]).map_err(|error| error.to_string())?;
    let arguments = input.get(end + 1..).unwrap_or_default();
    // SAFETY: the engine writes the file, and only for a function that a kernel's cell has made
    // with `function::sent`. It took the library from a kernel of its own build, and keeps it only
    // if it has the SHA-256 by which the kernel names it. It runs this code in the files of that
    // kernel's prebuilt image, which it has compared by SHA-256, too: this crate and the standard library
    // are those against which the library was compiled.
    unsafe { function::run(&function, arguments) }
}

fn leave(kind: u8, bytes: &[u8]) -> io::Result<()> {
    let folder = folder().map_err(io::Error::other)?;
    let mut output = Vec::with_capacity(bytes.len() + 1);
    output.push(kind);
    output.extend_from_slice(bytes);
    fs::write(folder.join(OUTPUT), output)
}
