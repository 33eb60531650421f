//! The report of a panic, as the support library hands it to the child's program. Each of the two
//! compiles this file.

/// The report. The texts are UTF-8 and are there for as long as the call takes.
#[repr(C)]
pub(crate) struct RawReport {
    pub(crate) kind: *const u8,
    pub(crate) kind_len: usize,
    pub(crate) message: *const u8,
    pub(crate) message_len: usize,
    pub(crate) file: *const u8,
    pub(crate) file_len: usize,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) calls: *const u8,
    pub(crate) calls_len: usize,
}

/// Takes a report, and returns whether the child keeps it, so that it need not be printed.
pub(crate) type Reporter = extern "C" fn(*const RawReport) -> bool;
