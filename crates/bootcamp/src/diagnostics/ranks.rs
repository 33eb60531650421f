//! Ranks among the draws of all chains.

use ndarray::Array2;
use rayon::prelude::*;

use super::draws::Draws;
use super::normal;

/// The rank of each value among all, from 1; equal values share the mean of their ranks. NaN
/// has none: it stays NaN.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<(f64, usize)> =
        values.iter().copied().zip(0..).filter(|(value, _)| !value.is_nan()).collect();
    sorted.par_sort_unstable_by(|one, two| one.0.total_cmp(&two.0));
    let mut ranks = vec![f64::NAN; values.len()];
    let mut before = 0;
    #[expect(clippy::float_cmp, reason = "a tie is exact; 0 and -0 tie too")]
    let ties = |one: &(f64, usize), two: &(f64, usize)| one.0 == two.0;
    for equal in sorted.chunk_by(ties) {
        let shared = (2 * before + equal.len() + 1) as f64 / 2.0;
        for &(_, index) in equal {
            ranks[index] = shared;
        }
        before += equal.len();
    }
    ranks
}

/// What a normal distribution has at the rank of each draw, so that a heavy tail does no harm.
/// None where a draw is NaN.
pub(super) fn normal_scores(draws: &Draws) -> Option<Draws> {
    let count = draws.values().len() as f64;
    let scores: Vec<f64> = ranks(draws.values())
        .into_par_iter()
        // Blom's offset of 3/8.
        .map(|rank| normal::quantile((rank - 0.375) / (count - 0.75 + 1.0)))
        .collect();
    (!scores.iter().any(|score| score.is_nan())).then(|| draws.with(scores))
}

/// How often the draws of each chain take each part of the ranks: shape (chains, bins).
///
/// All draws are ranked together, equal ones share the mean of their ranks, and the ranks are
/// cut into `bins` equal parts. Chains that draw from one density have nearly even rows; a
/// chain that stays low is high on the left. A rank on an edge belongs to the bin below it, so
/// that every bin has room for the same number of ranks. The lengths may differ; NaN is not
/// counted.
///
/// Method: A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), section 4.
///
/// ```
/// use bootcamp::diagnostics::rank_histogram;
///
/// let counts = rank_histogram(&[[1.0, 2.0, 3.0, 7.0], [4.0, 5.0, 6.0, 8.0]], 2);
/// assert_eq!(counts, ndarray::array![[3, 1], [1, 3]]);
/// # use bootcamp::ndarray;
/// ```
#[must_use]
pub fn rank_histogram(chains: &[impl AsRef<[f64]>], bins: usize) -> Array2<u64> {
    count_ranks(chains.len(), &|index| chains[index].as_ref(), bins)
}

#[inline(never)]
fn count_ranks<'a>(count: usize, chain: &dyn Fn(usize) -> &'a [f64], bins: usize) -> Array2<u64> {
    let chains: Vec<&[f64]> = (0..count).map(chain).collect();
    let mut counts = Array2::zeros((chains.len(), bins));
    if bins == 0 {
        return counts;
    }
    let ranks = ranks(&chains.concat());
    let ranked = ranks.iter().filter(|rank| !rank.is_nan()).count() as f64;
    let mut rest = ranks.as_slice();
    for (row, chain) in chains.iter().enumerate() {
        let (own, others) = rest.split_at(chain.len());
        rest = others;
        for rank in own.iter().filter(|rank| !rank.is_nan()) {
            let bin = (rank * bins as f64 / ranked).ceil() as usize;
            counts[[row, bin.clamp(1, bins) - 1]] += 1;
        }
    }
    counts
}
