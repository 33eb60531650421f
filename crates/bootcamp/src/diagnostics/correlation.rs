//! How long a walker remembers where it was.

use rayon::prelude::*;

use super::fourier::autocovariance;
use super::number;

/// A window is wide enough when it holds this many times.
const TIMES_IN_WINDOW: f64 = 5.0;

/// The correlation of a chain with itself, as many steps later as the index says: it starts
/// with 1 at lag 0, and has as many numbers as there are values.
///
/// Every lag is divided by the number of values, not of pairs, so that the few pairs of the
/// largest lags make no noise. Where it is undefined, for values that are all the same or not
/// finite, or whose squares overflow, every number is NaN. It takes n log n steps, by way of a Fourier transform, and
/// gives what `arviz.autocorr` does.
///
/// ```
/// use bootcamp::diagnostics::autocorrelation;
///
/// let correlations = autocorrelation(&[1.0, -1.0, 1.0, -1.0]);
/// for (found, expected) in correlations.iter().zip([1.0, -0.75, 0.5, -0.25]) {
///     assert!((found - expected).abs() < 1e-12);
/// }
/// ```
#[must_use]
pub fn autocorrelation(values: &[f64]) -> Vec<f64> {
    // Rounding may give a chain that stays in place a variance.
    #[expect(clippy::float_cmp, reason = "to stay is to be exactly the same")]
    if !values.iter().any(|&value| value != values[0]) {
        return vec![f64::NAN; values.len()];
    }
    let mut correlations = autocovariance(&[values]);
    let variance = correlations[0];
    let defined = variance > 0.0 && variance.is_finite();
    for value in &mut correlations {
        *value = if defined { *value / variance } else { f64::NAN };
    }
    correlations
}

/// The integrated autocorrelation time in steps: about as many draws as are worth one
/// independent sample, so the error of a mean is that of `draws / time` samples.
///
/// It is 1 plus twice the sum of the [`autocorrelation`]s, mean of all chains, up to the first
/// lag that is at least 5 times the sum up to there: later lags add noise only. Believe it for
/// chains that are more than about 50 times as long. Chains that jump to the other side again
/// and again have less than 1, even less than 0.
///
/// `None` for no chains, unequal lengths, a chain of fewer than two values, one that stays in
/// place, NaN or infinities. The result is that of `emcee.autocorr.integrated_time` 3.1 with
/// `c=5`.
///
/// Method: A. Sokal, *Monte Carlo Methods in Statistical Mechanics* (1996); D. Foreman-Mackey et
/// al., [arXiv:1202.3665](https://arxiv.org/abs/1202.3665).
///
/// ```
/// use bootcamp::diagnostics::integrated_time;
/// use bootcamp::rng;
/// use rand::RngExt;
///
/// // Each draw keeps 0.9 of the one before: the time is 1.9 / 0.1 = 19 steps.
/// let (mut rng, mut draw) = (rng(1), 0.0);
/// let mut next = || {
///     draw = 0.9 * draw + rng.random::<f64>() - 0.5;
///     draw
/// };
/// let chain: Vec<f64> = (0..100_000).map(|_| next()).collect();
/// let time = integrated_time(&[chain]).unwrap();
/// assert!((time - 19.0).abs() < 2.0);
/// ```
#[must_use]
pub fn integrated_time(chains: &[impl AsRef<[f64]>]) -> Option<f64> {
    number(chains, of_chains)
}

fn of_chains(chains: &[&[f64]]) -> Option<f64> {
    let length = chains.first()?.len();
    if chains.iter().any(|chain| chain.len() != length) {
        return None;
    }
    let mut sums = vec![0.0; length];
    let correlations: Vec<Vec<f64>> =
        chains.par_iter().map(|chain| autocorrelation(chain)).collect();
    for chain in correlations {
        sums.iter_mut().zip(chain).for_each(|(sum, value)| *sum += value);
    }
    let mut time = -1.0;
    for (lag, sum) in sums.iter().enumerate() {
        time += 2.0 * sum / chains.len() as f64;
        if time.is_nan() {
            return None;
        }
        if lag as f64 >= TIMES_IN_WINDOW * time {
            return Some(time);
        }
    }
    // The sum over all lags is 0, so the window ends before, if anything does not round away.
    (length > 1).then_some(time)
}
