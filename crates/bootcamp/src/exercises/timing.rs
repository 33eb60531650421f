//! Exercise 2: how long do 100 000 steps take?

use std::time::Duration;

use super::{Verdict, walk};
use crate::{Mixture, Point};

/// 100 000 steps less a burn-in of up to a tenth.
const FEWEST: usize = 90_000;

/// No machine takes a step of one walker in less time (seconds): an exponential and
/// three random numbers take over 20 ns, hand-written vector code for many walkers 2.4 ns.
const QUICKEST: f64 = 1e-9;

/// The step of the bootcamp's own Python program, in seconds: Python 3.11 with
/// `math.exp` on one core of a 2.6 GHz Xeon.
const PYTHON: f64 = 6.1e-6;

/// Checks the points of a walk of 100 000 steps and the time that it took.
///
/// ```
/// use std::time::Duration;
///
/// use bootcamp::prelude::*;
///
/// let points = random_walker(&Mixture::bootcamp(), 100_000, [0.0, 0.0], 100, &mut rng(1));
/// let verdict = check_exercise_2(&points, Duration::from_millis(10));
/// assert!(verdict.to_string().contains("100 ns a step"));
/// assert!(!check_exercise_2(&points, Duration::ZERO).is_correct());
/// ```
#[must_use]
pub fn check_exercise_2(points: &[Point], elapsed: Duration) -> Verdict {
    if points.is_empty() {
        return Verdict::not_attempted(
            2,
            "Put your points into `long_walk`, the time into `elapsed`, and run this cell again.",
        );
    }
    if let Err(fault) = walk::inspect(points, &Mixture::bootcamp()) {
        return Verdict::incorrect(2, &fault);
    }
    let count = points.len();
    if count < FEWEST {
        return Verdict::incorrect(
            2,
            &format!("You have {count} points: walk 100000 steps, with a burn-in of 100."),
        );
    }
    // Nobody drops more than a small part: the points stand for the steps.
    let steps = count.max(100_000) as f64;
    let step = elapsed.as_secs_f64() / steps;
    if step < QUICKEST {
        return Verdict::incorrect(
            2,
            &format!(
                "{elapsed:?} is less than a computer needs for {count} steps: take \
                 `Instant::now()` before the walk and its `.elapsed()` after it."
            ),
        );
    }
    let (pace, verdict) = if step < PYTHON {
        (PYTHON / step, "times as fast as")
    } else {
        (step / PYTHON, "times as slow as")
    };
    Verdict::correct(
        2,
        &format!(
            "{count} points in {elapsed:.1?}, {:.0} ns a step: {pace:.1} {verdict} the bootcamp's \
             Python program (6.1 µs a step where we measured it).",
            step * 1e9
        ),
    )
}
