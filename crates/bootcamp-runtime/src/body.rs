//! Running a cell's own code.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bootcamp_protocol::evcxr::PANIC_NOTIFICATION;

/// Calls the code of a cell. A panic ends it, and is told to evcxr; the variables that the
/// code only borrowed are still there.
///
/// ```
/// use bootcamp_runtime::body::run;
///
/// let mut steps = 0;
/// run(|| steps += 1);
/// run(|| panic!("only this cell"));
/// assert_eq!(steps, 1);
/// ```
#[inline]
pub fn run<F: FnOnce() -> T, T>(code: F) {
    unsafe fn call<F: FnOnce() -> T, T>(code: *mut u8) {
        // SAFETY: `run` gives the place of its closure, once, and does not use it again.
        let code = unsafe { code.cast::<F>().read() };
        code();
    }
    let mut code = ManuallyDrop::new(code);
    catch(call::<F, T>, (&raw mut code).cast());
}

/// The part that does not depend on the code.
#[inline(never)]
#[expect(clippy::print_stdout, reason = "evcxr reads this line")]
fn catch(call: unsafe fn(*mut u8), code: *mut u8) {
    // SAFETY: `run` is the only caller, and gives a function and what it is for.
    if catch_unwind(AssertUnwindSafe(|| unsafe { call(code) })).is_err() {
        println!("{PANIC_NOTIFICATION}");
    }
}
