//! Kernels that several tests use, one after the other.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::FrontEnd;

/// Those that no test uses now.
static IDLE: Mutex<Vec<FrontEnd>> = Mutex::new(Vec::new());

/// A kernel for a test that leaves it as it was: without variables, definitions, crates and
/// settings of its own. Its cells have numbers that depend on other tests.
#[derive(Debug)]
pub struct Shared(Option<FrontEnd>);

impl FrontEnd {
    /// A kernel in which nothing is defined; another test may have used it.
    pub fn shared() -> Shared {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // Nobody shuts them down: they see that these tests have ended.
        let parent = std::process::id().to_string();
        let start = || {
            Self::start_with(|command| {
                command.env("JPY_PARENT_PID", parent);
            })
        };
        Shared(Some(idle.unwrap_or_else(start)))
    }
}

impl Deref for Shared {
    type Target = FrontEnd;

    fn deref(&self) -> &FrontEnd {
        self.0.as_ref().expect("there until it is dropped")
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut FrontEnd {
        self.0.as_mut().expect("there until it is dropped")
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Nobody knows what a failed test has left.
        let front_end = self.0.take().filter(|_| !std::thread::panicking());
        let Some(mut front_end) = front_end else { return };
        let run = front_end.run("%reset -f");
        assert!(run.is_ok() && run.shown.is_empty(), "{run:#?}");
        if let Err(complaint) = front_end.settle() {
            panic!("{complaint}");
        }
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(front_end);
    }
}
