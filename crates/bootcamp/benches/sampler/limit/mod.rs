//! The machine's limit: the bootcamp's mixture and walk, written by hand for vector
//! registers and for nothing else. No library that takes any density can be as fast.
#![expect(clippy::inline_always, reason = "a call would leave the vector registers")]

#[cfg(target_arch = "x86_64")]
mod collection;
#[cfg(target_arch = "x86_64")]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod lanes;

use bootcamp::{Histogram2d, Mixture, Point, rng};
use rand::{Rng, RngExt};

/// The vector instructions that this processor has.
#[derive(Clone, Copy)]
pub(crate) enum Set {
    Avx2,
    Avx512,
}

/// What one chain has added up.
#[derive(Clone, Copy)]
pub(crate) struct Sums {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) accepted: f64,
}

/// What is kept of a walk.
#[derive(Clone, Copy)]
pub(crate) enum Kept {
    /// Two sums, and how many steps were accepted.
    Sums,
    /// All that [`bootcamp::Walk`] keeps: sums for covariances, a histogram and traces, too.
    All,
}

/// What all chains together have left behind.
pub(crate) struct Walked {
    pub(crate) sums: Vec<Sums>,
    /// Of 50 x 50 bins and, as the last ones along x and y, of what is outside.
    pub(crate) counts: Vec<Vec<u64>>,
}

impl Set {
    /// The set of a peer's name, and what it keeps.
    pub(crate) fn of_role(name: &str) -> Option<(Self, Kept)> {
        match name {
            "limit AVX2" => Some((Self::Avx2, Kept::Sums)),
            "limit AVX2, histogram" => Some((Self::Avx2, Kept::All)),
            "limit AVX-512" => Some((Self::Avx512, Kept::Sums)),
            "limit AVX-512, histogram" => Some((Self::Avx512, Kept::All)),
            _ => None,
        }
    }

    #[cfg(target_arch = "x86_64")]
    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn is_there(self) -> bool {
        false
    }

    /// How many chains walk together: two registers full, see [`kernel`].
    pub(crate) fn chains(self) -> usize {
        match self {
            Self::Avx2 => 2 * 4,
            Self::Avx512 => 2 * 8,
        }
    }

    /// Walks a chain from each start, `n_steps` of at most `step` along x and y.
    pub(crate) fn walk(
        self,
        kept: Kept,
        starts: &[Point],
        step: f64,
        n_steps: usize,
        seed: u64,
    ) -> Walked {
        assert!(self.is_there() && starts.len() == self.chains());
        self.walk_there(kept, starts, step, n_steps, seed)
    }

    #[cfg(target_arch = "x86_64")]
    fn walk_there(
        self,
        kept: Kept,
        starts: &[Point],
        step: f64,
        n_steps: usize,
        seed: u64,
    ) -> Walked {
        // As many draws in the traces as there.
        let thinning = n_steps.div_ceil((1 << 18) / starts.len());
        let mut batch = kernel::Batch::new(starts, thinning, &mut rng(seed));
        let (batch, walk) = (
            &mut batch,
            match (self, kept) {
                (Self::Avx2, Kept::Sums) => kernel::walk_avx2::<false>,
                (Self::Avx2, Kept::All) => kernel::walk_avx2::<true>,
                (Self::Avx512, Kept::Sums) => kernel::walk_avx512::<false>,
                (Self::Avx512, Kept::All) => kernel::walk_avx512::<true>,
            },
        );
        // SAFETY: the processor has the instructions, and the batch the right length.
        unsafe { walk(batch, step, n_steps) };
        batch.walked()
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn walk_there(self, _: Kept, _: &[Point], _: f64, _: usize, _: u64) -> Walked {
        unreachable!("no other processor has the instructions")
    }
}

/// How many steps of the bootcamp's walk tell as much about the mean of y as one
/// independent draw: the mean square error of chains of a million steps, which start
/// where exact draws lie.
pub(crate) fn steps_per_draw(set: Set, chains: usize) -> f64 {
    const STEPS: usize = 1_000_000;
    let batches = chains.div_ceil(set.chains());
    let mut errors = Vec::new();
    for batch in 0..batches {
        let starts = exact_draws(set.chains(), &mut rng(100 + batch as u64));
        let sums = set.walk(Kept::Sums, &starts, bootcamp::STEP, STEPS, batch as u64).sums;
        errors.extend(sums.iter().map(|sums| sums.y / STEPS as f64 - Mixture::bootcamp().mean().y));
    }
    let square = errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64;
    STEPS as f64 * square / VARIANCE_Y
}

/// The exact variance of y.
pub(crate) const VARIANCE_Y: f64 = 0.06525;

/// Panics when the kernel does not sample the mixture: means and histogram of a walk with
/// long steps, which mixes, against the exact ones.
pub(crate) fn check(set: Set) {
    const STEPS: usize = 1_000_000;
    let starts = exact_draws(set.chains(), &mut rng(1));
    let exact = Mixture::bootcamp().mean();
    let n = STEPS * set.chains();
    for kept in [Kept::Sums, Kept::All] {
        let walked = set.walk(kept, &starts, 0.6, STEPS, 1);
        let mean = |part: fn(&Sums) -> f64| walked.sums.iter().map(part).sum::<f64>() / n as f64;
        // About 25 steps are worth one draw: these are five standard errors or more.
        let (x, y) = (mean(|sums| sums.x), mean(|sums| sums.y));
        assert!((x - exact.x).abs() < 0.002 && (y - exact.y).abs() < 0.002, "mean ({x}, {y})");
        if let Kept::All = kept {
            assert_eq!(walked.counts.iter().flatten().sum::<u64>(), n as u64, "points counted");
            let distance = total_variation(&walked.counts, n as f64);
            assert!(distance < 0.03, "total variation {distance}");
        }
    }
}

/// As [`Histogram2d::total_variation`].
fn total_variation(counts: &[Vec<u64>], n: f64) -> f64 {
    let exact = Mixture::bootcamp().bin_probabilities(&Histogram2d::default());
    let bins = exact.indexed_iter().map(|((x, y), share)| (counts[x][y] as f64 / n, share));
    let outside = 1.0 - bins.clone().map(|(count, _)| count).sum::<f64>();
    let inside: f64 = bins.map(|(count, share)| (count - share).abs()).sum();
    0.5 * (inside + (outside - (1.0 - exact.sum())).abs())
}

/// Independent points of the mixture.
pub(crate) fn exact_draws(n: usize, rng: &mut impl Rng) -> Vec<Point> {
    let mixture = Mixture::bootcamp();
    let weights = mixture.weights();
    let draw = |_| {
        let share: f64 = rng.random();
        let peak = usize::from(share > weights[0]) + usize::from(share > weights[0] + weights[1]);
        let peak = mixture.gaussians()[peak];
        // Box and Muller: two uniform numbers make two normal ones.
        let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * rng.random::<f64>()).sin_cos();
        Point {
            x: peak.center.x + peak.width.x * radius * cos,
            y: peak.center.y + peak.width.y * radius * sin,
        }
    };
    (0..n).map(draw).collect()
}
