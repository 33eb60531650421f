//! How many independent samples the draws are worth.

use super::draws::Draws;
use super::fourier::autocovariance;
use super::moments::{quantiles, variance};
use super::number;
use super::ranks::normal_scores;

/// The effective sample size of the bulk: how many independent samples tell as much about
/// the middle of the density as these draws. The authors ask for at least 400.
///
/// It is that of the normal scores of the ranks, on halves of the chains. The number of draws
/// (less the middle ones of odd lengths) where all are the same.
///
/// `None` for no chains, fewer than 4 draws each, unequal lengths or NaN among the draws. The
/// result is that of `arviz.ess(method="bulk")` 0.23.
///
/// Method: A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), section 4;
/// C. Geyer, *Statist. Sci.* 7, 473 (1992), for where to end the sum over lags.
///
/// ```
/// use bootcamp::diagnostics::ess_bulk;
///
/// // A walk in small steps up and down again and again is worth few samples.
/// let walk: Vec<f64> = (0..1000).map(|step| (f64::from(step) / 50.0).sin()).collect();
/// assert!(ess_bulk(&[walk]).unwrap() < 50.0);
/// ```
#[must_use]
pub fn ess_bulk(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, bulk)
}

/// The effective sample size of the tails: the smaller one of those of the events "below the
/// 5 % quantile" and "below the 95 % quantile". The authors ask for at least 400.
///
/// `None` for no chains, fewer than 4 draws each, unequal lengths or NaN among the draws. The
/// result is that of `arviz.ess(method="tail")` 0.23.
///
/// Method: A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), section 4.
///
/// ```
/// use bootcamp::diagnostics::ess_tail;
///
/// // The walker visited the largest values once, in one go.
/// let draws: Vec<f64> = (0..400)
///     .map(|draw| if draw < 30 { f64::from(draw) } else { f64::from(draw % 7) / 7.0 })
///     .collect();
/// assert!(ess_tail(&[draws]).unwrap() < 40.0);
/// ```
#[must_use]
pub fn ess_tail(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, tail)
}

/// The effective sample size of the mean: how many independent samples give a mean as good as
/// that of these draws.
///
/// As [`ess_bulk`], on the draws themselves instead of their ranks; what has no mean (Cauchy)
/// has no use for it.
///
/// `None` for no chains, fewer than 4 draws each, unequal lengths, NaN or infinities among the
/// draws. The result is that of `arviz.ess(method="mean")` 0.23, which also gives the number of
/// draws where all lie within 1e-15.
///
/// ```
/// use bootcamp::diagnostics::ess_mean;
///
/// // Draws that jump to the other side each time have a better mean than independent ones.
/// let jumps: Vec<f64> = (0..100).map(|draw| f64::from(draw % 2)).collect();
/// assert!(ess_mean(&[jumps]).unwrap() > 100.0);
/// ```
#[must_use]
pub fn ess_mean(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, of_mean)
}

/// The Monte-Carlo standard error of the mean, in the unit of the draws: the standard
/// deviation of all draws divided by the square root of [`ess_mean`].
///
/// `None` where [`ess_mean`] is. The result is that of `arviz.mcse(method="mean")` 0.23.
///
/// ```
/// use bootcamp::diagnostics::{ess_mean, mcse_mean};
///
/// let draws: Vec<f64> = (0..1000).map(|draw| f64::from(draw * draw % 101)).collect();
/// let error = mcse_mean(&[&draws]).unwrap();
/// assert!((error - 29.3 / ess_mean(&[&draws]).unwrap().sqrt()).abs() < 0.1);
/// ```
#[must_use]
pub fn mcse_mean(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, error_of_mean)
}

fn bulk(chains: &[&[f64]]) -> Option<f64> {
    effective(&normal_scores(&Draws::new(chains)?.split())?)
}

fn tail(chains: &[&[f64]]) -> Option<f64> {
    let draws = Draws::new(chains)?;
    let limits = quantiles(draws.values(), [0.05, 0.95]);
    let [low, high] = limits.map(|limit| {
        let below = draws.map(|value| if value <= limit { 1.0 } else { 0.0 });
        effective(&below.split())
    });
    Some(low?.min(high?))
}

fn of_mean(chains: &[&[f64]]) -> Option<f64> {
    effective(&Draws::new(chains)?.split())
}

fn error_of_mean(chains: &[&[f64]]) -> Option<f64> {
    let draws = Draws::new(chains)?;
    let error = variance(draws.values()).sqrt() / effective(&draws.split())?.sqrt();
    (!error.is_nan()).then_some(error)
}

/// The effective sample size of chains of at least two draws.
fn effective(draws: &Draws) -> Option<f64> {
    let values = draws.values();
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    // As in arviz: numpy's "resolution" of a double.
    if most - least < 1e-15 {
        return Some(values.len() as f64);
    }
    let correlations = Correlations::new(draws);
    let count = values.len() as f64;
    let time = correlations.time().max(1.0 / count.log10());
    let size = count / time;
    (!size.is_nan() && !correlations.at(1).is_nan()).then_some(size)
}

/// The correlations of all chains together.
struct Correlations {
    /// Mean of all chains.
    covariances: Vec<f64>,
    within: f64,
    total: f64,
}

impl Correlations {
    fn new(draws: &Draws) -> Self {
        let rows: Vec<&[f64]> = draws.rows().collect();
        let covariances = autocovariance(&rows);
        let count = draws.length() as f64;
        let within = covariances[0] * count / (count - 1.0);
        let mut total = within * (count - 1.0) / count;
        if draws.chains() > 1 {
            total += variance(&draws.row_means());
        }
        Self { covariances, within, total }
    }

    fn at(&self, lag: usize) -> f64 {
        1.0 - (self.within - self.covariances[lag]) / self.total
    }

    /// The sum over all lags, before and after: Geyer's initial monotone sequence.
    fn time(&self) -> f64 {
        let mut pairs = vec![[1.0, self.at(1)]];
        let [mut even, mut odd] = pairs[0];
        // The lag of the last pair's second number.
        let mut lag = 1;
        while lag + 3 < self.covariances.len() && even + odd > 0.0 {
            [even, odd] = [self.at(lag + 1), self.at(lag + 2)];
            pairs.push(if even + odd >= 0.0 { [even, odd] } else { [0.0; 2] });
            lag += 2;
        }
        // Of the last pair only the even lag counts, where it is positive.
        let last = pairs.pop().unwrap_or_default();
        let rest = if even > 0.0 { even } else { last[0] };
        for index in 1..pairs.len() {
            let before = pairs[index - 1][0] + pairs[index - 1][1];
            if pairs[index][0] + pairs[index][1] > before {
                pairs[index] = [before / 2.0; 2];
            }
        }
        -1.0 + 2.0 * pairs.iter().flatten().sum::<f64>() + rest
    }
}
