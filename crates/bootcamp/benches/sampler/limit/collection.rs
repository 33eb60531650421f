//! What the library's walk keeps of its points: five sums, a histogram and traces.
//!
//! A block of steps is walked first and collected then: both at once need more registers
//! than there are. Meanwhile the block stays in the nearest memory.

use std::slice;

use super::kernel::GROUPS;
use super::lanes::Lanes;

/// How many steps are walked before they are collected.
pub(super) const BLOCK: usize = 32;

const BINS: usize = 50;
/// From one row of counts to the next: with a power of two, the bits of x and y lie side by
/// side.
pub(super) const STRIDE: usize = 1 << STRIDE_BITS;
const STRIDE_BITS: i32 = 6;
/// The bits after the point of a number of bins.
const FRACTION: i32 = 18;

/// x and y of each register after a step.
pub(super) type Points<V> = [[V; 2]; GROUPS];

pub(super) struct Collection {
    /// One more than there are bins along x and y: what is outside, on any side, is last.
    counts: Vec<u64>,
    /// Of every `thinning` steps, the last one.
    traces: Vec<f64>,
    thinning: usize,
}

impl Collection {
    pub(super) fn new(thinning: usize) -> Self {
        Self { counts: vec![0; (BINS + 1) * STRIDE], traces: Vec::new(), thinning }
    }

    /// By number of x, then y.
    pub(super) fn counts(&self) -> Vec<Vec<u64>> {
        self.counts.chunks(STRIDE).map(<[u64]>::to_vec).collect()
    }

    /// Counts the points of a register and adds up x, y, x x, y y and x y.
    ///
    /// # Safety
    /// The processor must have the instructions.
    #[inline(always)]
    pub(super) unsafe fn add<V: Lanes>(
        &mut self,
        places: &Places<V>,
        block: &[Points<V>],
        register: usize,
        sums: &mut [V; 5],
    ) {
        let counts = self.counts.as_mut_ptr();
        let mut all = *sums;
        // SAFETY: the caller's promise; a place is the number of a count, see `places`.
        unsafe {
            for points in block {
                let [x, y] = points[register];
                all[0] = V::add(all[0], x);
                all[1] = V::add(all[1], y);
                all[2] = V::mul_add(x, x, all[2]);
                all[3] = V::mul_add(y, y, all[3]);
                all[4] = V::mul_add(x, y, all[4]);
                // Through memory: taking a register apart takes longer.
                let mut numbers = [0_u64; 8];
                V::store(places.at(x, y), numbers.as_mut_ptr().cast());
                for number in &numbers[..V::WIDTH] {
                    *counts.add(*number as usize) += 1;
                }
            }
        }
        *sums = all;
    }

    /// Keeps every so many steps of a block; `done` steps were before it.
    #[inline(always)]
    pub(super) fn trace<V: Lanes>(&mut self, block: &[Points<V>], done: usize) {
        let first = self.thinning - 1 - done % self.thinning;
        for points in block.iter().skip(first).step_by(self.thinning) {
            // SAFETY: registers are numbers without gaps, `WIDTH` of them each.
            let numbers = unsafe {
                slice::from_raw_parts(points.as_ptr().cast::<f64>(), 2 * GROUPS * V::WIDTH)
            };
            self.traces.extend_from_slice(numbers);
        }
    }
}

/// Finds the places of points among the counts.
pub(super) struct Places<V> {
    bins: V,
    /// So large that the lowest bit of a sum is worth 2^-FRACTION.
    shift: V,
    /// What is left of x: whole rows.
    rows: V,
    /// The places of what is outside along x, and along y.
    last: [V; 2],
}

impl<V: Lanes> Places<V> {
    #[inline(always)]
    pub(super) unsafe fn new() -> Self {
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            let bits = |bits: usize| V::splat(f64::from_bits(bits as u64));
            Self {
                bins: V::splat(BINS as f64),
                shift: V::splat(1.5 * 2.0_f64.powi(52 - FRACTION)),
                rows: bits(!(STRIDE - 1)),
                last: [bits(BINS * STRIDE), bits(BINS)],
            }
        }
    }

    /// At most `BINS * STRIDE + BINS`, the last count of the table.
    #[inline(always)]
    unsafe fn at(&self, x: V, y: V) -> V {
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            let x = V::mul_add(x, self.bins, self.shift);
            let y = V::mul_add(y, self.bins, self.shift);
            let x = V::and(V::shift_right(x, FRACTION - STRIDE_BITS), self.rows);
            let y = V::shift_right(y, FRACTION);
            // Negative numbers are large here; the high halves, which hold the exponent,
            // become 0.
            V::add_bits(V::min_bits(x, self.last[0]), V::min_bits(y, self.last[1]))
        }
    }
}
