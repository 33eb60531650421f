//! The Metropolis-Hastings walker.

use bootcamp_cell::check_interrupt;
use rand::{Rng, RngExt};
use thiserror::Error;

use crate::{Density, Point};

/// The largest step along x and along y; a step is drawn uniformly from
/// `[-STEP, STEP]` for each. It is the step of the 2012 bootcamp.
///
/// ```
/// assert_eq!(bootcamp::STEP, 0.1);
/// ```
pub const STEP: f64 = 0.1;

/// How many steps are walked between two looks for an interrupt.
const STEPS_PER_CHECK: usize = 1024;

/// Why a walk is impossible.
///
/// ```
/// use bootcamp::{rng, try_random_walker};
///
/// let error = try_random_walker(|_, y: f64| y.sqrt(), 10, [0.0, -1.0], 0, &mut rng(1));
/// let text = "the density at (0, -1) is NaN: make the function return a number >= 0 everywhere";
/// assert_eq!(error.unwrap_err().to_string(), text);
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum WalkError {
    /// The function returned NaN, a negative or an infinite number.
    #[error(
        "the density at ({}, {}) is {}: make the function return a number >= 0 everywhere",
        short(at.x), short(at.y), short(*value)
    )]
    Density {
        /// Where the function was called.
        at: Point,
        /// What it returned.
        value: f64,
    },
    /// The start is NaN or infinite.
    #[error(
        "the walk cannot start at ({}, {}): give two finite numbers, for example [0.0, 0.0]",
        start.x, start.y
    )]
    Start {
        /// The start that was given.
        start: Point,
    },
    /// The step of a proposal is no length.
    #[error("a step of {step} leads nowhere: give a finite number above 0, for example 0.1")]
    Step {
        /// The step that was given.
        step: f64,
    },
    /// There is nobody to walk, or nowhere to go.
    #[error("{chains} chains of {steps} steps make no draws: give at least 1 chain and 1 step")]
    Nothing {
        /// How many chains.
        chains: usize,
        /// How many steps for each.
        steps: usize,
    },
    /// The number of chains was changed after their starts were given.
    #[error(
        "{starts} starts for {chains} chains: give one start to each, or leave `.chains()` out"
    )]
    Starts {
        /// How many starts.
        starts: usize,
        /// How many chains.
        chains: usize,
    },
    /// The points do not fit into memory.
    #[error("{points} points do not fit into memory: walk fewer steps, or several shorter walks")]
    Memory {
        /// How many points were to be kept.
        points: usize,
    },
}

/// Four decimals are enough to find the place again; the variant has all digits.
fn short(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    // A small number must not look like 0, nor a large one overflow.
    let shown = if rounded == 0.0 || !rounded.is_finite() { value } else { rounded };
    format!("{}", if shown == 0.0 { 0.0 } else { shown })
}

/// Walks `n_steps` steps from `start` so that the density of the visited points
/// becomes that of `f` (Metropolis-Hastings), and returns the points after each step
/// without the first `burn_in`.
///
/// A step proposes a point within [`STEP`] along x and y, uniformly. It is accepted
/// with the probability `f(new) / f(old)`, at most 1; a rejected step repeats the old
/// point. So `n_steps - burn_in` points come back, and none where `burn_in` is not
/// less than `n_steps`. An interrupt of the cell ends the walk. From where `f` is 0 every proposal is accepted: the walker
/// wanders until it finds the function. `f` is called once at the start and once a step.
///
/// Method: N. Metropolis et al., *J. Chem. Phys.* 21, 1087 (1953).
///
/// # Panics
/// Where [`try_random_walker`] returns an error, with the error's one line.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let points = random_walker(&Mixture::bootcamp(), 1000, [0.0, 0.0], 100, &mut rng(1));
/// assert_eq!(points.len(), 900);
/// // The walker found the wide peak at (0.5, 0.2).
/// let mean_y = points.iter().map(|point| point.y).sum::<f64>() / 900.0;
/// assert!((mean_y - 0.2).abs() < 0.02);
/// ```
#[track_caller]
pub fn random_walker(
    f: impl Density,
    n_steps: usize,
    start: impl Into<Point>,
    burn_in: usize,
    rng: &mut impl Rng,
) -> Vec<Point> {
    match try_random_walker(f, n_steps, start, burn_in, rng) {
        Ok(points) => points,
        Err(error) => panic!("{error}"),
    }
}

/// As [`random_walker`], with a [`WalkError`] instead of a panic.
///
/// # Errors
/// When `f` returns NaN, a negative or an infinite number at the start or at a
/// proposed point, the start is not finite, or the points do not fit into memory.
///
/// ```
/// use bootcamp::{WalkError, rng, try_random_walker};
///
/// let result = try_random_walker(|_, _| -1.0, 10, [0.5, 0.5], 0, &mut rng(1));
/// assert_eq!(result, Err(WalkError::Density { at: [0.5, 0.5].into(), value: -1.0 }));
/// ```
#[expect(clippy::needless_pass_by_value, reason = "so that a closure needs no `&`")]
pub fn try_random_walker(
    f: impl Density,
    n_steps: usize,
    start: impl Into<Point>,
    burn_in: usize,
    rng: &mut impl Rng,
) -> Result<Vec<Point>, WalkError> {
    let mut here = start.into();
    if !here.is_finite() {
        return Err(WalkError::Start { start: here });
    }
    let mut density = checked(&f, here)?;
    let kept = n_steps.saturating_sub(burn_in);
    let mut points = Vec::new();
    points.try_reserve_exact(kept).map_err(|_| WalkError::Memory { points: kept })?;
    for step in 0..n_steps {
        if step % STEPS_PER_CHECK == 0 {
            check_interrupt();
        }
        here = stepped(&f, here, &mut density, rng)?.end();
        if step >= burn_in {
            points.push(here);
        }
    }
    Ok(points)
}

/// One step of a walk: where it was to lead, and whether it did.
///
/// ```
/// use bootcamp::Proposal;
///
/// let step = Proposal { from: [0.5, 0.2].into(), to: [0.55, 0.2].into(), accepted: false };
/// assert_eq!(step.end(), step.from);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// Where the walker was.
    pub from: Point,
    /// Where it might have gone.
    pub to: Point,
    /// Whether it went there.
    pub accepted: bool,
}

impl Proposal {
    /// Where the walker was after the step.
    ///
    /// ```
    /// use bootcamp::Proposal;
    ///
    /// let step = Proposal { from: [0.5, 0.2].into(), to: [0.55, 0.2].into(), accepted: true };
    /// assert_eq!(step.end(), [0.55, 0.2].into());
    /// ```
    #[must_use]
    #[inline]
    pub fn end(&self) -> Point {
        if self.accepted { self.to } else { self.from }
    }
}

/// The walk of [`random_walker`] from the same random numbers, with the proposals that
/// were rejected, too: for [`plot_steps`](crate::plot_steps) and the share of accepted steps.
///
/// # Panics
/// As [`random_walker`].
///
/// ```
/// use bootcamp::prelude::*;
///
/// let f = Mixture::bootcamp();
/// let steps = record_steps(&f, 100, [0.5, 0.2], &mut rng(1));
/// let points = random_walker(&f, 100, [0.5, 0.2], 0, &mut rng(1));
/// assert!(steps.iter().map(|step| step.end()).eq(points));
/// ```
#[expect(clippy::needless_pass_by_value, reason = "so that a closure needs no `&`")]
#[track_caller]
pub fn record_steps(
    f: impl Density,
    n_steps: usize,
    start: impl Into<Point>,
    rng: &mut impl Rng,
) -> Vec<Proposal> {
    match recorded(&f, n_steps, start.into(), rng) {
        Ok(steps) => steps,
        Err(error) => panic!("{error}"),
    }
}

fn recorded(
    f: &impl Density,
    n_steps: usize,
    start: Point,
    rng: &mut impl Rng,
) -> Result<Vec<Proposal>, WalkError> {
    if !start.is_finite() {
        return Err(WalkError::Start { start });
    }
    let mut here = start;
    let mut density = checked(f, here)?;
    let mut steps = Vec::new();
    steps.try_reserve_exact(n_steps).map_err(|_| WalkError::Memory { points: n_steps })?;
    for step in 0..n_steps {
        if step % STEPS_PER_CHECK == 0 {
            check_interrupt();
        }
        let proposal = stepped(f, here, &mut density, rng)?;
        here = proposal.end();
        steps.push(proposal);
    }
    Ok(steps)
}

/// One step from where the density is known.
#[inline]
fn stepped(
    f: &impl Density,
    from: Point,
    density: &mut f64,
    rng: &mut impl Rng,
) -> Result<Proposal, WalkError> {
    let to = Point { x: from.x + offset(rng), y: from.y + offset(rng) };
    let proposed = checked(f, to)?;
    // Products, not a ratio: 0 / 0 is NaN where the density is 0 or underflows.
    let accepted = proposed >= *density || rng.random::<f64>() * *density < proposed;
    if accepted {
        *density = proposed;
    }
    Ok(Proposal { from, to, accepted })
}

/// Uniform in [-STEP, STEP). Written out so that it stays the same in every `rand`: it is
/// `STEP * (2.0 * share - 1.0)` with a share of 53 bits, digit for digit, in fewer operations.
#[inline]
fn offset(rng: &mut impl Rng) -> f64 {
    /// 2^-52: a product with it is exact.
    const UNIT: f64 = f64::EPSILON;
    let signed = (rng.next_u64() ^ 1 << 63).cast_signed() >> 11;
    signed as f64 * (STEP * UNIT)
}

#[inline]
fn checked(f: &impl Density, at: Point) -> Result<f64, WalkError> {
    let value = f.at(at.x, at.y);
    // NaN is in no range.
    if (0.0..f64::INFINITY).contains(&value) {
        Ok(value)
    } else {
        Err(WalkError::Density { at, value })
    }
}
