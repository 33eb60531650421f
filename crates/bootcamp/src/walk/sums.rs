//! What is added up of the points of sixteen chains.

use super::counter::Counter;
use super::kernel::InstructionSet;
use super::lanes::{Block, Row, TOGETHER};
use crate::{Histogram2d, LANES};

#[derive(Debug)]
pub(super) struct Sums {
    pub(super) moments: Moments,
    pub(super) counter: Counter,
}

/// Sums over the points of each chain, counted from the chain's own origin: so nothing of
/// the variance is lost far away from 0.
#[derive(Debug)]
pub(super) struct Moments {
    pub(super) origin: [Row; 2],
    /// Of x, y, x x, y y and x y.
    pub(super) sums: [Row; 5],
}

impl Sums {
    pub(super) fn new(bins: Histogram2d) -> Self {
        let row = Row([0.0; LANES]);
        let moments = Moments { origin: [row; 2], sums: [row; 5] };
        Self { moments, counter: Counter::new(bins) }
    }

    /// Adds the points of the first `chains` lanes; the moments of the others mean nothing.
    pub(super) fn add(&mut self, set: InstructionSet, block: &Block, steps: usize, chains: usize) {
        match set.min(InstructionSet::detect()) {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx512 => unsafe { self.add_avx512(block, steps, chains) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx2 => unsafe { self.add_avx2(block, steps, chains) },
            _ => self.add_any(block, steps, chains),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2")]
    fn add_avx512(&mut self, block: &Block, steps: usize, chains: usize) {
        self.add_any(block, steps, chains);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn add_avx2(&mut self, block: &Block, steps: usize, chains: usize) {
        self.add_any(block, steps, chains);
    }

    #[inline(always)]
    fn add_any(&mut self, block: &Block, steps: usize, chains: usize) {
        for first in (0..LANES).step_by(TOGETHER) {
            self.moments.add(first, block, steps);
        }
        self.counter.add(block, steps, chains);
    }
}

impl Moments {
    /// Adds the points of the chains from `first` on.
    #[inline(always)]
    fn add(&mut self, first: usize, block: &Block, steps: usize) {
        let mut sums = [[0.0; TOGETHER]; 5];
        let some = |row: &Row| -> [f64; TOGETHER] { std::array::from_fn(|at| row.0[first + at]) };
        let [origin_x, origin_y] = self.origin.each_ref().map(some);
        for (x, y) in block.x[..steps].iter().zip(&block.y) {
            for at in 0..TOGETHER {
                let (x, y) = (x.0[first + at] - origin_x[at], y.0[first + at] - origin_y[at]);
                sums[0][at] += x;
                sums[1][at] += y;
                sums[2][at] += x * x;
                sums[3][at] += y * y;
                sums[4][at] += x * y;
            }
        }
        // Sums of sums: the small ones do not drown in the large ones.
        for (sum, part) in self.sums.iter_mut().zip(&sums) {
            for (sum, part) in sum.0[first..].iter_mut().zip(part) {
                *sum += part;
            }
        }
    }
}
