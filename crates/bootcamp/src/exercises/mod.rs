//! Checks for the exercises of the notebooks.
//!
//! | exercise | task | check |
//! |---|---|---|
//! | 1 | sample the bootcamp's function with one walker | [`check_exercise_1`] |
//! | 2 | time 100 000 steps | [`check_exercise_2`] |
//! | 3 | combine ten walkers with random starts | [`check_exercise_3`] |
//! | 5 | write the Gaussian in Rust | [`check_exercise_5`] |
//! | 6 | evaluate the function once a step | [`check_exercise_6`] |
//! | 7 | walk the same walks on engines | [`check_exercise_7`] |
//! | 8 | draw the points in another language, and find their center | [`check_exercise_8`] |
//! | A | make the chains agree, with each other and with the truth | [`check_exercise_a`] |
//! | B | find the step with the cheapest independent samples | [`check_exercise_b`] |
//!
//! A check looks at the points, or at what a function returns, so any way of making them counts.
//! It cannot prove that a walk is right; it knows the usual mistakes and names them.
//!
//! ```
//! use bootcamp::prelude::*;
//!
//! assert!(matches!(check_exercise_1(&[]), Verdict::NotAttempted(_)));
//! let points = random_walker(&Mixture::bootcamp(), 1000, [0.0, 0.0], 100, &mut rng(1));
//! let verdict = check_exercise_1(&points);
//! assert!(verdict.to_string().starts_with("Exercise 1: correct. 900 points"));
//! ```

mod cached;
mod center;
mod formula;
mod mixing;
mod places;
mod starts;
mod timing;
mod verdict;
mod walk;

pub use cached::check_exercise_6;
pub use center::check_exercise_8;
pub use formula::check_exercise_5;
pub use mixing::{check_exercise_a, check_exercise_b};
pub use places::check_exercise_7;
pub use starts::check_exercise_3;
pub use timing::check_exercise_2;
pub use verdict::Verdict;

use crate::{Mixture, Point};

/// Checks the points of one walker on [`Mixture::bootcamp`], however many steps it
/// took and whether or not its burn-in was dropped.
///
/// ```
/// use bootcamp::exercises::check_exercise_1;
///
/// let verdict = check_exercise_1(&[[0.0, 0.0].into(); 900]);
/// assert!(verdict.to_string().starts_with("Exercise 1: not yet. All 900 points are (0, 0)"));
/// ```
#[must_use]
pub fn check_exercise_1(points: &[Point]) -> Verdict {
    if points.is_empty() {
        return Verdict::not_attempted(1, "Put your points into `points` and run this cell again.");
    }
    let f = Mixture::bootcamp();
    match walk::inspect(points, &f) {
        Err(fault) => Verdict::incorrect(1, &fault),
        Ok(moved) => {
            let shares = f.shares(points);
            let seen = shares.iter().filter(|&&share| share > 0.0).count();
            Verdict::correct(
                1,
                &format!(
                    "{} points, {:.0} % of the steps accepted. \
                     The walker has seen {seen} of the {} peaks.",
                    points.len(),
                    100.0 * moved,
                    shares.len()
                ),
            )
        }
    }
}
