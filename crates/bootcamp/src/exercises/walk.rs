//! What the points of one walk tell.

use crate::diagnostics::acceptance;
use crate::{Density, Mixture, Point, STEP};

/// Fewer points may all lie on the way from the start to the first peak.
const FEWEST: usize = 100;

/// The share of accepted steps of right walks of 100 points or more lay between 0.25
/// and 0.75 in all of a million simulated ones, from (0, 0) and from random starts. A walker
/// that only climbs accepts 0.01 of 1000 steps, one that never rejects accepts all.
const ACCEPTED: std::ops::RangeInclusive<f64> = 0.15..=0.9;

/// The mean of f over the second half of a right walk of 100 points fell below 0.004 once
/// in 10 000 simulated walks from (0, 0), and with 900 points it never fell below 0.18; in
/// the long run it is 1/2, as f is uniform between 0 and 1 over a Gaussian's own
/// points. A walker that prefers low values leaves the peaks for good.
const LOWEST_MEAN: f64 = 1e-3;

/// Looks for the usual mistakes in a walk; the share of accepted steps if there are none.
pub(super) fn inspect(points: &[Point], f: &Mixture) -> Result<f64, String> {
    if let Some(index) = points.iter().position(|point| !point.is_finite()) {
        let Point { x, y } = points[index];
        return Err(format!(
            "Point {index} is ({x}, {y}): look for a division by 0 in your function."
        ));
    }
    let count = points.len();
    if count < FEWEST {
        return Err(format!(
            "{count} points are too few to tell: walk 1000 steps, and drop the first 100 of them."
        ));
    }
    let Point { x, y } = points[0];
    if points.iter().all(|&point| point == points[0]) {
        return Err(format!(
            "All {count} points are ({x}, {y}): a walker has to move on to the proposed \
             point when the step is accepted."
        ));
    }
    let step = |pair: &[Point]| {
        let (from, to) = (pair[0], pair[1]);
        (to.x - from.x).abs().max((to.y - from.y).abs())
    };
    // A sum is rounded: a step may come out longer by a few 1e-17.
    if let Some(index) = points.windows(2).position(|pair| step(pair) > STEP + 1e-9) {
        return Err(format!(
            "From point {index} to point {} it is {:.2} along one axis: a step is drawn from \
             [-{STEP}, {STEP}], and one walk is checked at a time.",
            index + 1,
            step(&points[index..])
        ));
    }
    let moved = acceptance(points).unwrap_or(0.0);
    if moved >= 1.0 {
        return Err("The walker never stays where it is: accept a step with the probability \
                    f(new) / f(old), and when it is rejected push the old point once more."
            .to_owned());
    }
    let late = &points[count / 2..];
    let mean = late.iter().map(|point| f.at(point.x, point.y)).sum::<f64>() / late.len() as f64;
    if mean < LOWEST_MEAN {
        return Err(format!(
            "The function is about {mean:.0e} where the walker ends up, and 1 on its peaks: \
             compare a random number with f(new) / f(old), not the other way round, and \
             start within the unit square."
        ));
    }
    if !ACCEPTED.contains(&moved) {
        return Err(format!(
            "The walker accepts {:.0} % of its steps, about half is right: draw steps from \
             [-{STEP}, {STEP}], accept uphill always and downhill with the probability \
             f(new) / f(old).",
            100.0 * moved
        ));
    }
    Ok(moved)
}
