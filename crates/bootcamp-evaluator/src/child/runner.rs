//! Loads compiled cells and calls them.

use std::ffi::c_void;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;
use std::time::Instant;
use std::{ptr, slice};

use libloading::Library;

use super::link::{FromChild, Link, Report};
use super::raw_report::{RawReport, Reporter};
use crate::evcxr_words::PANIC_LINE;
use crate::phases::{Times, milliseconds};
use crate::signals::Signals;

/// A cell's function. It takes the variables and returns them.
type Cell = extern "C" fn(*mut c_void) -> *mut c_void;
type Watch = unsafe extern "C" fn(*const AtomicU8);

/// Where panics are reported; a hook is a plain function and cannot carry it.
static LINK: OnceLock<Link> = OnceLock::new();

/// Loads the support library and the prebuilt `bootcamp`, which uses the standard library that the
/// support library has loaded.
pub(super) fn load(support: &Path, prelude: &Path) -> anyhow::Result<[Library; 2]> {
    // SAFETY: the prebuilt image's own libraries; they run no code when they are loaded.
    unsafe { Ok([Library::new(support)?, Library::new(prelude)?]) }
}

/// Loads a standard library, which the image's libraries then find by its name. It is never
/// unloaded.
pub(super) fn load_standard(standard: &Path) -> anyhow::Result<()> {
    // SAFETY: it is Rust's own, and runs no code when it is loaded.
    std::mem::forget(unsafe { Library::new(standard)? });
    Ok(())
}

/// Runs cells one after the other and keeps their variables.
pub(super) struct Runner {
    support: Library,
    /// It is loaded before the cells, so that they find it.
    _prelude: Library,
    variables: *mut c_void,
    signals: &'static Signals,
}

impl Runner {
    /// Loads the libraries that cells need, and sends panics over `link`. `bootcamp` gets the flag
    /// of an interrupt, for the code that asks it.
    pub(super) fn new(
        support: &Path,
        prelude: &Path,
        link: Link,
        signals: &'static Signals,
    ) -> anyhow::Result<Self> {
        let _ = LINK.set(link);
        let [support, prelude] = load(support, prelude)?;
        // SAFETY: `support.rs` declares the function with this type, and `RawReport` has
        // the layout of its `Report`.
        unsafe {
            support.get::<extern "C" fn(Reporter)>(b"bootcamp_support_install")?(report);
        }
        // SAFETY: `bootcamp-cell` declares the function with this type; the flag is mapped
        // for as long as the process lives.
        unsafe {
            prelude.get::<Watch>(b"bootcamp_cell_watch")?(signals.flag());
        }
        Ok(Self { support, _prelude: prelude, variables: ptr::null_mut(), signals })
    }

    /// Calls a cell. Returns the lines that its code printed for evcxr.
    pub(super) fn run(&mut self, library: &str, function: &str) -> anyhow::Result<Vec<String>> {
        let started = Instant::now();
        // SAFETY: evcxr compiled the library for this process, from the user's cell; what
        // it does when loaded is the user's code, as is all that it does later.
        let cell = unsafe { Library::new(library)? };
        let load_ms = milliseconds(started);
        let (started, [user, system]) = (Instant::now(), cpu_times());
        // SAFETY: evcxr generates the function with this type.
        let function = unsafe { cell.get::<Cell>(function.as_bytes())? };
        self.signals.set_running(true);
        if self.signals.is_asked() {
            // The cell was interrupted before it began. evcxr is told that it panicked.
            writeln!(io::stdout(), "{PANIC_LINE}")?;
        } else {
            // The function gets the pointer that the cell before it returned (null at first), as
            // from evcxr's own runtime.
            self.variables = function(self.variables);
        }
        self.signals.set_running(false);
        // The library stays loaded: variables, threads and thread-local destructors point into it.
        std::mem::forget(cell);
        // SAFETY: `support.rs` declares the function with this type.
        unsafe {
            self.support.get::<extern "C" fn()>(b"bootcamp_support_flush")?();
        }
        let (run_ms, [user_now, system_now]) = (milliseconds(started), cpu_times());
        let (user_ms, system_ms) = (user_now - user, system_now - system);
        let times = Times { load_ms, run_ms, user_ms, system_ms };
        let link = LINK.get().ok_or_else(|| anyhow::anyhow!("no connection to the kernel"))?;
        Ok(link.send(&FromChild::Ended(times))?.forward)
    }
}

/// Returns the CPU times of this process so far, in user code and in the system, in milliseconds.
fn cpu_times() -> [f64; 2] {
    // SAFETY: the call fills the structure, for which all zeros are a valid value, too.
    let usage = unsafe {
        let mut usage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    [usage.ru_utime, usage.ru_stime]
        .map(|time| time.tv_sec as f64 * 1e3 + time.tv_usec as f64 / 1e3)
}

/// Reports a panic to the kernel. The panic hook calls this in the thread that panicked. Returns
/// true if the kernel has the report, and the panic need not be printed.
extern "C" fn report(raw: *const RawReport) -> bool {
    // SAFETY: the support library calls this with a pointer to a report on its stack,
    // whose pointers and lengths are those of strings alive during the call.
    let (raw, text) = unsafe {
        let raw = &*raw;
        let text = |data, len| String::from_utf8_lossy(slice::from_raw_parts(data, len));
        let parts = [
            text(raw.kind, raw.kind_len).into_owned(),
            text(raw.message, raw.message_len).into_owned(),
            text(raw.file, raw.file_len).into_owned(),
            text(raw.calls, raw.calls_len).into_owned(),
        ];
        (raw, parts)
    };
    let [kind, message, file, calls] = text;
    // The first thread of a process has the id of the process.
    let in_cell_thread = rustix::thread::gettid() == rustix::process::getpid();
    let report = Report {
        kind,
        message,
        file,
        line: raw.line as usize,
        column: raw.column as usize,
        in_cell_thread,
        calls: calls.lines().map(str::to_owned).collect(),
    };
    LINK.get().is_some_and(|link| link.send(&FromChild::Panicked(report)).is_ok())
}
