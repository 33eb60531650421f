//! The vector code of a density, for each instruction set.

use std::fmt;

use super::lanes::{Block, Lanes};
use crate::{Density, Point};

/// What the processor's vector code may use. The draws of a seed are the same for all.
///
/// ```
/// use bootcamp::{InstructionSet, Walk, density};
///
/// let walk = |set| Walk::new(density!(|x, y| 1.0 - x.abs().min(1.0) * y.abs().min(1.0)))
///     .start([0.1, 0.1])
///     .instruction_set(set)
///     .run(1000)
///     .mean();
/// assert_eq!(walk(InstructionSet::Portable), walk(InstructionSet::detect()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InstructionSet {
    /// What every processor of its kind has: 128-bit vectors at most.
    Portable,
    /// 256-bit vectors and fused multiply-add (x86-64 since 2013).
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl InstructionSet {
    /// The widest that this processor has.
    ///
    /// ```
    /// use bootcamp::InstructionSet;
    ///
    /// assert!(InstructionSet::detect() >= InstructionSet::Portable);
    /// ```
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            match (avx2, avx512) {
                (true, true) => return Self::Avx512,
                (true, false) => return Self::Avx2,
                _ => {}
            }
        }
        Self::Portable
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Portable => "portable",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        })
    }
}

/// What a walk asks of a density; the rest of the sampler is compiled without knowing it.
pub(super) trait Kernel: Sync {
    fn density(&self, at: Point) -> f64;

    /// [`Lanes::advance`] by the vector code of an instruction set that this processor has.
    fn advance(
        &self,
        set: InstructionSet,
        lanes: &mut Lanes,
        block: &mut Block,
        steps: usize,
    ) -> bool;
}

/// A density with its vector code. `FAST` lets it use fused multiply-add where there is one,
/// which changes the last digits.
pub(super) struct Compiled<'a, D, const FAST: bool>(pub(super) &'a D);

impl<D: Density + Sync, const FAST: bool> Kernel for Compiled<'_, D, FAST> {
    fn density(&self, at: Point) -> f64 {
        self.0.at(at.x, at.y)
    }

    fn advance(
        &self,
        set: InstructionSet,
        lanes: &mut Lanes,
        block: &mut Block,
        steps: usize,
    ) -> bool {
        match set.min(InstructionSet::detect()) {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx512 => unsafe { avx512::<FAST>(self.0, lanes, block, steps) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has these instructions.
            InstructionSet::Avx2 => unsafe { avx2::<FAST>(self.0, lanes, block, steps) },
            // Without the instruction, a fused multiply-add would be a call of a library.
            _ => lanes.advance::<false>(self.0, block, steps),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
fn avx512<const FAST: bool>(
    target: &impl Density,
    lanes: &mut Lanes,
    block: &mut Block,
    steps: usize,
) -> bool {
    lanes.advance::<FAST>(target, block, steps)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<const FAST: bool>(
    target: &impl Density,
    lanes: &mut Lanes,
    block: &mut Block,
    steps: usize,
) -> bool {
    lanes.advance::<FAST>(target, block, steps)
}
