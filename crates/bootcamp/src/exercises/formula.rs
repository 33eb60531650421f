//! Exercise 5: the Gaussian in Rust.

use super::Verdict;

/// A Gaussian of a place, a center and a width.
type Formula = fn(f64, f64, (f64, f64), (f64, f64)) -> f64;

/// Place, center and width. All widths differ from each other and from 1, and no distance is 0:
/// each mistake has another value somewhere.
const PLACES: [[(f64, f64); 3]; 5] = [
    [(0.55, 0.22), (0.5, 0.2), (0.15, 0.04)],
    [(0.4, 0.15), (0.5, 0.2), (0.15, 0.04)],
    [(0.67, 0.75), (0.7, 0.7), (0.06, 0.05)],
    [(0.32, 0.62), (0.3, 0.7), (0.05, 0.07)],
    [(2.0, -1.0), (0.5, 0.25), (1.5, 2.5)],
];

/// The squared distances along x and y, in widths.
fn squares((x, y): (f64, f64), center: (f64, f64), width: (f64, f64)) -> f64 {
    ((center.0 - x) / width.0).powi(2) + ((center.1 - y) / width.1).powi(2)
}

fn right(x: f64, y: f64, center: (f64, f64), width: (f64, f64)) -> f64 {
    (-squares((x, y), center, width) / 2.0).exp()
}

/// What people write, and what is wrong with it.
const MISTAKES: [(Formula, &str); 9] = [
    (
        |x, y, center, width| (squares((x, y), center, width) / 2.0).exp(),
        "Your function grows away from its center: the exponent needs a minus sign.",
    ),
    (
        |x, y, center, width| -(squares((x, y), center, width) / 2.0).exp(),
        "Your function is negative: Rust reads `-a.exp()` as -(exp(a)). Put brackets around the \
         whole exponent: `(-a).exp()`.",
    ),
    (
        |x, y, center, width| (-squares((x, y), center, width)).exp(),
        "Your peak is too narrow: the sum of the squares is divided by 2.",
    ),
    (
        |x, y, center, width| -squares((x, y), center, width) / 2.0,
        "This is the exponent alone: call `.exp()` of it.",
    ),
    (
        |x, y, center, width| (-squares((x, y), center, (width.1, width.0)) / 2.0).exp(),
        "The widths have changed places: `width.0` belongs to x and `width.1` to y.",
    ),
    (
        |x, y, center, width| (-squares((x, y), center, (width.0, width.0)) / 2.0).exp(),
        "Both directions have the same width: `width.0` belongs to x and `width.1` to y.",
    ),
    (
        |x, y, center, width| (-squares((x, y), (center.1, center.0), width) / 2.0).exp(),
        "The center's numbers have changed places: `center.0` belongs to x and `center.1` to y.",
    ),
    (
        |x, y, center, width| (-((center.0 - x) / width.0 + (center.1 - y) / width.1) / 2.0).exp(),
        "The distances are not squared: multiply each by itself, or write `.powi(2)`.",
    ),
    (
        |x, y, center, width| {
            right(x, y, center, width) / (std::f64::consts::TAU * width.0 * width.1)
        },
        "Your peak has the volume 1; here it has the height 1. Leave the factor in front out.",
    ),
];

/// Checks a Gaussian of height 1: `gaussian(x, y, center, width)`.
///
/// ```
/// use bootcamp::exercises::check_exercise_5;
///
/// let verdict = check_exercise_5(|x, y, center, width| {
///     (-((x - center.0) / width.0).powi(2) - ((y - center.1) / width.1).powi(2)).exp()
/// });
/// assert!(verdict.to_string().contains("Your peak is too narrow"));
/// ```
#[must_use]
pub fn check_exercise_5(gaussian: impl Fn(f64, f64, (f64, f64), (f64, f64)) -> f64) -> Verdict {
    let values = |formula: &dyn Fn(f64, f64, (f64, f64), (f64, f64)) -> f64| {
        PLACES.map(|[(x, y), center, width]| formula(x, y, center, width))
    };
    let (found, known) = (values(&gaussian), values(&right));
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-12 * (1.0 + other.abs());
    let is = |other: [f64; 5]| found.iter().zip(other).all(|(&one, other)| near(one, other));
    if found.iter().all(|&value| value == 0.0) {
        let what_to_do = "Write the formula into `gaussian`, run that cell, and then this one.";
        return Verdict::not_attempted(5, what_to_do);
    }
    if is(known) {
        return Verdict::correct(5, "The height is 1, and both widths are in their places.");
    }
    if let Some((_, what)) = MISTAKES.iter().find(|(formula, _)| is(values(formula))) {
        return Verdict::incorrect(5, what);
    }
    let wrong = found.iter().zip(known).position(|(&one, other)| !near(one, other));
    let place = wrong.unwrap_or(0);
    let [(x, y), center, width] = PLACES[place];
    let (mine, theirs) = (found[place], known[place]);
    Verdict::incorrect(
        5,
        &format!(
            "`gaussian({x:?}, {y:?}, {center:?}, {width:?})` is {theirs:.6}; yours is {mine:.6}."
        ),
    )
}
