//! Many chains in vector code, on all cores.
#![expect(
    clippy::needless_range_loop,
    reason = "compilers make vector code of plain loops over lanes"
)]

mod counter;
mod draws;
mod group;
mod kernel;
mod lanes;
mod run;
mod settings;
mod sums;

use crate::{Density, Histogram2d, Point, WalkError};
use kernel::Compiled;
pub use kernel::InstructionSet;
pub use run::Run;
use settings::{Settings, Starts};

/// A Metropolis-Hastings walk of many chains at once.
///
/// Sixteen chains go side by side in vector code, groups of sixteen on all cores. Every chain
/// has its own random stream, so a seed gives the same draws on every processor and with
/// any number of threads. What is asked of a run (histogram, moments, acceptance, traces) is
/// collected as it goes: a billion steps need no memory.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let run = Walk::new(&Mixture::bootcamp()).start([0.5, 0.2]).step(0.6).chains(16).run(100_000);
/// assert_eq!(run.histogram().total(), 1_600_000);
/// assert!((run.mean().y - Mixture::bootcamp().mean().y).abs() < 0.05);
/// assert!((0.08..0.11).contains(&run.acceptance()));
/// ```
///
/// Fast code wants the density written in place, with [`density!`](crate::density!). Any other
/// function or closure works as well.
///
/// Method: N. Metropolis et al., *J. Chem. Phys.* 21, 1087 (1953); the proposal is uniform.
#[derive(Clone, Debug)]
pub struct Walk<D, const FAST: bool = false> {
    target: D,
    settings: Settings,
}

impl<D: Density + Sync> Walk<D> {
    /// A walk on `target`: one chain from (0, 0) with steps of at most [`STEP`](crate::STEP), no
    /// burn-in and the seed 0, until the other methods say something else.
    ///
    /// ```
    /// use bootcamp::Walk;
    ///
    /// let run = Walk::new(|x: f64, y: f64| (-x * x - y * y).exp()).run(1000);
    /// assert_eq!((run.chains(), run.steps()), (1, 1000));
    /// ```
    #[must_use]
    pub fn new(target: D) -> Self {
        Self { target, settings: Settings::new() }
    }

    /// With fused multiply-add where the processor has it: quicker, and the draws of a seed
    /// differ between processors.
    ///
    /// ```
    /// use bootcamp::prelude::*;
    ///
    /// let run = Walk::new(&Mixture::bootcamp()).step(0.6).chains(16).fast().run(10_000);
    /// assert_eq!(run.histogram().total(), 160_000);
    /// ```
    #[must_use]
    pub fn fast(self) -> Walk<D, true> {
        Walk { target: self.target, settings: self.settings }
    }
}

impl<D: Density + Sync, const FAST: bool> Walk<D, FAST> {
    /// All chains start here.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).start([3.0, 4.0]).chains(2).run(1);
    /// assert_eq!(run.starts(), [[3.0, 4.0].into(); 2]);
    /// ```
    #[must_use]
    pub fn start(mut self, start: impl Into<Point>) -> Self {
        self.settings.starts = Starts::One(start.into());
        self
    }

    /// Each chain starts at its own point; there are as many chains as points.
    ///
    /// ```
    /// use bootcamp::{Point, Walk};
    ///
    /// let starts: [Point; 2] = [[0.1, 0.2].into(), [0.7, 0.7].into()];
    /// assert_eq!(Walk::new(|_, _| 1.0).starts(&starts).run(1).chains(), 2);
    /// ```
    #[must_use]
    pub fn starts(mut self, starts: &[Point]) -> Self {
        self.settings.start_each(starts);
        self
    }

    /// Each chain starts somewhere in the unit square, by the first two numbers of its
    /// stream.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).random_starts().chains(2).run(1);
    /// assert_ne!(run.starts()[0], run.starts()[1]);
    /// ```
    #[must_use]
    pub fn random_starts(mut self) -> Self {
        self.settings.starts = Starts::Random;
        self
    }

    /// A proposal lies within `step` along x and along y, uniformly.
    ///
    /// ```
    /// use bootcamp::Walk;
    ///
    /// let hill = |x: f64, y: f64| (-50.0 * (x * x + y * y)).exp();
    /// let accepted = |step| Walk::new(hill).step(step).run(10_000).acceptance();
    /// assert!(accepted(0.01) > 0.9 && accepted(2.0) < 0.1);
    /// ```
    #[must_use]
    pub fn step(mut self, step: f64) -> Self {
        self.settings.step = step;
        self
    }

    /// So many steps of each chain are walked first and not counted.
    ///
    /// ```
    /// use bootcamp::Walk;
    ///
    /// let hill = |x: f64, y: f64| (-50.0 * (x * x + y * y)).exp();
    /// let run = Walk::new(hill).start([1.0, 1.0]).burn_in(10_000).run(1000);
    /// assert_eq!(run.steps(), 1000);
    /// assert!(run.mean().x < 0.5);
    /// ```
    #[must_use]
    pub fn burn_in(mut self, steps: usize) -> Self {
        self.settings.burn_in = steps;
        self
    }

    /// How many chains there are. Multiples of 16 use the vector code best.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).chains(10).run(100).traces().len(), 10);
    /// ```
    #[must_use]
    pub fn chains(mut self, chains: usize) -> Self {
        self.settings.chains = chains;
        self
    }

    /// The seed of all streams: chain 0 has the stream of [`rng(seed)`](crate::rng), each other
    /// one starts 2^128 numbers after the one before it.
    ///
    /// ```
    /// use bootcamp::Walk;
    ///
    /// let mean = |seed| Walk::new(|_, _| 1.0).seed(seed).run(100).mean();
    /// assert_eq!(mean(1), mean(1));
    /// assert_ne!(mean(1), mean(2));
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Keeps all points, for [`Run::points`]: 16 bytes each.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).chains(2).keep().run(500);
    /// assert_eq!(run.points()[1].len(), 500);
    /// ```
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.settings.keeps = true;
        self
    }

    /// Counts the points in these bins, in place of 50 x 50 on the unit square.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Walk};
    ///
    /// let bins = Histogram2d::new(4, 2, -1.0..=1.0, -1.0..=1.0)?;
    /// let run = Walk::new(|_, _| 1.0).histogram(bins).run(5);
    /// assert_eq!(run.histogram().counts().dim(), (4, 2));
    /// # Ok::<(), bootcamp::HistogramError>(())
    /// ```
    #[must_use]
    pub fn histogram(mut self, bins: Histogram2d) -> Self {
        self.settings.histogram = bins;
        self
    }

    /// Shows a bar while the chains walk.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).progress().run(100).steps(), 100);
    /// ```
    #[must_use]
    pub fn progress(mut self) -> Self {
        self.settings.shows_progress = true;
        self
    }

    /// Uses at most this instruction set, to compare or to check.
    ///
    /// ```
    /// use bootcamp::{InstructionSet, Walk};
    ///
    /// let run = Walk::new(|_, _| 1.0).instruction_set(InstructionSet::Portable).run(10);
    /// assert_eq!(run.acceptance(), 1.0);
    /// ```
    #[must_use]
    pub fn instruction_set(mut self, set: InstructionSet) -> Self {
        self.settings.set = set;
        self
    }

    /// Walks `steps` steps with each chain, after the burn-in. An interrupt of the cell ends it.
    ///
    /// # Panics
    /// Where [`try_run`](Self::try_run) returns an error, with the error's one line.
    ///
    /// ```
    /// use bootcamp::prelude::*;
    ///
    /// let run = Walk::new(density!(|x, y| exp(-x.abs() - y.abs()))).step(3.0).run(100_000);
    /// assert!(run.mean().x.abs() < 0.1);
    /// ```
    #[track_caller]
    pub fn run(&self, steps: usize) -> Run {
        self.settings.run(&Compiled::<_, FAST>(&self.target), steps)
    }

    /// As [`run`](Self::run), with a [`WalkError`] instead of a panic.
    ///
    /// # Errors
    /// When the density is NaN, negative or infinite at a start or a proposal, a start
    /// is not finite, the step is not a finite number above 0, there is no chain or step, or
    /// what is kept does not fit into memory.
    ///
    /// ```
    /// use bootcamp::{Walk, WalkError};
    ///
    /// let error = Walk::new(|_, _| 1.0).step(0.0).try_run(10).unwrap_err();
    /// assert_eq!(error, WalkError::Step { step: 0.0 });
    /// ```
    pub fn try_run(&self, steps: usize) -> Result<Run, WalkError> {
        self.settings.try_run(&Compiled::<_, FAST>(&self.target), steps)
    }
}
