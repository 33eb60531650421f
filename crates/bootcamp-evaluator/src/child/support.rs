// The child's support library. It is compiled separately (`rustc -Cprefer-dynamic`), so that it
// shares the standard library of the cells, with their panic hook and their buffers. The child's
// own program has a standard library of its own, which no cell sees.

#![allow(private_interfaces, reason = "nobody names the functions but by their symbols")]

mod raw_report;

use std::any::Any;
use std::backtrace::Backtrace;
use std::ffi::{c_char, c_int, c_void};
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use raw_report::{RawReport, Reporter};

/// The number of panics of a cell whose calls are looked up. A lookup takes some milliseconds, and
/// a cell may catch thousands of panics.
const LOOKED_UP: u32 = 3;
static PANICS: AtomicU32 = AtomicU32::new(0);

static REPORTER: OnceLock<Reporter> = OnceLock::new();

unsafe extern "C" {
    /// C's standard output.
    static stdout: *mut c_void;
    fn setvbuf(stream: *mut c_void, buffer: *mut c_char, mode: c_int, size: usize) -> c_int;
    fn fflush(stream: *mut c_void) -> c_int;
}

/// C's `_IOLBF`: a stream writes its buffer at the end of each line.
const LINE_BUFFERED: c_int = 1;

/// Sends every panic to `reporter`, and lets C libraries print by lines, as Rust does.
#[unsafe(no_mangle)]
pub extern "C" fn bootcamp_support_install(reporter: Reporter) {
    // SAFETY: the C library's own stream, before anything was written to it.
    unsafe { setvbuf(stdout, std::ptr::null_mut(), LINE_BUFFERED, 0) };
    let _ = REPORTER.set(reporter);
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !report(info) {
            default(info);
        }
    }));
}

/// Ends a cell: writes out the output that the standard libraries of Rust and C still hold.
#[unsafe(no_mangle)]
pub extern "C" fn bootcamp_support_flush() {
    PANICS.store(0, Ordering::Relaxed);
    let _ = std::io::stdout().flush();
    // SAFETY: a null stream means all of them.
    unsafe { fflush(std::ptr::null_mut()) };
}

fn report(info: &PanicHookInfo<'_>) -> bool {
    let Some(reporter) = REPORTER.get() else { return false };
    let Some(location) = info.location() else { return false };
    let (kind, message) = describe(info.payload());
    let file = location.file();
    let calls = calls();
    reporter(&RawReport {
        kind: kind.as_ptr(),
        kind_len: kind.len(),
        message: message.as_ptr(),
        message_len: message.len(),
        file: file.as_ptr(),
        file_len: file.len(),
        line: location.line(),
        column: location.column(),
        calls: calls.as_ptr(),
        calls_len: calls.len(),
    })
}

/// Returns the functions of cells that were being called, the innermost first, a line each. evcxr
/// names the crate of every cell `ctx`.
fn calls() -> String {
    if PANICS.fetch_add(1, Ordering::Relaxed) >= LOOKED_UP {
        return String::new();
    }
    let trace = Backtrace::force_capture().to_string();
    let names = trace.lines().filter_map(|line| {
        let (number, name) = line.trim_start().split_once(": ")?;
        number.parse::<u32>().ok()?;
        name.strip_prefix("ctx::")
    });
    names.flat_map(|name| [name, "\n"]).collect()
}

fn describe(payload: &dyn Any) -> (&str, &str) {
    // The payload is that of a failed `?` at the top level of a cell: the type of the error and its
    // text, which the compiler role puts there.
    if let Some((kind, message)) = payload.downcast_ref::<(&'static str, String)>() {
        return (kind, message);
    }
    let message = payload.downcast_ref::<&'static str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    ("panic", message.unwrap_or("a value that is not text"))
}
