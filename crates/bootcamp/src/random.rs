//! Random streams that are the same on every machine.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};

use crate::Point;

/// 2^64 divided by the golden ratio, as in `SplitMix64`.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

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
    let mut base = rng(seed);
    let mut state = [0; 32];
    for word in state.chunks_exact_mut(8) {
        // An odd factor and `mix` are one-to-one, so two walkers never share a state.
        let key = base.next_u64().wrapping_add(walker.wrapping_mul(GOLDEN));
        word.copy_from_slice(&mix(key).to_le_bytes());
    }
    Xoshiro256PlusPlus::from_seed(state)
}

/// The random stream of one chain of a [`Walk`](crate::Walk): xoshiro256++ in words, as vector
/// code wants it.
#[derive(Clone, Debug)]
pub(crate) struct Stream([u64; 4]);

impl Stream {
    /// The stream of [`rng`].
    fn new(seed: u64) -> Self {
        Self([1, 2, 3, 4].map(|count: u64| mix(seed.wrapping_add(count.wrapping_mul(GOLDEN)))))
    }

    pub(crate) fn words(&self) -> [u64; 4] {
        self.0
    }

    fn next(&mut self) -> u64 {
        let number;
        (number, self.0) = xoshiro(self.0);
        number
    }

    /// The stream 2^128 numbers later: no two chains ever meet.
    fn jumped(&self) -> Self {
        /// The polynomial of the jump, from the generator's authors.
        const JUMP: [u64; 4] = [
            0x180e_c6d3_3cfd_0aba,
            0xd5a6_1266_f0c9_392c,
            0xa958_2618_e03f_c9aa,
            0x39ab_dc45_29b1_661c,
        ];
        let mut here = self.clone();
        let mut sum = [0; 4];
        for bit in JUMP.iter().flat_map(|word| (0..64).map(move |at| word >> at & 1)) {
            if bit == 1 {
                sum.iter_mut().zip(here.0).for_each(|(sum, word)| *sum ^= word);
            }
            here.next();
        }
        Self(sum)
    }

    /// A point of the unit square.
    pub(crate) fn unit_square(&mut self) -> Point {
        let mut number = || (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        Point { x: number(), y: number() }
    }
}

/// The number of a state of xoshiro256++, and the state after it (D. Blackman and S. Vigna,
/// <https://prng.di.unimi.it>).
#[inline(always)]
pub(crate) fn xoshiro([s0, s1, s2, s3]: [u64; 4]) -> (u64, [u64; 4]) {
    let number = s0.wrapping_add(s3).rotate_left(23).wrapping_add(s0);
    let (t2, t3) = (s2 ^ s0, s3 ^ s1);
    (number, [s0 ^ t3, s1 ^ t2, t2 ^ (s1 << 17), t3.rotate_left(45)])
}

/// The streams of so many chains.
pub(crate) fn streams(seed: u64, chains: usize) -> Vec<Stream> {
    std::iter::successors(Some(Stream::new(seed)), |stream| Some(stream.jumped()))
        .take(chains)
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_generator_of_its_seed() {
        for seed in [0, 1, 42, u64::MAX] {
            let (mut stream, mut rng) = (Stream::new(seed), rng(seed));
            assert_eq!([(); 5].map(|()| stream.next()), [(); 5].map(|()| rng.next_u64()));
            let mut again = rng.clone();
            assert_eq!(stream.unit_square(), random_start(&mut again));
        }
    }

    /// Against the authors' own: <https://docs.rs/rand_xoshiro>.
    #[test]
    fn chains_are_a_jump_apart() {
        let mut expected = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(7);
        for mut stream in streams(7, 4) {
            let mut copy = expected.clone();
            assert_eq!([(); 3].map(|()| stream.next()), [(); 3].map(|()| copy.next_u64()));
            expected.jump();
        }
    }
}
