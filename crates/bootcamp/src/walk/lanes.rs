//! Sixteen chains that walk side by side, in vector code.

use crate::random::xoshiro;
use crate::{Density, LANES, Point};

/// How many steps are walked between two looks at the points.
pub(super) const BLOCK: usize = 64;

/// One number per chain, where vector registers find it quickly.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Row<T = f64>(pub(super) [T; LANES]);

/// Where the chains are.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
    pub(super) x: Row,
    pub(super) y: Row,
    /// The density there.
    pub(super) density: Row,
    /// The four words of xoshiro256++, each for all chains.
    random: [Row<u64>; 4],
    /// How many steps were accepted.
    pub(super) accepted: Row<u64>,
}

/// Where the chains were after each of some steps.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) x: [Row; BLOCK],
    pub(super) y: [Row; BLOCK],
}

impl Block {
    pub(super) fn new() -> Box<Self> {
        let row = Row([0.0; LANES]);
        Box::new(Self { x: [row; BLOCK], y: [row; BLOCK] })
    }

    pub(super) fn point(&self, step: usize, lane: usize) -> Point {
        Point { x: self.x[step].0[lane], y: self.y[step].0[lane] }
    }
}

impl Lanes {
    pub(super) fn new(starts: &[Point; LANES], streams: &[[u64; 4]; LANES]) -> Self {
        let word = |word: usize| Row(std::array::from_fn(|lane| streams[lane][word]));
        Self {
            x: Row(starts.map(|start| start.x)),
            y: Row(starts.map(|start| start.y)),
            density: Row([0.0; LANES]),
            random: std::array::from_fn(word),
            accepted: Row([0; LANES]),
        }
    }

    /// Where a chain might go, and the number in (0, 1] that decides.
    #[inline(always)]
    fn propose(&mut self, lane: usize, step: f64) -> (f64, f64, f64) {
        let proposal = next(&mut self.random, lane);
        let x = self.x.0[lane] + step * centred(proposal >> 32);
        let y = self.y.0[lane] + step * centred(proposal & 0xffff_ffff);
        (x, y, share_of(next(&mut self.random, lane)))
    }

    /// Walks `steps` steps (at most [`BLOCK`]) of at most `step` along x and y. Gives whether all
    /// densities that were met are numbers of at least 0.
    #[inline(always)]
    pub(super) fn advance<const FAST: bool>(
        &mut self,
        target: &impl Density,
        step: f64,
        block: &mut Block,
        steps: usize,
    ) -> bool {
        let mut here = self.clone();
        let mut faults = Row([0_u64; LANES]);
        let (mut x, mut y, mut share) = (Row([0.0; LANES]), Row([0.0; LANES]), Row([0.0; LANES]));
        let mut density = Row([0.0; LANES]);
        let rows = block.x.iter_mut().zip(&mut block.y);
        for (block_x, block_y) in rows.take(steps) {
            for lane in 0..LANES {
                (x.0[lane], y.0[lane], share.0[lane]) = here.propose(lane, step);
            }
            if FAST {
                target.at_lanes_fast(&x.0, &y.0, &mut density.0);
            } else {
                target.at_lanes(&x.0, &y.0, &mut density.0);
            }
            for lane in 0..LANES {
                let proposed = density.0[lane];
                // A product, not a ratio: 0 / 0 is NaN where the density is 0.
                let accepted = u64::from(share.0[lane] * here.density.0[lane] <= proposed);
                let sound = (0.0..f64::INFINITY).contains(&proposed);
                faults.0[lane] += u64::from(!sound);
                here.accepted.0[lane] += accepted;
                // Written with bits: an `if` may become a jump, and ends vector code.
                let mask = accepted.wrapping_neg();
                let choose = |new: f64, old: f64| {
                    f64::from_bits(new.to_bits() & mask | old.to_bits() & !mask)
                };
                here.density.0[lane] = choose(proposed, here.density.0[lane]);
                here.x.0[lane] = choose(x.0[lane], here.x.0[lane]);
                here.y.0[lane] = choose(y.0[lane], here.y.0[lane]);
            }
            *block_x = here.x;
            *block_y = here.y;
        }
        *self = here;
        faults.0 == [0; LANES]
    }

    /// The first point among the next `steps` steps whose density is NaN, negative or infinite,
    /// and that density: what made [`advance`](Self::advance) give `false`.
    pub(super) fn fault(
        mut self,
        density: impl Fn(Point) -> f64,
        step: f64,
        steps: usize,
    ) -> Option<(Point, f64)> {
        for _ in 0..steps {
            for lane in 0..LANES {
                let (x, y, share) = self.propose(lane, step);
                let there = Point { x, y };
                let proposed = density(there);
                if !(0.0..f64::INFINITY).contains(&proposed) {
                    return Some((there, proposed));
                }
                if share * self.density.0[lane] <= proposed {
                    (self.x.0[lane], self.y.0[lane]) = (there.x, there.y);
                    self.density.0[lane] = proposed;
                }
            }
        }
        None
    }
}

/// The next number of a chain's stream.
#[inline(always)]
fn next(state: &mut [Row<u64>; 4], lane: usize) -> u64 {
    let (number, after) = xoshiro([0, 1, 2, 3].map(|word| state[word].0[lane]));
    for word in 0..4 {
        state[word].0[lane] = after[word];
    }
    number
}

/// A number in (-1, 1) from 32 random bits; as likely as its negative, as detailed balance
/// asks of a proposal.
#[inline(always)]
fn centred(bits: u64) -> f64 {
    // The middle of one of 2^32 equal parts of [2, 4), less 3.
    f64::from_bits(0x4000_0000_0000_0000 | bits << 20 | 1 << 19) - 3.0
}

/// A number in (0, 1] from 64 random bits: never 0, so nothing is accepted where the density is 0.
#[inline(always)]
fn share_of(bits: u64) -> f64 {
    2.0 - f64::from_bits(0x3ff0_0000_0000_0000 | bits >> 12)
}
