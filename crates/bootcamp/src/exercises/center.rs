//! Exercise 8: the center of the points, from another language.

use super::Verdict;
use crate::Point;

/// Another language adds in another order.
const TOLERANCE: f64 = 1e-9;

/// Checks the mean of `x` and the mean of `y` that another language has found for the points.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let points = [Point { x: 0.0, y: 1.0 }, Point { x: 1.0, y: 1.0 }];
/// assert!(check_exercise_8(&points, &[0.5, 1.0]).is_correct());
/// let verdict = check_exercise_8(&points, &[1.0, 0.5]);
/// assert!(verdict.to_string().contains("the other way round"));
/// ```
#[must_use]
pub fn check_exercise_8(points: &[Point], center: &[f64]) -> Verdict {
    if center.is_empty() || center.iter().all(|number| number.is_nan()) {
        let what_to_do = "Draw the points, put the means of x and y into the center, and run this \
                          cell again. (Nothing came back where the language is not installed.)";
        return Verdict::not_attempted(8, what_to_do);
    }
    let &[x, y] = center else {
        let fault = format!(
            "The center has {} number{}: give two, the mean of x and the mean of y.",
            center.len(),
            if center.len() == 1 { "" } else { "s" }
        );
        return Verdict::incorrect(8, &fault);
    };
    let count = points.len() as f64;
    let sums = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
    let right = (sums.0 / count, sums.1 / count);
    let near = |found: f64, right: f64| (found - right).abs() <= TOLERANCE * right.abs().max(1.0);
    let is = |(first, second)| near(x, first) && near(y, second);
    if is(right) {
        let praise = format!("The same center as Rust's: ({x:.4}, {y:.4}).");
        return Verdict::correct(8, &praise);
    }
    let all = f64::midpoint(right.0, right.1);
    let fault = if is((right.1, right.0)) {
        "The two numbers are there, the other way round: the mean of x is the first.".to_owned()
    } else if is(sums) {
        "These are the sums: divide them by the number of points, or take the means.".to_owned()
    } else if is((all, all)) {
        "This is the mean of all numbers together: take that of x and that of y.".to_owned()
    } else {
        format!(
            "The points' center is elsewhere than at ({x:.4}, {y:.4}): take the means of all points."
        )
    };
    Verdict::incorrect(8, &fault)
}
