//! The walk itself, once for every kind of register.
//!
//! What runs at every step is written without closures and `map`: code inside them is
//! compiled for any processor, and a vector instruction becomes a call there.

use std::arch::x86_64::{__m256d, __m512d};
use std::array::from_fn;
use std::f64::consts::LOG2_E;

use bootcamp::{Mixture, Point};
use rand::Rng;

use super::collection::{BLOCK, Collection, Places};
use super::lanes::Lanes;
use super::{Sums, Walked};

/// How many registers walk in turn, so that one computes while another waits for its
/// last instruction. More than two need more registers than there are.
pub(super) const GROUPS: usize = 2;

/// 2^f for |f| <= 1/2 from Chebyshev nodes; the relative error is below 3e-16.
#[expect(clippy::approx_constant, reason = "ln 2 would not be the best coefficient")]
const EXP2: [f64; 11] = [
    1.0,
    0.693_147_180_559_95,
    0.240_226_506_959_100_97,
    0.055_504_108_664_447_72,
    0.009_618_129_107_606_888,
    0.001_333_355_823_016_497_4,
    0.000_154_035_304_417_360_5,
    1.525_265_726_020_083_7e-5,
    1.321_544_258_792_169e-6,
    1.020_869_029_995_830_6e-7,
    7.072_585_949_269_223e-9,
];

/// The chains, one element of each list for one lane.
pub(super) struct Batch {
    x: Vec<f64>,
    y: Vec<f64>,
    /// Four words for each chain, kept as the registers keep them.
    states: [Vec<f64>; 4],
    accepted: Vec<f64>,
    /// Of x and y; of x x, y y and x y, too, if the walk collects.
    sums: [Vec<f64>; 5],
    collection: Collection,
}

impl Batch {
    pub(super) fn new(starts: &[Point], thinning: usize, rng: &mut impl Rng) -> Self {
        Self {
            x: starts.iter().map(|start| start.x).collect(),
            y: starts.iter().map(|start| start.y).collect(),
            states: from_fn(|_| starts.iter().map(|_| f64::from_bits(rng.next_u64())).collect()),
            accepted: vec![0.0; starts.len()],
            sums: from_fn(|_| vec![0.0; starts.len()]),
            collection: Collection::new(thinning),
        }
    }

    pub(super) fn walked(&self) -> Walked {
        let [x, y, ..] = &self.sums;
        let of = |k| Sums { x: x[k], y: y[k], accepted: self.accepted[k] };
        Walked { sums: (0..x.len()).map(of).collect(), counts: self.collection.counts() }
    }
}

/// # Safety
/// The processor must have AVX2 and FMA, and the batch eight chains.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn walk_avx2<const COLLECTS: bool>(batch: &mut Batch, step: f64, n_steps: usize) {
    // SAFETY: the caller's promise.
    unsafe { walk::<__m256d, COLLECTS>(batch, step, n_steps) }
}

/// # Safety
/// The processor must have AVX-512F, and the batch sixteen chains.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn walk_avx512<const COLLECTS: bool>(
    batch: &mut Batch,
    step: f64,
    n_steps: usize,
) {
    // SAFETY: the caller's promise.
    unsafe { walk::<__m512d, COLLECTS>(batch, step, n_steps) }
}

/// Chains of one register.
#[derive(Clone, Copy)]
struct Group<V> {
    x: V,
    y: V,
    density: V,
    state: [V; 4],
    accepted: V,
    sums: [V; 5],
}

#[inline(always)]
unsafe fn walk<V: Lanes, const COLLECTS: bool>(batch: &mut Batch, step: f64, n_steps: usize) {
    let Batch { x, y, states, accepted, sums, collection } = batch;
    // SAFETY: the processor has the instructions; every list of the batch has as many
    // elements as the groups have lanes.
    unsafe {
        let target = Target::<V>::new();
        let zero = V::splat(0.0);
        let mut groups: [Group<V>; GROUPS] = from_fn(|group| {
            let load = |list: &Vec<f64>| V::load(list.as_ptr().add(group * V::WIDTH));
            let (x, y) = (load(x), load(y));
            let (density, state) = (target.at(x, y), from_fn(|word| load(&states[word])));
            Group { x, y, density, state, accepted: zero, sums: [zero; 5] }
        });
        let walker = Walker { target, width: V::splat(2.0 * step), middle: V::splat(3.0 * step) };
        if COLLECTS {
            let places = Places::new();
            let mut block = [[[zero; 2]; GROUPS]; BLOCK];
            for done in (0..n_steps).step_by(BLOCK) {
                let block = &mut block[..BLOCK.min(n_steps - done)];
                for points in block.iter_mut() {
                    for (group, point) in groups.iter_mut().zip(points) {
                        walker.step(group);
                        *point = [group.x, group.y];
                    }
                }
                for (register, group) in groups.iter_mut().enumerate() {
                    collection.add(&places, block, register, &mut group.sums);
                }
                collection.trace(block, done);
            }
        } else {
            for _ in 0..n_steps {
                for group in &mut groups {
                    walker.step(group);
                    group.sums[0] = V::add(group.sums[0], group.x);
                    group.sums[1] = V::add(group.sums[1], group.y);
                }
            }
        }
        for (index, group) in groups.iter().enumerate() {
            V::store(group.accepted, accepted.as_mut_ptr().add(index * V::WIDTH));
            for (list, &sum) in sums.iter_mut().zip(&group.sums) {
                V::store(sum, list.as_mut_ptr().add(index * V::WIDTH));
            }
        }
    }
}

struct Walker<V> {
    target: Target<V>,
    /// What a number from [1, 2) is multiplied with, and what is then taken away.
    width: V,
    middle: V,
}

impl<V: Lanes> Walker<V> {
    #[inline(always)]
    unsafe fn step(&self, group: &mut Group<V>) {
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            let one = V::splat(1.0);
            // 32 bits are enough for each direction, so two draws serve three numbers.
            let both = next(&mut group.state);
            let high = V::splat(f64::from_bits(0xffff_ffff << 20));
            let right = V::or(V::and(V::shift_right(both, 12), high), one);
            let up = V::or(V::and(V::shift_left(both, 20), high), one);
            let chance = V::or(V::shift_right(next(&mut group.state), 12), one);
            let x = V::mul_add(right, self.width, V::sub(group.x, self.middle));
            let y = V::mul_add(up, self.width, V::sub(group.y, self.middle));
            let proposed = self.target.at(x, y);
            // (chance - 1) * density < proposed.
            let limit = V::add(group.density, proposed);
            let accepted = V::less(V::mul(chance, group.density), limit);
            group.x = V::select(accepted, x, group.x);
            group.y = V::select(accepted, y, group.y);
            group.density = V::select(accepted, proposed, group.density);
            group.accepted = V::add_where(group.accepted, accepted, one);
        }
    }
}

#[inline(always)]
unsafe fn rotate<V: Lanes>(word: V, by: i32) -> V {
    // SAFETY: the caller's promise that the processor has the instructions.
    unsafe { V::or(V::shift_left(word, by), V::shift_right(word, 64 - by)) }
}

/// xoshiro256++, a stream in each lane.
#[inline(always)]
unsafe fn next<V: Lanes>(state: &mut [V; 4]) -> V {
    // SAFETY: the caller's promise that the processor has the instructions.
    unsafe {
        let [s0, s1, s2, s3] = *state;
        let result = V::add_bits(rotate::<V>(V::add_bits(s0, s3), 23), s0);
        let (s2, s3) = (V::xor(s2, s0), V::xor(s3, s1));
        *state = [
            V::xor(s0, s3),
            V::xor(s1, s2),
            V::xor(s2, V::shift_left(s1, 17)),
            rotate::<V>(s3, 45),
        ];
        result
    }
}

/// The bootcamp's mixture as a sum of 2^-(a^2 + b^2).
struct Target<V> {
    /// Factor and summand that make a coordinate into a or b.
    peaks: [[[V; 2]; 2]; 3],
    exp2: [V; 11],
}

impl<V: Lanes> Target<V> {
    #[inline(always)]
    unsafe fn new() -> Self {
        let mixture = Mixture::bootcamp();
        let peak = |index: usize| {
            let peak = mixture.gaussians()[index];
            [(peak.center.x, peak.width.x), (peak.center.y, peak.width.y)].map(|(center, width)| {
                let factor = (LOG2_E / 2.0).sqrt() / width;
                // SAFETY: the caller's promise that the processor has the instructions.
                [factor, -center * factor].map(|number| unsafe { V::splat(number) })
            })
        };
        // SAFETY: as above.
        Self { peaks: from_fn(peak), exp2: EXP2.map(|number| unsafe { V::splat(number) }) }
    }

    #[inline(always)]
    unsafe fn at(&self, x: V, y: V) -> V {
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            let sum = V::add(self.peak(0, x, y), self.peak(1, x, y));
            V::add(sum, self.peak(2, x, y))
        }
    }

    #[inline(always)]
    unsafe fn peak(&self, index: usize, x: V, y: V) -> V {
        let [along_x, along_y] = self.peaks[index];
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            let a = V::mul_add(x, along_x[0], along_x[1]);
            let b = V::mul_add(y, along_y[0], along_y[1]);
            self.exp2_minus(V::mul_add(a, a, V::mul(b, b)))
        }
    }

    /// 2^-e.
    #[inline(always)]
    unsafe fn exp2_minus(&self, e: V) -> V {
        // SAFETY: the caller's promise that the processor has the instructions.
        unsafe {
            // Below 2^-1000 nothing counts, and the exponent's bits would overflow.
            let e = V::max(V::sub(V::splat(0.0), e), V::splat(-1000.0));
            // So large a number has no digits after the point: the sum is rounded, and the
            // lowest bits are the whole number.
            let magic = V::splat(1.5 * 2.0_f64.powi(52));
            let rounded = V::add(e, magic);
            let f = V::sub(e, V::sub(rounded, magic));
            let mut sum = self.exp2[10];
            for k in (0..10).rev() {
                sum = V::mul_add(sum, f, self.exp2[k]);
            }
            V::add_bits(sum, V::shift_left(rounded, 52))
        }
    }
}
