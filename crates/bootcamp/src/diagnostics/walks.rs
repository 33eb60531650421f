//! From walks in the plane to chains of one coordinate.

use super::{moments, number};
use crate::Point;

/// The x of each walk's points: chains for the functions of this module.
///
/// ```
/// use bootcamp::{Point, diagnostics::x_chains};
///
/// let walks = [[Point { x: 0.1, y: 0.2 }, Point { x: 0.3, y: 0.4 }]];
/// assert_eq!(x_chains(&walks), [[0.1, 0.3]]);
/// ```
#[must_use]
pub fn x_chains(walks: &[impl AsRef<[Point]>]) -> Vec<Vec<f64>> {
    coordinates(walks.len(), &|index| walks[index].as_ref(), |point| point.x)
}

/// The y of each walk's points: chains for the functions of this module.
///
/// ```
/// use bootcamp::{Point, diagnostics::y_chains};
///
/// let walks = [[Point { x: 0.1, y: 0.2 }, Point { x: 0.3, y: 0.4 }]];
/// assert_eq!(y_chains(&walks), [[0.2, 0.4]]);
/// ```
#[must_use]
pub fn y_chains(walks: &[impl AsRef<[Point]>]) -> Vec<Vec<f64>> {
    coordinates(walks.len(), &|index| walks[index].as_ref(), |point| point.y)
}

/// Compiled once, not for each type of walk.
#[inline(never)]
fn coordinates<'a>(
    count: usize,
    walk: &dyn Fn(usize) -> &'a [Point],
    of: fn(&Point) -> f64,
) -> Vec<Vec<f64>> {
    (0..count).map(|index| walk(index).iter().map(of).collect()).collect()
}

/// The share of steps that went somewhere, from 0 to 1: of two neighbouring points of a walk,
/// how many differ. `None` for fewer than two points.
///
/// As a rule of thumb, steps are right where a quarter to a half of them are accepted: if
/// nearly all are, they are timid.
///
/// ```
/// use bootcamp::{Point, diagnostics::acceptance};
///
/// let [here, there] = [Point { x: 0.1, y: 0.2 }, Point { x: 0.1, y: 0.3 }];
/// assert_eq!(acceptance(&[here, here, there, there, there]), Some(0.25));
/// assert_eq!(acceptance(&[here]), None);
/// ```
#[must_use]
pub fn acceptance(points: &[Point]) -> Option<f64> {
    let steps = points.len().checked_sub(1).filter(|&steps| steps > 0)?;
    let moved = points.windows(2).filter(|pair| pair[0] != pair[1]).count();
    Some(moved as f64 / steps as f64)
}

/// The mean of all draws of all chains; `None` of nothing, and where it is NaN.
///
/// ```
/// use bootcamp::diagnostics::mean;
///
/// assert_eq!(mean(&[[1.0, 2.0], [3.0, 4.0]]), Some(2.5));
/// ```
#[must_use]
pub fn mean(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, |chains| defined(moments::mean(&chains.concat())))
}

/// The standard deviation of all draws of all chains, with one less than their number below;
/// `None` of fewer than two, and where it is NaN.
///
/// ```
/// use bootcamp::diagnostics::sd;
///
/// assert_eq!(sd(&[[1.0, 2.0], [2.0, 3.0]]), Some((2.0_f64 / 3.0).sqrt()));
/// ```
#[must_use]
pub fn sd(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, |chains| defined(moments::variance(&chains.concat()).sqrt()))
}

fn defined(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}
