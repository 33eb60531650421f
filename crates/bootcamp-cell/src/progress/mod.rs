//! How far a long computation is.
//!
//! ```
//! use bootcamp_cell::progress;
//!
//! let mut sum = 0;
//! for step in progress(0..1000) {
//!     sum += step;
//! }
//! assert_eq!(sum, 499_500);
//! ```
//!
//! A loop over `progress(..)` shows a bar with the rate, the time that has passed and the
//! time that is left. Where there is no loop, a [`Progress`] is told how far the work is,
//! by any thread: see there.

mod bar;
mod board;
mod items;
mod line;

use std::sync::Arc;

use bar::Bar;
use board::Board;
pub use items::{ProgressItems, progress};
use line::Ending;

use crate::check_interrupt;

/// A progress bar that is told how far the work is.
///
/// It is shown at once, and renewed at most ten times a second: [`add`](Self::add) costs
/// next to nothing, and is meant to be called by many threads. When all steps are done, the
/// bar is finished and stays under the cell; a bar that is dropped before, be it by a
/// panic, says where it stopped.
///
/// With rayon, count in an `inspect` behind the work:
///
/// ```
/// use bootcamp_cell::Progress;
///
/// let bar = Progress::new(100).label("walkers");
/// # trait Serial: Iterator + Sized { fn into_par_iter(self) -> Self { self } }
/// # impl<T: Iterator> Serial for T {}
/// let roots: Vec<f64> = (0..100_u32)
///     .into_par_iter()
///     .map(|x| f64::from(x).sqrt())
///     .inspect(|_| bar.add(1))
///     .collect();
/// assert_eq!((roots.len(), bar.done()), (100, 100));
/// ```
///
/// On a kernel other than bootcamp's there is no bar. In a terminal, a few lines on
/// standard error tell how far the work is.
#[derive(Debug)]
pub struct Progress {
    board: Arc<Board>,
    bar: Arc<Bar>,
}

impl Progress {
    /// A bar for so many steps.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// let bar = Progress::new(2);
    /// bar.add(1);
    /// assert_eq!(bar.done(), 1);
    /// ```
    #[must_use]
    pub fn new(total: u64) -> Self {
        Self::start(Some(total))
    }

    /// A bar for nobody knows how many steps: it counts and tells the rate.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// let bar = Progress::unknown().label("accepted");
    /// bar.add(7);
    /// bar.finish();
    /// ```
    #[must_use]
    pub fn unknown() -> Self {
        Self::start(None)
    }

    /// Says what is counted.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// Progress::new(10).label("walkers").finish();
    /// ```
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        self.set_label(label.into());
        self
    }

    /// Says that so many more steps are done.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// let bar = Progress::new(10);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| bar.add(2));
    ///     scope.spawn(|| bar.add(3));
    /// });
    /// assert_eq!(bar.done(), 5);
    /// ```
    pub fn add(&self, steps: u64) {
        check_interrupt();
        self.bar.add(steps);
        self.show();
    }

    /// Says how many steps are done in all.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// let bar = Progress::new(10);
    /// bar.set(4);
    /// bar.add(1);
    /// assert_eq!(bar.done(), 5);
    /// ```
    pub fn set(&self, done: u64) {
        check_interrupt();
        self.bar.set(done);
        self.show();
    }

    /// How many steps are done.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// assert_eq!(Progress::new(10).done(), 0);
    /// ```
    #[must_use]
    pub fn done(&self) -> u64 {
        self.bar.done()
    }

    /// Says that the work is done, however many steps it took.
    ///
    /// ```
    /// use bootcamp_cell::Progress;
    ///
    /// let bar = Progress::new(10);
    /// bar.add(9); // found what was looked for
    /// bar.finish();
    /// ```
    pub fn finish(self) {
        self.end(Ending::Finished);
    }

    fn start(total: Option<u64>) -> Self {
        let bar = Arc::new(Bar::new(total));
        let board = match items::board_of_loops() {
            Some(board) => {
                board.add(Arc::clone(&bar));
                board
            }
            None => Arc::new(Board::with(Arc::clone(&bar))),
        };
        Self { board, bar }
    }

    fn set_label(&self, label: String) {
        self.bar.set_label(label);
        self.board.note(&self.bar);
    }

    fn show(&self) {
        if self.bar.is_complete() {
            self.end(Ending::Finished);
        }
        self.board.show();
    }

    fn end(&self, ending: Ending) {
        if self.bar.end(ending) {
            self.board.note(&self.bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let is_unknown = self.bar.is_unknown() && !std::thread::panicking();
        let is_done = is_unknown || self.bar.is_complete();
        self.end(if is_done { Ending::Finished } else { Ending::Stopped });
    }
}
