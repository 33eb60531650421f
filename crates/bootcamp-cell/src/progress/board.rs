//! Where progress bars are shown: one display for a bar and those within it.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::bar::Bar;
use super::line::{Line, bundle};
use crate::{DisplayHandle, channel, display_with_id};

/// How long a state is shown at least.
const INTERVAL: Duration = Duration::from_millis(100);
/// The end of an inner bar that took so long is shown whatever was shown before.
const LONG: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Board {
    place: Place,
    /// The outermost bar first. Held while a state is sent, so that none overtakes another.
    bars: Mutex<Vec<Arc<Bar>>>,
    started: Instant,
    /// The time, in milliseconds from the start, before which nothing more is shown.
    rests_until: AtomicU64,
}

#[derive(Debug)]
enum Place {
    Kernel(DisplayHandle),
    /// With the number of quarters that were told.
    Terminal(AtomicU64),
    Nowhere,
}

impl Board {
    /// Shows a bar of its own.
    pub(super) fn with(bar: Arc<Bar>) -> Self {
        let place = if channel::is_open() {
            Place::Kernel(display_with_id(&bundle(&[bar.line()])))
        } else if io::stderr().is_terminal() {
            Place::Terminal(AtomicU64::new(0))
        } else {
            Place::Nowhere
        };
        let rests_until = AtomicU64::new(milliseconds(INTERVAL));
        Self { place, bars: Mutex::new(vec![bar]), started: Instant::now(), rests_until }
    }

    /// Adds a bar under those that still run.
    pub(super) fn add(&self, bar: Arc<Bar>) {
        let mut bars = self.lock();
        while bars.len() > 1 && bars.last().is_some_and(|last| last.has_ended()) {
            bars.pop();
        }
        bars.push(bar);
        drop(bars);
        self.show();
    }

    /// Whether the outermost bar has not ended.
    pub(super) fn is_running(&self) -> bool {
        self.lock().first().is_some_and(|bar| !bar.has_ended())
    }

    /// Shows the state, unless that was done just now.
    pub(super) fn show(&self) {
        if matches!(self.place, Place::Nowhere) {
            return;
        }
        let now = milliseconds(self.started.elapsed());
        if now < self.rests_until.load(Ordering::Relaxed) {
            return;
        }
        // Whoever has the lock is about to show the same.
        if let Ok(bars) = self.bars.try_lock() {
            self.publish(&bars);
        }
    }

    /// Shows a bar's new label or its end: that of the outermost at once, that of an inner
    /// one at once if there cannot be many.
    pub(super) fn note(&self, bar: &Arc<Bar>) {
        let bars = self.lock();
        let is_outermost = bars.first().is_some_and(|first| Arc::ptr_eq(first, bar));
        if is_outermost || bar.age() >= LONG {
            self.publish(&bars);
        } else {
            drop(bars);
            self.show();
        }
    }

    fn publish(&self, bars: &[Arc<Bar>]) {
        let rests_until = self.started.elapsed() + INTERVAL;
        self.rests_until.store(milliseconds(rests_until), Ordering::Relaxed);
        let mut lines = bars.iter().map(|bar| bar.line());
        match &self.place {
            Place::Kernel(handle) => handle.update_unordered(bundle(&lines.collect::<Vec<_>>())),
            Place::Terminal(quarters) => lines.next().iter().for_each(|line| tell(line, quarters)),
            Place::Nowhere => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Bar>>> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Prints a line for each quarter of the work, and for its end.
#[expect(clippy::print_stderr, reason = "the terminal is where a program shows its progress")]
fn tell(line: &Line, told: &AtomicU64) {
    let quarters = line.quarters();
    if line.ending.is_some() || quarters > told.swap(quarters, Ordering::Relaxed) {
        eprintln!("{}", line.text());
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
