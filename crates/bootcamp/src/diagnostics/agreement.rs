//! Whether the chains agree: R-hat.

use super::draws::Draws;
use super::moments::{mean, variance};
use super::number;
use super::ranks::normal_scores;

/// R-hat of one coordinate: 1 where the chains agree; more, the more they disagree. The
/// authors ask for less than 1.01.
///
/// It compares how much the halves of the chains vary with how much their means vary, on
/// normal scores of the ranks: once of the draws, once of their distances from the median,
/// and takes the larger. `Some(infinity)` where every half stands still, not all in one place.
///
/// `None` for fewer than 2 chains, fewer than 4 draws each, unequal lengths, NaN among the draws
/// or draws that are all the same. The result is that of `arviz.rhat` 0.23.
///
/// Method: A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), section 4.
///
/// ```
/// use bootcamp::diagnostics::rhat;
///
/// let here = [0.1, 0.4, 0.2, 0.3, 0.3, 0.2, 0.4, 0.1];
/// let there = here.map(|draw| draw + 7.0);
/// assert!(rhat(&[here, here]).unwrap() < 1.01);
/// assert!(rhat(&[here, there]).unwrap() > 1.5);
/// assert_eq!(rhat(&[here]), None);
/// ```
#[must_use]
pub fn rhat(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, of_chains)
}

fn of_chains(chains: &[&[f64]]) -> Option<f64> {
    if chains.len() < 2 {
        return None;
    }
    let halves = Draws::new(chains)?.split();
    let (bulk, tail) = rayon::join(|| of_scores(&halves), || of_scores(&halves.folded()));
    // Where infinite draws leave no distances from the median, arviz takes the first.
    let bulk = bulk?;
    Some(tail.map_or(bulk, |tail| bulk.max(tail)))
}

fn of_scores(draws: &Draws) -> Option<f64> {
    let scores = normal_scores(draws)?;
    let count = scores.length() as f64;
    let variances: Vec<f64> = scores.rows().map(variance).collect();
    let between = count * variance(&scores.row_means());
    let rhat = ((between / mean(&variances) + count - 1.0) / count).sqrt();
    (!rhat.is_nan()).then_some(rhat)
}
