//! Functions of different size. A cell defines them by this very text, so it names the crates
//! as a cell does.

use bootcamp::prelude::*;

/// Nanoseconds: a draw of the course's generator.
#[inline(never)]
pub fn draw(generator: &mut Xoshiro256PlusPlus) -> u64 {
    generator.random()
}

/// Nanoseconds, too: an exponential function. It is the course's: a call of the C library's takes
/// a nanosecond more in one process than in another, whoever times it.
#[inline(never)]
#[must_use]
pub fn exponential(x: f64) -> f64 {
    exp(-x * x)
}

/// A microsecond: a sum in the order of its parts.
#[inline(never)]
#[must_use]
pub fn sum(numbers: &[f64]) -> f64 {
    numbers.iter().sum()
}

/// Tens of microseconds: a walk of 1000 steps.
#[inline(never)]
#[must_use]
pub fn walk(mixture: &Mixture) -> Vec<Point> {
    random_walker(mixture, 1000, [0.5, 0.5], 0, &mut rng(1))
}

/// Hundreds of microseconds: numbers are put back into disorder and sorted. Nothing is
/// allocated: two processes have two heaps, and what these cost is not asked here.
#[inline(never)]
pub fn sort(numbers: &[f64], place: &mut [f64]) {
    place.copy_from_slice(numbers);
    place.sort_unstable_by(f64::total_cmp);
}
