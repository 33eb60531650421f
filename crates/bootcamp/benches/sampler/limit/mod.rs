//! The machine's limit: the bootcamp's mixture and walk, written by hand for vector
//! registers and for nothing else. No library that takes any density can be as fast.
#![expect(clippy::inline_always, reason = "a call would leave the vector registers")]

#[cfg(target_arch = "x86_64")]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod lanes;

use bootcamp::{Mixture, Point, rng};
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

impl Set {
    /// The set of a peer's name.
    pub(crate) fn of_role(name: &str) -> Option<Self> {
        match name {
            "limit AVX2" => Some(Self::Avx2),
            "limit AVX-512" => Some(Self::Avx512),
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

    /// Walks all chains, each for `n_steps` of at most `step` along x and y.
    pub(crate) fn walk(self, starts: &[Point], step: f64, n_steps: usize, seed: u64) -> Vec<Sums> {
        assert!(self.is_there() && starts.len() == self.chains());
        self.walk_there(starts, step, n_steps, seed)
    }

    #[cfg(target_arch = "x86_64")]
    fn walk_there(self, starts: &[Point], step: f64, n_steps: usize, seed: u64) -> Vec<Sums> {
        let mut batch = kernel::Batch::new(starts, &mut rng(seed));
        match self {
            // SAFETY: the processor has the instructions, and the batch the right length.
            Self::Avx2 => unsafe { kernel::walk_avx2(&mut batch, step, n_steps) },
            // SAFETY: as above.
            Self::Avx512 => unsafe { kernel::walk_avx512(&mut batch, step, n_steps) },
        }
        batch.sums()
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn walk_there(self, _: &[Point], _: f64, _: usize, _: u64) -> Vec<Sums> {
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
        let sums = set.walk(&starts, bootcamp::STEP, STEPS, batch as u64);
        errors.extend(sums.iter().map(|sums| sums.y / STEPS as f64 - Mixture::bootcamp().mean().y));
    }
    let square = errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64;
    STEPS as f64 * square / VARIANCE_Y
}

/// The exact variance of y.
pub(crate) const VARIANCE_Y: f64 = 0.06525;

/// Panics when the kernel does not sample the mixture: the means of a walk with long
/// steps, which mixes, against the exact ones.
pub(crate) fn check(set: Set) {
    const STEPS: usize = 1_000_000;
    let starts = exact_draws(set.chains(), &mut rng(1));
    let sums = set.walk(&starts, 0.6, STEPS, 1);
    let n = (STEPS * set.chains()) as f64;
    let mean = |part: fn(&Sums) -> f64| sums.iter().map(part).sum::<f64>() / n;
    let exact = Mixture::bootcamp().mean();
    // About 25 steps are worth one draw: these are five standard errors or more.
    let (x, y) = (mean(|sums| sums.x), mean(|sums| sums.y));
    assert!((x - exact.x).abs() < 0.002 && (y - exact.y).abs() < 0.002, "mean ({x}, {y})");
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
