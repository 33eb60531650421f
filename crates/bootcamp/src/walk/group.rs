//! Up to sixteen chains, and what is collected of them on the way.

use bootcamp_cell::{Progress, check_interrupt};

use super::draws::Streams;
use super::kernel::{InstructionSet, Kernel};
use super::lanes::{BLOCK, Block, Lanes, Row};
use super::sums::Sums;
use crate::random::Stream;
use crate::{Histogram2d, LANES, Point, WalkError};

/// How many blocks are walked between two looks for an interrupt.
const BLOCKS_PER_CHECK: usize = 64;

/// What every group does.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) step: f64,
    pub(super) burn_in: usize,
    pub(super) steps: usize,
    /// Every so many steps, a draw is kept for the traces.
    pub(super) thinning: usize,
    pub(super) keeps: bool,
    /// Empty.
    pub(super) histogram: Histogram2d,
    pub(super) set: InstructionSet,
}

/// What became of a group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) chains: usize,
    pub(super) accepted: Row<u64>,
    pub(super) sums: Sums,
    pub(super) traces: Vec<Vec<Point>>,
    pub(super) points: Vec<Vec<Point>>,
}

impl Group {
    /// Walks up to [`LANES`] chains.
    pub(super) fn walk(
        kernel: &dyn Kernel,
        plan: &Plan,
        starts: &[Point],
        streams: &[Stream],
        progress: Option<&Progress>,
    ) -> Result<Self, WalkError> {
        let chains = starts.len();
        // Lanes without a chain of their own repeat the first one, and are not counted.
        let filled = |lane: usize| if lane < chains { lane } else { 0 };
        let places = std::array::from_fn(|lane| starts[filled(lane)]);
        let words = std::array::from_fn(|lane| streams[filled(lane)].words());
        let mut lanes = Lanes::new(&places);
        for (lane, &place) in places.iter().enumerate() {
            let value = kernel.density(place);
            if !(0.0..f64::INFINITY).contains(&value) {
                return Err(WalkError::Density { at: place, value });
            }
            lanes.density.0[lane] = value;
        }
        let mut group = Self::new(plan, chains)?;
        let mut block = Block::new();
        let streams = Streams::new(&words);
        let mut walker = Walker { kernel, plan, lanes, streams, blocks: 0, progress };
        let mut left = plan.burn_in;
        while left > 0 {
            left -= walker.advance(&mut block, left)?;
        }
        group.sums.moments.origin = [walker.lanes.x, walker.lanes.y];
        walker.lanes.accepted = Row([0; LANES]);
        let mut done = 0;
        while done < plan.steps {
            let steps = walker.advance(&mut block, plan.steps - done)?;
            group.take(plan, &block, steps, done);
            done += steps;
        }
        group.accepted = walker.lanes.accepted;
        Ok(group)
    }

    fn new(plan: &Plan, chains: usize) -> Result<Self, WalkError> {
        let traced = plan.steps.div_ceil(plan.thinning);
        Ok(Self {
            chains,
            accepted: Row([0; LANES]),
            sums: Sums::new(plan.histogram.clone()),
            traces: reserve(chains, traced)?,
            points: reserve(if plan.keeps { chains } else { 0 }, plan.steps)?,
        })
    }

    /// Takes the points of a block; `done` steps were before it.
    fn take(&mut self, plan: &Plan, block: &Block, steps: usize, done: usize) {
        self.sums.add(plan.set, block, steps, self.chains);
        // The last step of each `thinning` is kept.
        let first = (plan.thinning - 1 - done % plan.thinning).min(steps);
        for (lane, trace) in self.traces.iter_mut().enumerate() {
            let kept = (first..steps).step_by(plan.thinning);
            trace.extend(kept.map(|step| block.point(step, lane)));
        }
        for (lane, points) in self.points.iter_mut().enumerate() {
            points.extend((0..steps).map(|step| block.point(step, lane)));
        }
    }
}

/// The chains on their way.
struct Walker<'a> {
    kernel: &'a dyn Kernel,
    plan: &'a Plan,
    lanes: Lanes,
    streams: Streams,
    blocks: usize,
    progress: Option<&'a Progress>,
}

impl Walker<'_> {
    /// Walks a block, or what is left. Gives the number of steps.
    fn advance(&mut self, block: &mut Block, left: usize) -> Result<usize, WalkError> {
        if self.blocks.is_multiple_of(BLOCKS_PER_CHECK) {
            check_interrupt();
        }
        self.blocks += 1;
        let steps = left.min(BLOCK);
        let (lanes, mut streams) = (self.lanes.clone(), self.streams.clone());
        let Plan { step, set, .. } = *self.plan;
        self.streams.fill(set, step, block, steps);
        if !self.kernel.advance(set, &mut self.lanes, block, steps) {
            // The same steps once more, one by one.
            streams.fill(set, step, block, steps);
            let here = Point { x: lanes.x.0[0], y: lanes.y.0[0] };
            let found = lanes.fault(|at| self.kernel.density(at), block, steps);
            let (at, value) = found.unwrap_or((here, f64::NAN));
            return Err(WalkError::Density { at, value });
        }
        if let Some(progress) = self.progress {
            progress.add((steps * LANES) as u64);
        }
        Ok(steps)
    }
}

fn reserve(chains: usize, points: usize) -> Result<Vec<Vec<Point>>, WalkError> {
    let one = |_| {
        let mut chain = Vec::new();
        let reserved = chain.try_reserve_exact(points);
        reserved.map_err(|_| WalkError::Memory { points: points.saturating_mul(chains) })?;
        Ok(chain)
    };
    (0..chains).map(one).collect()
}
