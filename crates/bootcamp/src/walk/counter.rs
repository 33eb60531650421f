//! Counting the points of sixteen chains at a time.

use super::lanes::{BLOCK, Block, Row, TOGETHER};
use crate::exponential::ROUNDING;
use crate::{Histogram2d, LANES};

/// How far from an edge, in bins, a point has to be for its bin to be certain.
const DOUBT: f64 = 1e-6;
/// Up to so many bins from 0, rounded numbers are less wrong than that.
const MOST_BINS: f64 = 1e9;

/// Fills a histogram quickly. A block with a point on an edge is left to the histogram itself,
/// which is exact about it.
#[derive(Debug)]
pub(super) struct Counter {
    histogram: Histogram2d,
    x: Scale,
    y: Scale,
    /// Of the bins, and of a border around them for the points outside.
    counts: Vec<u64>,
    /// Where in `counts` the points of a block belong: the low 32 bits.
    places: [Row<u64>; BLOCK],
}

/// From a coordinate to a number of bins; the border before the first bin is number 0.
#[derive(Clone, Copy, Debug)]
struct Scale {
    per_unit: f64,
    shift: f64,
    /// The border after the last bin.
    last: f64,
}

impl Counter {
    pub(super) fn new(histogram: Histogram2d) -> Self {
        let (x, y) = (Scale::new(&histogram.x_edges()), Scale::new(&histogram.y_edges()));
        let places = (x.last + 1.0) * (y.last + 1.0);
        let exact = x.is_exact() && y.is_exact() && places < f64::from(u32::MAX);
        let counts = vec![0; if exact { places as usize } else { 0 }];
        Self { histogram, x, y, counts, places: [Row([0; LANES]); BLOCK] }
    }

    /// Counts the points of the first `chains` lanes.
    #[inline(always)]
    pub(super) fn add(&mut self, block: &Block, steps: usize, chains: usize) {
        let mut certain = !self.counts.is_empty();
        for first in (0..LANES).step_by(TOGETHER) {
            certain &= self.find_places(first, block, steps);
        }
        if !certain {
            self.add_exactly(block, steps, chains);
            return;
        }
        if chains == LANES {
            // A loop of a known length has no jumps.
            self.count(steps, LANES);
        } else {
            self.count(steps, chains);
        }
    }

    #[inline(always)]
    fn count(&mut self, steps: usize, chains: usize) {
        let counts = self.counts.as_mut_slice();
        for places in &self.places[..steps] {
            for &place in &places.0[..chains] {
                counts[place as u32 as usize] += 1;
            }
        }
    }

    /// Finds the places of the chains from `first` on. Gives whether all of them are certain.
    #[inline(always)]
    fn find_places(&mut self, first: usize, block: &Block, steps: usize) -> bool {
        let (scale_x, scale_y) = (self.x, self.y);
        let mut farthest = [0.0; TOGETHER];
        let rows = block.x.iter().zip(&block.y).zip(&mut self.places);
        for ((x, y), places) in rows.take(steps) {
            for at in 0..TOGETHER {
                let (x, y) = (scale_x.bins(x.0[first + at]), scale_y.bins(y.0[first + at]));
                let (round_x, round_y) = (x + ROUNDING, y + ROUNDING);
                let bin_x = round_x - ROUNDING;
                // The middle of a bin is a whole number.
                let off = larger((x - bin_x).abs(), (y - (round_y - ROUNDING)).abs());
                farthest[at] = larger(off, farthest[at]);
                places.0[first + at] = (bin_x * (scale_y.last + 1.0) + round_y).to_bits();
            }
        }
        // Not `all`: with its jumps, compilers turn the registers of the loop around.
        farthest.into_iter().fold(0.0, larger) < 0.5 - DOUBT
    }

    #[cold]
    fn add_exactly(&mut self, block: &Block, steps: usize, chains: usize) {
        for step in 0..steps {
            self.histogram.extend((0..chains).map(|lane| block.point(step, lane)));
        }
    }

    pub(super) fn finish(mut self) -> Histogram2d {
        if !self.counts.is_empty() {
            self.histogram.add_bordered(&self.counts);
        }
        self.histogram
    }
}

impl Scale {
    fn new(edges: &[f64]) -> Self {
        let (start, end) = (edges[0], edges[edges.len() - 1]);
        let bins = (edges.len() - 1) as f64;
        let per_unit = bins / (end - start);
        Self { per_unit, shift: 0.5 - start * per_unit, last: bins + 1.0 }
    }

    /// Whether rounding is no worse than [`DOUBT`] allows.
    fn is_exact(self) -> bool {
        self.shift.abs() + self.last < MOST_BINS
    }

    /// Half a bin more than from the start: the middle of bin number n, counted from 1, is at n.
    #[inline(always)]
    fn bins(self, value: f64) -> f64 {
        let bins = value * self.per_unit + self.shift;
        let bins = if bins > self.last { self.last } else { bins };
        // NaN becomes 0, too.
        larger(bins, 0.0)
    }
}

/// One instruction; [`f64::max`] is more, since it looks for NaN.
#[inline(always)]
fn larger(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}
