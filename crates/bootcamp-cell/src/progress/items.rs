//! A loop that shows how far it is.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Weak};

use super::Progress;
use super::board::Board;
use super::line::Ending;
use crate::check_interrupt;

thread_local! {
    /// The board of the loops that this thread is in.
    static LOOPS: RefCell<Weak<Board>> = const { RefCell::new(Weak::new()) };
}

/// Where a bar belongs that starts within a loop.
pub(super) fn board_of_loops() -> Option<Arc<Board>> {
    LOOPS.with_borrow(Weak::upgrade).filter(|board| board.is_running())
}

/// Gives the items of `items` and shows how far the loop over them is.
///
/// The total is known where the iterator knows it. A loop within a loop has its bar
/// under the outer one's, where the next round's bar replaces it. A loop that is left
/// early, be it by a panic, says where it stopped.
///
/// ```
/// use bootcamp_cell::progress;
///
/// let mut sum = 0;
/// for row in progress(0..3) {
///     for column in progress(0..4).label(format!("row {row}")) {
///         sum += row * column;
///     }
/// }
/// assert_eq!(sum, 18);
/// ```
///
/// Adaptors go inside: `progress(points.iter().enumerate())`.
pub fn progress<I: IntoIterator>(items: I) -> ProgressItems<I::IntoIter> {
    let items = items.into_iter();
    let (lower, upper) = items.size_hint();
    let total = upper.filter(|upper| *upper == lower);
    ProgressItems { items, bar: Counter::start(total) }
}

/// The items of an iterator, counted: see [`progress`].
pub struct ProgressItems<I> {
    items: I,
    bar: Counter,
}

impl<I> ProgressItems<I> {
    /// Says what is counted.
    ///
    /// ```
    /// use bootcamp_cell::progress;
    ///
    /// let longest = progress(["a", "bcd"]).label("names").map(str::len).max();
    /// assert_eq!(longest, Some(3));
    /// ```
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        self.bar.label(label.into());
        self
    }
}

impl<I: Iterator> Iterator for ProgressItems<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.bar.step();
        let item = self.items.next();
        if item.is_none() {
            self.bar.finish();
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for ProgressItems<I> {}

impl<I> fmt::Debug for ProgressItems<I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProgressItems").field("bar", &self.bar).finish_non_exhaustive()
    }
}

/// The part that does not depend on the items.
#[derive(Debug)]
struct Counter {
    bar: Progress,
    /// Whether an item was given whose work is not counted yet.
    given: bool,
}

impl Counter {
    fn start(total: Option<usize>) -> Self {
        let bar = Progress::start(total.map(|total| total as u64));
        LOOPS.set(Arc::downgrade(&bar.board));
        Self { bar, given: false }
    }

    fn label(&self, label: String) {
        self.bar.set_label(label);
    }

    fn step(&mut self) {
        if self.given {
            self.bar.add(1);
        } else {
            check_interrupt();
        }
        self.given = true;
    }

    fn finish(&mut self) {
        self.given = false;
        self.bar.end(Ending::Finished);
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // A loop that was left early.
        self.bar.end(Ending::Stopped);
    }
}
