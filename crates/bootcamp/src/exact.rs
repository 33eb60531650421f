//! What is known exactly of a mixture: the answers to check a sampler against.

use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};
use std::ops::RangeInclusive;

use ndarray::Array2;
use rand::{Rng, RngExt};

use crate::{Density, Gaussian, Histogram2d, Mixture, Point};

/// The exact answers for a [`Mixture`] on the plane or on a rectangle.
///
/// ```
/// use bootcamp::Mixture;
///
/// let plane = Mixture::bootcamp().exact();
/// assert!((plane.mean.x - 29.0 / 60.0).abs() < 1e-15);
/// let square = Mixture::bootcamp().exact_on(0.0..=1.0, 0.0..=1.0);
/// assert!((square.integral / plane.integral - 0.999_568_139_4).abs() < 1e-10);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// The integral of the function.
    pub integral: f64,
    /// The share of each peak in the integral.
    pub weights: Vec<f64>,
    /// The mean point of the normalised function.
    pub mean: Point,
    /// Variance of x, variance of y and covariance: `[xx, yy, xy]`.
    pub covariance: [f64; 3],
}

impl Mixture {
    /// The exact answers on the whole plane.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// let [xx, yy, xy] = Mixture::bootcamp().exact().covariance;
    /// assert!((xx - 0.029 / 0.9).abs() < 1e-15);
    /// assert!((yy - 0.06525).abs() < 1e-15 && (xy + 1.0 / 240.0).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn exact(&self) -> Exact {
        self.exact_on(f64::NEG_INFINITY..=f64::INFINITY, f64::NEG_INFINITY..=f64::INFINITY)
    }

    /// The exact answers for the function cut off outside of a rectangle. An empty rectangle
    /// has the integral 0, and its other answers are NaN.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// let upper = Mixture::bootcamp().exact_on(0.0..=1.0, 0.45..=1.0);
    /// assert!(upper.weights[0] < 1e-9 && upper.mean.y > 0.6);
    /// ```
    #[must_use]
    pub fn exact_on(&self, x: RangeInclusive<f64>, y: RangeInclusive<f64>) -> Exact {
        let parts: Vec<[Cut; 2]> = self
            .gaussians()
            .iter()
            .map(|peak| {
                let Gaussian { center, width } = *peak;
                [Cut::new(center.x, width.x, &x), Cut::new(center.y, width.y, &y)]
            })
            .collect();
        let integrals: Vec<_> = parts.iter().map(|[x, y]| x.integral * y.integral).collect();
        let integral: f64 = integrals.iter().sum();
        let weights: Vec<_> = integrals.iter().map(|part| part / integral).collect();
        let weighted = |value: &dyn Fn(&[Cut; 2]) -> f64| -> f64 {
            let terms = weights.iter().zip(&parts).filter(|(weight, _)| **weight != 0.0);
            terms.map(|(weight, part)| weight * value(part)).sum()
        };
        let mean = Point { x: weighted(&|[x, _]| x.mean), y: weighted(&|[_, y]| y.mean) };
        let covariance = [
            weighted(&|[x, _]| x.variance + (x.mean - mean.x).powi(2)),
            weighted(&|[_, y]| y.variance + (y.mean - mean.y).powi(2)),
            weighted(&|[x, y]| (x.mean - mean.x) * (y.mean - mean.y)),
        ];
        Exact { integral, weights, mean, covariance }
    }

    /// The exact probability of each bin of a histogram, in the shape of its
    /// [`counts`](Histogram2d::counts). What is missing from 1 lies outside of all bins.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Mixture};
    ///
    /// let bins = Mixture::bootcamp().bin_probabilities(&Histogram2d::default());
    /// assert!((bins.sum() - 0.999_568_139_4).abs() < 1e-10);
    /// assert!(bins[[25, 9]] > bins[[25, 25]]);
    /// ```
    #[must_use]
    pub fn bin_probabilities(&self, bins: &Histogram2d) -> Array2<f64> {
        let mut sum = Array2::zeros(bins.counts().dim());
        for (peak, weight) in self.gaussians().iter().zip(self.weights()) {
            let along = |edges: &[f64], center: f64, width: f64| -> Vec<f64> {
                let ranges = edges.windows(2).map(|pair| pair[0]..=pair[1]);
                ranges.map(|range| Cut::new(center, width, &range).probability).collect()
            };
            let x = along(&bins.x_edges(), peak.center.x, peak.width.x);
            let y = along(&bins.y_edges(), peak.center.y, peak.width.y);
            for ((column, row), bin) in sum.indexed_iter_mut() {
                *bin += weight * x[column] * y[row];
            }
        }
        sum
    }

    /// A point drawn from the normalised function, independent of all others: what no Markov
    /// chain can do.
    ///
    /// Method: a peak by its weight, then G. E. P. Box and M. E. Muller, *Ann. Math. Stat.* 29, 610
    /// (1958).
    ///
    /// ```
    /// use bootcamp::{Mixture, Point, rng};
    ///
    /// let (f, mut rng) = (Mixture::bootcamp(), rng(1));
    /// let points: Vec<Point> = (0..10_000).map(|_| f.draw(&mut rng)).collect();
    /// let mean = points.iter().map(|point| point.y).sum::<f64>() / 10_000.0;
    /// assert!((mean - f.mean().y).abs() < 0.01);
    /// ```
    #[must_use]
    pub fn draw(&self, rng: &mut impl Rng) -> Point {
        let mut left = rng.random::<f64>();
        let mut peaks = self.gaussians().iter().zip(self.weights());
        let chosen = peaks.find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        // The weights may add up to a little less than 1.
        let peak = chosen.map_or(&self.gaussians()[0], |(peak, _)| peak);
        // Not 0, whose logarithm is infinite. From the crate libm, the same on every machine.
        let radius = (-2.0 * libm::log(1.0 - rng.random::<f64>())).sqrt();
        let (sine, cosine) = libm::sincos(TAU * rng.random::<f64>());
        Point {
            x: peak.center.x + peak.width.x * radius * cosine,
            y: peak.center.y + peak.width.y * radius * sine,
        }
    }

    /// The share of the points that each peak holds: a point belongs to the peak that is highest
    /// there. The shares of an empty list are 0, and points where the function is 0 belong to none.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// let shares = Mixture::bootcamp().shares(&[[0.5, 0.2].into(), [0.3, 0.7].into()]);
    /// assert_eq!(shares, [0.5, 0.0, 0.5]);
    /// ```
    #[must_use]
    pub fn shares<'a>(&self, points: impl IntoIterator<Item = &'a Point>) -> Vec<f64> {
        let mut counts = vec![0_usize; self.gaussians().len()];
        let mut total = 0_usize;
        for &point in points {
            total += 1;
            if let Some(peak) = self.peak_at(point) {
                counts[peak] += 1;
            }
        }
        counts.into_iter().map(|count| count as f64 / total.max(1) as f64).collect()
    }

    /// The index of the peak that is highest at a point; `None` where all are 0.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// assert_eq!(Mixture::bootcamp().peak_at([0.7, 0.6]), Some(1));
    /// assert_eq!(Mixture::bootcamp().peak_at([99.0, 0.0]), None);
    /// ```
    #[must_use]
    pub fn peak_at(&self, point: impl Into<Point>) -> Option<usize> {
        let point = point.into();
        let heights = self.gaussians().iter().map(|peak| peak.at(point.x, point.y));
        let highest = heights.enumerate().max_by(|one, two| one.1.total_cmp(&two.1));
        highest.filter(|&(_, height)| height > 0.0).map(|(peak, _)| peak)
    }
}

impl Histogram2d {
    /// The total variation distance to a mixture: half the sum of the differences of all shares,
    /// with the outside as one more bin. 0 is perfect, 1 is as wrong as can be; NaN when empty.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Mixture, rng};
    ///
    /// let (f, mut rng) = (Mixture::bootcamp(), rng(1));
    /// let mut histogram = Histogram2d::default();
    /// histogram.extend((0..100_000).map(|_| f.draw(&mut rng)));
    /// assert!(histogram.total_variation(&f) < 0.04);
    /// ```
    #[must_use]
    pub fn total_variation(&self, mixture: &Mixture) -> f64 {
        let exact = mixture.bin_probabilities(self);
        let total = self.total() as f64;
        let bins = self.counts().iter().zip(&exact);
        let inside: f64 = bins.map(|(&count, share)| (count as f64 / total - share).abs()).sum();
        let outside = (self.outside() as f64 / total - (1.0 - exact.sum())).abs();
        0.5 * (inside + outside)
    }
}

/// A Gaussian of height 1 along one direction, cut off outside of a range.
struct Cut {
    integral: f64,
    /// The share of the whole Gaussian.
    probability: f64,
    mean: f64,
    variance: f64,
}

impl Cut {
    fn new(center: f64, width: f64, range: &RangeInclusive<f64>) -> Self {
        let (low, high) = ((range.start() - center) / width, (range.end() - center) / width);
        let probability = if low < high { between(low, high) } else { 0.0 };
        // The normal density, and x times it, which is 0 infinitely far away.
        let bell = |x: f64| (-x * x / 2.0).exp() / (2.0 * PI).sqrt();
        let moment = |x: f64| if x.is_finite() { x * bell(x) } else { 0.0 };
        let shift = (bell(low) - bell(high)) / probability;
        let spread = 1.0 + (moment(low) - moment(high)) / probability - shift * shift;
        Self {
            integral: (2.0 * PI).sqrt() * width * probability,
            probability,
            mean: center + width * shift,
            variance: width * width * spread,
        }
    }
}

/// The probability of a normal number between two, in standard deviations.
fn between(low: f64, high: f64) -> f64 {
    let [low, high] = [low, high].map(|x| x * FRAC_1_SQRT_2);
    // On one side of 0, differences of erfc keep the digits that erf rounds away.
    let twice = if low > 0.0 {
        libm::erfc(low) - libm::erfc(high)
    } else if high < 0.0 {
        libm::erfc(-high) - libm::erfc(-low)
    } else {
        libm::erf(high) - libm::erf(low)
    };
    twice / 2.0
}
