//! Random streams that are the same on every machine.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};

use crate::Point;

/// The generator of a seed: the same numbers on every platform and on every run.
///
/// Use it for one walker. For many walkers take [`walker_rng`]: seeds that are
/// counted up (`rng(1)`, `rng(2)`, ...) make walker 2 of one run the first walker of
/// the next. [xoshiro256++](https://prng.di.unimi.it/) is quick and statistically sound, but its
/// numbers can be predicted: it is not for secrets.
///
/// ```
/// use bootcamp::rng;
/// use rand::RngExt;
///
/// let (mut one, mut two) = (rng(42), rng(42));
/// assert_eq!(one.random::<f64>(), two.random::<f64>());
/// ```
#[must_use]
pub fn rng(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// The generator of one walker among many: an independent stream for every pair of
/// a seed and a walker's number.
///
/// Give every *walker* its own stream, never every thread: then the points depend on
/// the seed alone, and are the same serially, on all cores and on a cluster.
///
/// ```
/// use bootcamp::{random_start, walker_rng};
/// use rayon::prelude::*;
///
/// let starts: Vec<_> = (0..10).map(|k| random_start(&mut walker_rng(1, k))).collect();
/// let parallel: Vec<_> =
///     (0..10).into_par_iter().map(|k| random_start(&mut walker_rng(1, k))).collect();
/// assert_eq!(starts, parallel);
/// assert_ne!(starts[0], starts[1]);
/// ```
#[must_use]
pub fn walker_rng(seed: u64, walker: u64) -> Xoshiro256PlusPlus {
    /// 2^64 divided by the golden ratio, as in `SplitMix64`.
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut base = rng(seed);
    let mut state = [0; 32];
    for word in state.chunks_exact_mut(8) {
        // An odd factor and `mix` are one-to-one, so two walkers never share a state.
        let key = base.next_u64().wrapping_add(walker.wrapping_mul(GOLDEN));
        word.copy_from_slice(&mix(key).to_le_bytes());
    }
    Xoshiro256PlusPlus::from_seed(state)
}

/// The finaliser of [`SplitMix64`](https://prng.di.unimi.it/splitmix64.c): every bit
/// of the input changes about half of the output's bits, and no two inputs collide.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A point drawn uniformly from the unit square: each coordinate lies in [0, 1).
///
/// ```
/// use bootcamp::{random_start, rng};
///
/// let start = random_start(&mut rng(1));
/// assert!((0.0..1.0).contains(&start.x) && (0.0..1.0).contains(&start.y));
/// ```
#[must_use]
pub fn random_start(rng: &mut impl Rng) -> Point {
    Point { x: rng.random(), y: rng.random() }
}
