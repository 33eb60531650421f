//! What a walk does, whatever its density is. Compiled once, not in every cell that walks.

use bootcamp_cell::Progress;
use rayon::prelude::*;

use super::group::{Group, Plan};
use super::kernel::{InstructionSet, Kernel};
use super::run::Run;
use crate::random::{Stream, streams};
use crate::{Histogram2d, LANES, Point, STEP, WalkError};

/// At most so many draws of all chains together are kept for traces and diagnostics: 4 MB.
const MOST_TRACED: usize = 1 << 18;

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) starts: Starts,
    pub(super) step: f64,
    pub(super) burn_in: usize,
    pub(super) chains: usize,
    pub(super) seed: u64,
    pub(super) keeps: bool,
    pub(super) shows_progress: bool,
    pub(super) histogram: Histogram2d,
    pub(super) set: InstructionSet,
}

#[derive(Clone, Debug)]
pub(super) enum Starts {
    One(Point),
    Each(Vec<Point>),
    Random,
}

impl Settings {
    pub(super) fn new() -> Self {
        Self {
            starts: Starts::One(Point::default()),
            step: STEP,
            burn_in: 0,
            chains: 1,
            seed: 0,
            keeps: false,
            shows_progress: false,
            histogram: Histogram2d::default(),
            set: InstructionSet::detect(),
        }
    }

    pub(super) fn start_each(&mut self, starts: &[Point]) {
        self.chains = starts.len();
        self.starts = Starts::Each(starts.to_vec());
    }

    #[track_caller]
    pub(super) fn run(&self, kernel: &dyn Kernel, steps: usize) -> Run {
        match self.try_run(kernel, steps) {
            Ok(run) => run,
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn try_run(&self, kernel: &dyn Kernel, steps: usize) -> Result<Run, WalkError> {
        let plan = self.plan(steps)?;
        let mut streams = streams(self.seed, self.chains);
        let starts = self.place(&mut streams)?;
        let progress = self.shows_progress.then(|| {
            let groups = self.chains.div_ceil(LANES);
            let all = steps.saturating_add(self.burn_in).saturating_mul(groups * LANES);
            Progress::new(all as u64).label("Walking")
        });
        let groups: Vec<_> = starts
            .par_chunks(LANES)
            .zip(streams.par_chunks(LANES))
            .map(|(starts, streams)| Group::walk(kernel, &plan, starts, streams, progress.as_ref()))
            .collect();
        if let Some(progress) = progress {
            progress.finish();
        }
        // Put together in the order of the chains: sums are the same with any number of threads.
        let mut run = Run::new(starts, &plan);
        for group in groups {
            run.append(group?)?;
        }
        Ok(run)
    }

    fn plan(&self, steps: usize) -> Result<Plan, WalkError> {
        if self.chains == 0 || steps == 0 {
            return Err(WalkError::Nothing { chains: self.chains, steps });
        }
        if !(self.step.is_finite() && self.step > 0.0) {
            return Err(WalkError::Step { step: self.step });
        }
        if let Starts::Each(starts) = &self.starts
            && starts.len() != self.chains
        {
            return Err(WalkError::Starts { starts: starts.len(), chains: self.chains });
        }
        let points = steps.saturating_mul(self.chains);
        if steps.checked_add(self.burn_in).is_none() || points > isize::MAX as usize {
            return Err(WalkError::Memory { points });
        }
        // One draw of each chain at least, whatever that takes.
        let most = (MOST_TRACED / self.chains).max(1);
        Ok(Plan {
            step: self.step,
            burn_in: self.burn_in,
            steps,
            thinning: steps.div_ceil(most),
            keeps: self.keeps,
            histogram: self.histogram.emptied(),
            set: self.set,
        })
    }

    fn place(&self, streams: &mut [Stream]) -> Result<Vec<Point>, WalkError> {
        let starts: Vec<_> = match &self.starts {
            Starts::One(start) => vec![*start; self.chains],
            Starts::Each(starts) => starts.clone(),
            Starts::Random => streams.iter_mut().map(Stream::unit_square).collect(),
        };
        match starts.iter().find(|start| !start.is_finite()) {
            Some(&start) => Err(WalkError::Start { start }),
            None => Ok(starts),
        }
    }
}
