//! Counting the points of sixteen chains at a time.

use super::lanes::Row;
use crate::exponential::ROUNDING;
use crate::{Histogram2d, LANES, Point};

/// How far from an edge, in bins, a point has to be for its bin to be certain.
const DOUBT: f64 = 1e-6;

/// Fills a histogram quickly. Points on edges and outside are left to the histogram itself,
/// which is exact about them.
#[derive(Debug)]
pub(super) struct Counter {
    histogram: Histogram2d,
    x: Scale,
    y: Scale,
    counts: Vec<u64>,
}

/// From a coordinate to a number of bins.
#[derive(Clone, Copy, Debug)]
struct Scale {
    start: f64,
    per_unit: f64,
    bins: f64,
}

impl Counter {
    pub(super) fn new(histogram: Histogram2d) -> Self {
        let scale = |edges: &[f64]| {
            let (start, end) = (edges[0], edges[edges.len() - 1]);
            let bins = (edges.len() - 1) as f64;
            Scale { start, per_unit: bins / (end - start), bins }
        };
        let (x, y) = (scale(&histogram.x_edges()), scale(&histogram.y_edges()));
        let counts = vec![0; histogram.counts().len()];
        Self { histogram, x, y, counts }
    }

    /// Counts the points of the first `chains` lanes.
    #[inline(always)]
    pub(super) fn add(&mut self, x: &Row, y: &Row, chains: usize) {
        let mut bins = Row([0_u64; LANES]);
        let mut doubts = Row([0_u64; LANES]);
        for lane in 0..LANES {
            let (bin_x, certain_x) = self.x.bin(x.0[lane]);
            let (bin_y, certain_y) = self.y.bin(y.0[lane]);
            bins.0[lane] = ((bin_x * self.y.bins + bin_y) + ROUNDING).to_bits() & 0xffff_ffff_ffff;
            doubts.0[lane] = u64::from(!(certain_x & certain_y));
        }
        for lane in 0..chains {
            let count = self.counts.get_mut(bins.0[lane] as usize);
            match count.filter(|_| doubts.0[lane] == 0) {
                Some(count) => *count += 1,
                None => self.add_exactly(Point { x: x.0[lane], y: y.0[lane] }),
            }
        }
    }

    #[cold]
    fn add_exactly(&mut self, point: Point) {
        self.histogram.add(point);
    }

    pub(super) fn finish(mut self) -> Histogram2d {
        self.histogram.add_counts(&self.counts);
        self.histogram
    }
}

impl Scale {
    /// The bin of a coordinate, and whether it is that for certain.
    #[inline(always)]
    fn bin(self, value: f64) -> (f64, bool) {
        let place = (value - self.start) * self.per_unit;
        // The middle of a bin is as far as can be from a doubtful rounding.
        let bin = (place - 0.5 + ROUNDING) - ROUNDING;
        let inside = place - bin;
        let certain =
            (place > 0.0) & (place < self.bins) & (inside > DOUBT) & (inside < 1.0 - DOUBT);
        (bin, certain)
    }
}
