//! The random numbers of sixteen chains, a block of steps at a time.

use super::kernel::InstructionSet;
use super::lanes::{Block, Row, TOGETHER};
use crate::LANES;
use crate::random::xoshiro;

/// The four words of xoshiro256++, each for all chains.
#[derive(Clone, Debug)]
pub(super) struct Streams([Row<u64>; 4]);

impl Streams {
    pub(super) fn new(streams: &[[u64; 4]; LANES]) -> Self {
        let word = |word: usize| Row(std::array::from_fn(|lane| streams[lane][word]));
        Self(std::array::from_fn(word))
    }

    /// Draws for the next `steps` steps where each chain is to go, and how sure that is.
    ///
    /// It is compiled here, once, and not with every density.
    pub(super) fn fill(&mut self, set: InstructionSet, step: f64, block: &mut Block, steps: usize) {
        match set.min(InstructionSet::detect()) {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx512 => unsafe { self.fill_avx512(step, block, steps) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx2 => unsafe { self.fill_avx2(step, block, steps) },
            _ => self.fill_any(step, block, steps),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2")]
    fn fill_avx512(&mut self, step: f64, block: &mut Block, steps: usize) {
        self.fill_any(step, block, steps);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&mut self, step: f64, block: &mut Block, steps: usize) {
        self.fill_any(step, block, steps);
    }

    #[inline(always)]
    fn fill_any(&mut self, step: f64, block: &mut Block, steps: usize) {
        for first in (0..LANES).step_by(TOGETHER) {
            self.fill_some(first, step, block, steps);
        }
    }

    /// [`fill`](Self::fill) for the chains from `first` on.
    #[inline(always)]
    fn fill_some(&mut self, first: usize, step: f64, block: &mut Block, steps: usize) {
        let mut state = [[0; TOGETHER]; 4];
        for (words, all) in state.iter_mut().zip(&self.0) {
            words.copy_from_slice(&all.0[first..first + TOGETHER]);
        }
        let rows = block.x.iter_mut().zip(&mut block.y).zip(&mut block.share);
        for ((x, y), share) in rows.take(steps) {
            for chain in 0..TOGETHER {
                let (place, after) = xoshiro([0, 1, 2, 3].map(|word| state[word][chain]));
                let (chance, after) = xoshiro(after);
                for word in 0..4 {
                    state[word][chain] = after[word];
                }
                x.0[first + chain] = step * centred(place >> 32);
                y.0[first + chain] = step * centred(place & 0xffff_ffff);
                share.0[first + chain] = share_of(chance);
            }
        }
        for (words, all) in state.iter().zip(&mut self.0) {
            all.0[first..first + TOGETHER].copy_from_slice(words);
        }
    }
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
