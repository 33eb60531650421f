//! What is known of some walks: what a summary is made of.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Coordinate;
use crate::Point;

/// What is in a summary.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub(super) struct Parts {
    pub(super) chains: usize,
    pub(super) draws: usize,
    /// How many steps are between two draws.
    pub(super) thinning: usize,
    pub(super) acceptance: f64,
    pub(super) x: Coordinate,
    pub(super) y: Coordinate,
    pub(super) starts: Vec<Point>,
}
