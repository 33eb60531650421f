//! Equal bins along one direction.

use std::ops::RangeInclusive;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::HistogramError;

/// Equal bins along one direction.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub(super) struct Axis {
    pub(super) bins: usize,
    pub(super) start: f64,
    pub(super) end: f64,
    /// Where each bin starts, and infinity: the last bin contains its upper edge.
    lower: Vec<f64>,
    /// Bins per unit length; none where the bins are so narrow that rounded numbers
    /// cannot tell which edge is the nearest one.
    scale: Option<f64>,
}

impl Axis {
    pub(super) fn new(
        axis: char,
        bins: usize,
        range: RangeInclusive<f64>,
    ) -> Result<Self, HistogramError> {
        let (start, end) = range.into_inner();
        if start < end && (end - start).is_finite() {
            Ok(Self::equal(bins, start, end))
        } else {
            Err(HistogramError::Range { axis, start, end })
        }
    }

    pub(super) fn equal(bins: usize, start: f64, end: f64) -> Self {
        let mut axis = Self { bins, start, end, lower: Vec::new(), scale: None };
        axis.lower = axis.edges();
        let scale = bins as f64 / (end - start);
        let is_near =
            |(index, edge): (usize, &f64)| ((edge - start) * scale - index as f64).abs() < 0.25;
        axis.scale = axis.lower.iter().enumerate().all(is_near).then_some(scale);
        axis.lower[bins] = f64::INFINITY;
        axis
    }

    /// The point `index` bins from the start; half an index is the middle of a bin.
    fn position(&self, index: f64) -> f64 {
        let share = index / self.bins as f64;
        // The sum may be rounded away from the end.
        if share < 1.0 { self.start + (self.end - self.start) * share } else { self.end }
    }

    #[inline]
    pub(super) fn bin(&self, value: f64) -> Option<usize> {
        /// So large that a sum has no digits after the point, and its lowest bits are the
        /// whole number: quicker than a cast, which has to look for NaN.
        const MAGIC: f64 = (1_u64 << 52) as f64;
        if !(self.start..=self.end).contains(&value) {
            return None;
        }
        let Some(scale) = self.scale else {
            return Some(self.lower.partition_point(|&edge| edge <= value) - 1);
        };
        // The nearest edge: the value is in the bin above it or in the one below.
        let sum = (value - self.start) * scale + MAGIC;
        let nearest = (sum.to_bits() - MAGIC.to_bits()) as usize;
        Some(nearest - usize::from(value < self.lower[nearest]))
    }

    pub(super) fn edges(&self) -> Vec<f64> {
        (0..=self.bins).map(|index| self.position(index as f64)).collect()
    }

    pub(super) fn centers(&self) -> Vec<f64> {
        (0..self.bins).map(|index| self.position(index as f64 + 0.5)).collect()
    }
}
