//! Stopping a running cell without losing its variables.
//!
//! An interrupt sets a flag. Code that runs for long asks for it now and then, by
//! [`check_interrupt`], which ends the cell as a panic would: what the cell only borrowed is
//! still there. A cell that never asks is ended with its process, and all variables with it.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};
use std::time::{Duration, Instant};
use std::{ptr, thread};

use bootcamp_protocol::processes::POLL_INTERVAL;

/// Where the kernel writes that the cell is to stop; null where there is no such kernel.
static FLAG: AtomicPtr<AtomicU8> = AtomicPtr::new(ptr::null_mut());

/// What an interrupted cell unwinds with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupt;

/// Whether the running cell was asked to stop. It costs about as much as reading a variable.
///
/// ```
/// assert!(!bootcamp_cell::interrupted());
/// ```
#[inline]
#[must_use]
pub fn interrupted() -> bool {
    let flag = FLAG.load(Ordering::Relaxed);
    // SAFETY: who called `bootcamp_cell_watch` keeps the flag for as long as the process lives.
    !flag.is_null() && unsafe { (*flag).load(Ordering::Relaxed) } != 0
}

/// Ends the cell here if it was asked to stop. For loops of your own that run for long:
///
/// ```
/// use bootcamp_cell::check_interrupt;
///
/// let mut sum = 0.0;
/// for k in 1..=1_000_000 {
///     sum += 1.0 / f64::from(k).powi(2);
///     if k % 1000 == 0 {
///         check_interrupt();
///     }
/// }
/// assert!((sum - 1.644_933).abs() < 1e-6);
/// ```
///
/// Values of the cell are dropped on the way, as at a panic; no panic message is shown.
#[inline]
pub fn check_interrupt() {
    if interrupted() {
        stop();
    }
}

#[cold]
fn stop() -> ! {
    resume_unwind(Box::new(Interrupt))
}

/// Waits, as [`std::thread::sleep`] does, and ends the cell when it is interrupted meanwhile.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// let started = Instant::now();
/// bootcamp_cell::sleep(Duration::from_millis(30));
/// assert!(started.elapsed() >= Duration::from_millis(30));
/// ```
pub fn sleep(duration: Duration) {
    let started = Instant::now();
    loop {
        check_interrupt();
        let Some(left) = duration.checked_sub(started.elapsed()).filter(|left| !left.is_zero())
        else {
            return;
        };
        thread::sleep(left.min(POLL_INTERVAL));
    }
}

/// Tells where the kernel writes that the cell is to stop: any value but 0.
///
/// # Safety
/// The flag has to stay where it is for as long as the process lives.
#[cfg(feature = "kernel")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bootcamp_cell_watch(flag: *const AtomicU8) {
    FLAG.store(flag.cast_mut(), Ordering::Relaxed);
}

#[cfg(all(test, feature = "kernel"))]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn an_interrupt_ends_what_asks_for_it() {
        static ASKED: AtomicU8 = AtomicU8::new(0);
        // SAFETY: a static stays.
        unsafe { bootcamp_cell_watch(&raw const ASKED) };
        check_interrupt();
        ASKED.store(1, Ordering::Relaxed);
        assert!(interrupted());
        let ended = catch_unwind(check_interrupt).unwrap_err();
        assert_eq!(ended.downcast_ref(), Some(&Interrupt));
        let started = Instant::now();
        assert!(catch_unwind(|| sleep(Duration::from_mins(1))).is_err());
        assert!(started.elapsed() < Duration::from_secs(30));
        ASKED.store(0, Ordering::Relaxed);
    }
}
