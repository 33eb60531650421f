//! The diagnostics of one coordinate.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{ess_bulk, ess_tail, integrated_time, mcse_mean, mean, rhat, sd};

/// The diagnostics of one coordinate. Mean, standard deviation and error have its unit; what is
/// undefined is `None`.
///
/// ```
/// use bootcamp::{Point, diagnostics::Summary};
///
/// let walk: Vec<Point> = (0..100).map(|k| Point { x: f64::from(k % 10), y: 1.0 }).collect();
/// let summary = Summary::new(&[walk])?;
/// assert_eq!(summary.x().mean, 4.5);
/// assert_eq!(summary.x().rhat, None); // there is one chain
/// assert_eq!(summary.y().sd, 0.0);
/// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[non_exhaustive]
pub struct Coordinate {
    /// The mean of all draws.
    pub mean: f64,
    /// The standard deviation of all draws.
    pub sd: f64,
    /// How far off the mean may be: [`mcse_mean`].
    pub mcse: Option<f64>,
    /// Whether the chains agree: [`rhat`].
    pub rhat: Option<f64>,
    /// Independent samples for the middle of the density: [`ess_bulk`].
    pub ess_bulk: Option<f64>,
    /// Independent samples for its tails: [`ess_tail`].
    pub ess_tail: Option<f64>,
    /// Steps until a walker has forgotten where it was: [`integrated_time`].
    pub integrated_time: Option<f64>,
}

impl Coordinate {
    /// Of finite draws, at least four in each chain.
    pub(super) fn new(chains: &[Vec<f64>]) -> Self {
        Self {
            mean: mean(chains).unwrap_or(f64::NAN),
            sd: sd(chains).unwrap_or(f64::NAN),
            mcse: mcse_mean(chains),
            rhat: rhat(chains),
            ess_bulk: ess_bulk(chains),
            ess_tail: ess_tail(chains),
            integrated_time: integrated_time(chains),
        }
    }
}
