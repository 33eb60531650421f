//! The count of one progress bar.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Ending, Line};

#[derive(Debug)]
pub(super) struct Bar {
    label: Mutex<String>,
    total: Option<u64>,
    done: AtomicU64,
    started: Instant,
    /// How it ended, after how long and how many steps.
    end: OnceLock<(Ending, Duration, u64)>,
}

impl Bar {
    pub(super) fn new(total: Option<u64>) -> Self {
        Self {
            label: Mutex::default(),
            total,
            done: AtomicU64::new(0),
            started: Instant::now(),
            end: OnceLock::new(),
        }
    }

    pub(super) fn set_label(&self, label: String) {
        *self.label.lock().unwrap_or_else(PoisonError::into_inner) = label;
    }

    pub(super) fn add(&self, steps: u64) {
        self.done.fetch_add(steps, Ordering::Relaxed);
    }

    pub(super) fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.total.is_none()
    }

    /// Whether all steps are done.
    pub(super) fn is_complete(&self) -> bool {
        self.total.is_some_and(|total| self.done() >= total)
    }

    /// Ends it; false if it has ended before.
    pub(super) fn end(&self, ending: Ending) -> bool {
        self.end.set((ending, self.started.elapsed(), self.done())).is_ok()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.get().is_some()
    }

    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn line(&self) -> Line {
        let label = self.label.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (ending, elapsed, done) = match self.end.get() {
            Some((ending, elapsed, done)) => (Some(*ending), *elapsed, *done),
            None => (None, self.age(), self.done()),
        };
        Line { label, done, total: self.total, elapsed, ending }
    }
}
