//! Loading a compiled cell and calling it.

use std::ffi::c_void;
use std::path::Path;
use std::sync::OnceLock;
use std::{ptr, slice};

use libloading::Library;

use super::link::{FromChild, Link, Report};

/// A cell's function: it is given the variables and gives them back.
type Cell = extern "C" fn(*mut c_void) -> *mut c_void;
type Reporter = extern "C" fn(*const RawReport) -> bool;

/// The support library's `Report`.
#[repr(C)]
struct RawReport {
    kind: *const u8,
    kind_len: usize,
    message: *const u8,
    message_len: usize,
    file: *const u8,
    file_len: usize,
    line: u32,
    column: u32,
}

/// Where panics are reported; a hook is a plain function and cannot carry it.
static LINK: OnceLock<Link> = OnceLock::new();

/// Runs cells one after the other and keeps their variables.
pub(super) struct Runner {
    support: Library,
    variables: *mut c_void,
}

impl Runner {
    /// Loads the support library and sends panics over `link`.
    pub(super) fn new(support: &Path, link: Link) -> anyhow::Result<Self> {
        let _ = LINK.set(link);
        // SAFETY: the kernel's own library, built with it from `support.rs`; it runs no
        // code when it is loaded.
        let support = unsafe { Library::new(support)? };
        // SAFETY: `support.rs` declares the function with this type, and `RawReport` has
        // the layout of its `Report`.
        unsafe {
            support.get::<extern "C" fn(Reporter)>(b"bootcamp_support_install")?(report);
        }
        Ok(Self { support, variables: ptr::null_mut() })
    }

    /// Calls a cell; gives the lines that its code printed for evcxr.
    pub(super) fn run(&mut self, library: &str, function: &str) -> anyhow::Result<Vec<String>> {
        // SAFETY: evcxr compiled the library for this process, from the user's cell; what
        // it does when loaded is the user's code, as is all that it does later.
        let cell = unsafe { Library::new(library)? };
        // SAFETY: evcxr generates the function with this type. It gets the pointer that
        // the cell before it returned (null at first), as evcxr's own runtime does.
        unsafe {
            let run = cell.get::<Cell>(function.as_bytes())?;
            self.variables = run(self.variables);
        }
        // Variables, threads and thread-local destructors point into the library.
        std::mem::forget(cell);
        // SAFETY: `support.rs` declares the function with this type.
        unsafe {
            self.support.get::<extern "C" fn()>(b"bootcamp_support_flush")?();
        }
        let link = LINK.get().ok_or_else(|| anyhow::anyhow!("no connection to the kernel"))?;
        Ok(link.say(&FromChild::Ended)?.forward)
    }
}

/// Called by the panic hook, in whatever thread panicked. True when the kernel has the
/// report and the panic need not be printed.
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
        ];
        (raw, parts)
    };
    let [kind, message, file] = text;
    // The kernel knows a process's first thread by its id.
    let in_cell_thread = rustix::thread::gettid() == rustix::process::getpid();
    let report = Report {
        kind,
        message,
        file,
        line: raw.line as usize,
        column: raw.column as usize,
        in_cell_thread,
    };
    LINK.get().is_some_and(|link| link.say(&FromChild::Panicked(report)).is_ok())
}
