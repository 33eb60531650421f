//! Two bytes that the kernel, its child and its cargo stand-in share.
//!
//! The bytes are a mapped file of the working folder. Reading them costs nothing, and no message
//! about an older cell can arrive late.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::{self, JoinHandle};

pub use bootcamp_protocol::processes::POLL_INTERVAL;
use bootcamp_protocol::processes::{Signal, signal_with_descendants};
use rustix::mm::{MapFlags, ProtFlags, mmap};

/// The file's name.
pub(crate) const FILE: &str = "signals";
/// The content of the file at first.
pub(crate) const EMPTY: [u8; size_of::<Signals>()] = [0; size_of::<Signals>()];

/// The signals between the processes of a kernel about the running cell.
#[derive(Debug)]
#[repr(C)]
pub struct Signals {
    /// Nonzero if the cell is to stop. The kernel sets it.
    asked: AtomicU8,
    /// Nonzero while the cell's own code runs. The child sets it.
    running: AtomicU8,
}

impl Signals {
    /// Maps the file in a working folder, for as long as the process lives.
    ///
    /// # Errors
    /// When the folder has no such file.
    pub fn open(work: &Path) -> io::Result<&'static Self> {
        let file = File::options().read(true).write(true).open(work.join(FILE))?;
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping of whole pages, which is never unmapped. All processes read
        // and write it by atomic operations only, and any bytes are a valid value.
        unsafe {
            let page =
                mmap(std::ptr::null_mut(), size_of::<Self>(), access, MapFlags::SHARED, &file, 0)?;
            Ok(&*page.cast::<Self>())
        }
    }

    /// Asks the cell to stop.
    pub fn ask(&self) {
        self.asked.store(1, Ordering::SeqCst);
    }

    /// Prepares for a new cell, which has not been asked to stop.
    pub fn clear(&self) {
        self.asked.store(0, Ordering::SeqCst);
        self.running.store(0, Ordering::SeqCst);
    }

    /// Says whether the cell is to stop.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst) != 0
    }

    /// Returns the flag that the loops of a cell read.
    pub(crate) fn flag(&self) -> *const AtomicU8 {
        &raw const self.asked
    }

    /// Notes whether the cell's own code runs now.
    pub(crate) fn set_running(&self, running: bool) {
        self.running.store(running.into(), Ordering::SeqCst);
    }

    /// Says whether the cell's own code runs.
    pub fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst) != 0
    }
}

/// Ends a compiler and all processes that it started, if its cell is to stop. Drop it before
/// waiting for the process.
#[derive(Debug)]
pub(crate) struct CancelGuard {
    done: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl CancelGuard {
    /// Watches a process. Without a kernel (and its file in the working folder), there are no
    /// interrupts.
    pub(crate) fn of(child: &Child, work: &Path) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let process = child.id();
        let watcher = Signals::open(work).ok().map(|signals| {
            let done = Arc::clone(&done);
            thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    if signals.is_asked() {
                        return signal_with_descendants(process, Signal::Kill);
                    }
                    thread::park_timeout(POLL_INTERVAL);
                }
            })
        });
        Self { done, watcher }
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            let _ = watcher.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn all_who_map_the_file_see_the_same() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Signals::open(folder.path()).is_err());
        std::fs::write(folder.path().join(FILE), EMPTY).unwrap();
        let (one, other) =
            (Signals::open(folder.path()).unwrap(), Signals::open(folder.path()).unwrap());
        one.ask();
        other.set_running(true);
        assert!(other.is_asked() && one.is_running());
        one.clear();
        assert!(!other.is_asked() && !other.is_running());
    }

    #[test]
    fn what_nobody_wants_any_more_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), EMPTY).unwrap();
        let mut child = Command::new("sh").args(["-c", "sleep 60; true"]).spawn().unwrap();
        let guard = CancelGuard::of(&child, folder.path());
        Signals::open(folder.path()).unwrap().ask();
        while child.try_wait().unwrap().is_none() {
            thread::sleep(POLL_INTERVAL);
        }
        drop(guard);
        assert!(!child.wait().unwrap().success());
    }
}
