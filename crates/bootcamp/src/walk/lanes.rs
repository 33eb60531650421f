//! Sixteen chains that walk side by side, in vector code.

use crate::{Density, LANES, Point};

/// How many steps are walked between two looks at the points. With more of them, less of a histogram
/// stays beside them in the nearest memory.
pub(super) const BLOCK: usize = 32;

/// So many chains at once go through a block where what is kept of each (its random stream, its
/// sums) would not fit into registers for all sixteen.
pub(super) const TOGETHER: usize = 8;

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
    /// How many steps were accepted.
    pub(super) accepted: Row<u64>,
}

/// What some steps are to do, and then what they did.
#[derive(Debug)]
pub(super) struct Block {
    /// How far each step is to lead along x; where it was walked, where the chain was after it.
    pub(super) x: [Row; BLOCK],
    pub(super) y: [Row; BLOCK],
    /// The number in (0, 1] that decides whether the step is accepted.
    pub(super) share: [Row; BLOCK],
}

impl Block {
    pub(super) fn new() -> Box<Self> {
        let row = Row([0.0; LANES]);
        Box::new(Self { x: [row; BLOCK], y: [row; BLOCK], share: [row; BLOCK] })
    }

    pub(super) fn point(&self, step: usize, lane: usize) -> Point {
        Point { x: self.x[step].0[lane], y: self.y[step].0[lane] }
    }
}

impl Lanes {
    pub(super) fn new(starts: &[Point; LANES]) -> Self {
        Self {
            x: Row(starts.map(|start| start.x)),
            y: Row(starts.map(|start| start.y)),
            density: Row([0.0; LANES]),
            accepted: Row([0; LANES]),
        }
    }

    /// Walks the first `steps` steps of a block. Gives whether all densities that were met are
    /// numbers of at least 0.
    #[inline(always)]
    #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is not at least 0")]
    pub(super) fn advance<const FAST: bool>(
        &mut self,
        target: &impl Density,
        block: &mut Block,
        steps: usize,
    ) -> bool {
        let mut here = self.clone();
        let mut faults = Row([0_u64; LANES]);
        let (mut x, mut y, mut density) = (Row([0.0; LANES]), Row([0.0; LANES]), Row([0.0; LANES]));
        let rows = block.x.iter_mut().zip(&mut block.y).zip(&block.share);
        for ((block_x, block_y), share) in rows.take(steps) {
            for lane in 0..LANES {
                x.0[lane] = here.x.0[lane] + block_x.0[lane];
                y.0[lane] = here.y.0[lane] + block_y.0[lane];
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
                faults.0[lane] += u64::from(!(proposed >= 0.0));
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
        // A chain never leaves where the density is infinite: one look at the end is enough.
        for lane in 0..LANES {
            faults.0[lane] |= u64::from(here.density.0[lane] == f64::INFINITY);
        }
        *self = here;
        faults.0.iter().fold(0, |all, &one| all | one) == 0
    }

    /// The first point among the steps of a block, not yet walked, whose density is NaN, negative
    /// or infinite, and that density: what made [`advance`](Self::advance) give `false`.
    pub(super) fn fault(
        mut self,
        density: impl Fn(Point) -> f64,
        block: &Block,
        steps: usize,
    ) -> Option<(Point, f64)> {
        for step in 0..steps {
            for lane in 0..LANES {
                let Point { x, y } = block.point(step, lane);
                let there = Point { x: self.x.0[lane] + x, y: self.y.0[lane] + y };
                let proposed = density(there);
                if !(0.0..f64::INFINITY).contains(&proposed) {
                    return Some((there, proposed));
                }
                if block.share[step].0[lane] * self.density.0[lane] <= proposed {
                    (self.x.0[lane], self.y.0[lane]) = (there.x, there.y);
                    self.density.0[lane] = proposed;
                }
            }
        }
        None
    }
}
