//! Exercise 3: ten walkers with random starts.

use super::{Verdict, walk};
use crate::{Mixture, Point, STEP};

/// How many walks are asked for.
const WALKS: usize = 10;

/// What the peaks of [`Mixture::bootcamp`] are called.
const PEAKS: [&str; 3] = ["lower", "right", "left"];

/// A peak with a smaller share is missing from the picture. Of 20 000 simulated right
/// answers with 1000 steps 4.5 % miss a peak in this sense (no start was near it), of
/// 4000 with 10 000 steps 0.5 %, and of 1000 with 100 000 steps none.
const MISSING: f64 = 0.005;

/// Checks the walks of ten walkers with random starts on [`Mixture::bootcamp`].
///
/// Together they have to hold all three peaks. Ten short walks miss one by bad luck: of
/// right answers with 1000 steps one in 20, with 10 000 steps one in 200, and with
/// 100 000 hardly any. Their verdict says so, and asks for new starts.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let f = Mixture::bootcamp();
/// let walks: Vec<Vec<Point>> = (0..10)
///     .map(|walker| {
///         let mut rng = walker_rng(1, walker);
///         let start = random_start(&mut rng);
///         random_walker(&f, 10_000, start, 100, &mut rng)
///     })
///     .collect();
/// assert!(check_exercise_3(&walks).is_correct());
/// assert!(!check_exercise_3(&walks[..9]).is_correct());
/// ```
#[must_use]
pub fn check_exercise_3(walks: &[Vec<Point>]) -> Verdict {
    if walks.iter().all(Vec::is_empty) {
        return Verdict::not_attempted(
            3,
            "Put the points of each walker into `walks` and run this cell again.",
        );
    }
    match inspect(walks, &Mixture::bootcamp()) {
        Ok(praise) => Verdict::correct(3, &praise),
        Err(fault) => Verdict::incorrect(3, &fault),
    }
}

fn inspect(walks: &[Vec<Point>], f: &Mixture) -> Result<String, String> {
    let count = walks.len();
    if count < WALKS {
        let plural = if count == 1 { "walk" } else { "walks" };
        return Err(format!(
            "You have {count} {plural}: make ten, each from its own random start."
        ));
    }
    for (index, walk) in walks.iter().enumerate() {
        walk::inspect(walk, f).map_err(|fault| format!("Walk {index}: {fault}"))?;
    }
    for (index, walk) in walks.iter().enumerate() {
        if let Some(twin) = walks[..index].iter().position(|other| other == walk) {
            return Err(format!(
                "Walks {twin} and {index} are the same, point for point: give each walker its \
                 own random numbers, for example `walker_rng(1, {index})`."
            ));
        }
    }
    if walks.windows(2).all(|pair| follows(&pair[0], &pair[1])) {
        return Err("Each walk goes on where the one before ended: these are pieces of one \
                    long walk. Give each its own random start."
            .to_owned());
    }
    if begin_together(walks, f) {
        return Err("All walks begin at the same place: give each its own random start, for \
                    example `random_start(&mut rng)`."
            .to_owned());
    }
    let shares = f.shares(walks.iter().flatten());
    let parts = PEAKS.iter().zip(shares).zip(f.weights());
    if let Some(((peak, share), weight)) = parts.clone().find(|((_, share), _)| *share < MISSING) {
        return Err(format!(
            "The {peak} peak holds {:.0} % of your points, {:.0} % expected. If your function has \
             that peak, no start was near it: ten walks of 1000 steps miss a peak one time in 20. \
             Take another seed, or longer walks.",
            100.0 * share,
            100.0 * weight
        ));
    }
    let parts: Vec<_> = parts
        .map(|((peak, share), weight)| {
            format!("{peak} {:.0} % ({:.0} % expected)", 100.0 * share, 100.0 * weight)
        })
        .collect();
    Ok(format!("{count} walks, and all three peaks hold points: {}.", parts.join(", ")))
}

/// Whether the second walk starts one step from the end of the first one.
fn follows(first: &[Point], second: &[Point]) -> bool {
    let (end, start) = (first[first.len() - 1], second[0]);
    (start.x - end.x).abs().max((start.y - end.y).abs()) <= STEP + 1e-9
}

/// Whether the walks have one start. After a burn-in all walks from one start are on one
/// peak. Ten random starts lead to one peak with a probability of 0.43^10 = 2e-4.
fn begin_together(walks: &[Vec<Point>], f: &Mixture) -> bool {
    let firsts: Vec<_> = walks.iter().map(|walk| walk[0]).collect();
    let extent = |coordinate: fn(&Point) -> f64| {
        let values = || firsts.iter().map(coordinate);
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    // Without a burn-in each walk begins one step from the start.
    let close = extent(|point| point.x).max(extent(|point| point.y)) <= 2.0 * STEP;
    let peak = f.peak_at(firsts[0]);
    close || firsts.iter().all(|&first| f.peak_at(first) == peak)
}
