//! A sum of peaks, and the bootcamp's own.

use thiserror::Error;

use crate::exponential::{exp2_minus, exp2_minus_fused};
use crate::{Density, Gaussian, LANES, Point};

/// sqrt(log2(e) / 2): exp(-d^2 / 2) is 2 to the power of -(WIDTH d)^2.
const WIDTH: f64 = 0.849_321_800_288_019_1;

/// A sum of peaks whose integral, weights and mean are known exactly.
///
/// ```
/// use bootcamp::{Density, Gaussian, Mixture};
///
/// let two = Mixture::new([
///     Gaussian::new([0.0, 0.0], [1.0, 1.0]),
///     Gaussian::new([8.0, 0.0], [3.0, 1.0]),
/// ])?;
/// assert_eq!(two.weights(), [0.25, 0.75]);
/// assert_eq!(two.mean().x, 6.0);
/// # Ok::<(), bootcamp::MixtureError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    gaussians: Vec<Gaussian>,
    terms: Vec<Term>,
}

/// Why peaks make no [`Mixture`].
///
/// ```
/// use bootcamp::{Gaussian, Mixture};
///
/// let error = Mixture::new([Gaussian::new([0.5, 0.5], [0.1, 0.0])]).unwrap_err();
/// let text = "peak 0 has the widths (0.1, 0): give two finite numbers above 0";
/// assert_eq!(error.to_string(), text);
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum MixtureError {
    /// There is no peak at all.
    #[error("a mixture of no peaks is 0 everywhere: give at least one Gaussian")]
    Empty,
    /// A width is not a finite number above 0.
    #[error(
        "peak {index} has the widths ({}, {}): give two finite numbers above 0",
        width.x, width.y
    )]
    Width {
        /// Which peak, counted from 0.
        index: usize,
        /// Its widths.
        width: Point,
    },
    /// A center is NaN or infinite.
    #[error("peak {index} has the center ({}, {}): give two finite numbers", center.x, center.y)]
    Center {
        /// Which peak, counted from 0.
        index: usize,
        /// Its center.
        center: Point,
    },
}

impl Mixture {
    /// The sum of these peaks.
    ///
    /// # Errors
    /// When there is no peak, a width is not a finite number above 0, or a center is
    /// not finite.
    ///
    /// ```
    /// use bootcamp::{Mixture, MixtureError};
    ///
    /// assert_eq!(Mixture::new([]), Err(MixtureError::Empty));
    /// ```
    pub fn new(gaussians: impl IntoIterator<Item = Gaussian>) -> Result<Self, MixtureError> {
        let gaussians: Vec<_> = gaussians.into_iter().collect();
        if gaussians.is_empty() {
            return Err(MixtureError::Empty);
        }
        for (index, &Gaussian { center, width }) in gaussians.iter().enumerate() {
            if !(width.is_finite() && width.x > 0.0 && width.y > 0.0) {
                return Err(MixtureError::Width { index, width });
            }
            if !center.is_finite() {
                return Err(MixtureError::Center { index, center });
            }
        }
        Ok(Self::of(gaussians))
    }

    /// The "complicated function" of the 2012 Berkeley Python bootcamp: a wide peak
    /// below, a round one at the upper right and a slim one at the upper left.
    ///
    /// | center | widths | weight |
    /// |---|---|---|
    /// | (0.5, 0.2) | (0.15, 0.04) | 1/2 |
    /// | (0.7, 0.7) | (0.05, 0.05) | 5/24 |
    /// | (0.3, 0.7) | (0.05, 0.07) | 7/24 |
    ///
    /// Its integral is 0.024 pi and its mean (29/60, 9/20).
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// let f = Mixture::bootcamp();
    /// assert!((f.integral() - 0.024 * std::f64::consts::PI).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn bootcamp() -> Self {
        Self::of(vec![
            Gaussian::new([0.5, 0.2], [0.15, 0.04]),
            Gaussian::new([0.7, 0.7], [0.05, 0.05]),
            Gaussian::new([0.3, 0.7], [0.05, 0.07]),
        ])
    }

    fn of(gaussians: Vec<Gaussian>) -> Self {
        let terms = gaussians.iter().map(Term::new).collect();
        Self { gaussians, terms }
    }

    /// The peaks, in the order in which they were given.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// assert_eq!(Mixture::bootcamp().gaussians()[1].center.x, 0.7);
    /// ```
    #[must_use]
    pub fn gaussians(&self) -> &[Gaussian] {
        &self.gaussians
    }

    /// The exact integral over the plane.
    ///
    /// ```
    /// use bootcamp::{Gaussian, Mixture};
    ///
    /// let twice = Mixture::new([Gaussian::new([0.0, 0.0], [1.0, 0.5]); 2])?;
    /// assert_eq!(twice.integral(), std::f64::consts::TAU);
    /// # Ok::<(), bootcamp::MixtureError>(())
    /// ```
    #[must_use]
    pub fn integral(&self) -> f64 {
        self.gaussians.iter().map(Gaussian::integral).sum()
    }

    /// The exact share of each peak in the integral; the shares add up to 1.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// let weights = Mixture::bootcamp().weights();
    /// assert!((weights[2] - 7.0 / 24.0).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn weights(&self) -> Vec<f64> {
        let integral = self.integral();
        self.gaussians.iter().map(|gaussian| gaussian.integral() / integral).collect()
    }

    /// The exact mean point of the normalised function.
    ///
    /// ```
    /// use bootcamp::Mixture;
    ///
    /// assert!((Mixture::bootcamp().mean().x - 29.0 / 60.0).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn mean(&self) -> Point {
        let weighted = self.gaussians.iter().zip(self.weights());
        weighted.fold(Point::default(), |sum, (gaussian, weight)| Point {
            x: sum.x + weight * gaussian.center.x,
            y: sum.y + weight * gaussian.center.y,
        })
    }
}

impl Density for Mixture {
    #[inline]
    fn at(&self, x: f64, y: f64) -> f64 {
        self.terms.iter().map(|term| exp2_minus(term.exponent(x, y))).sum()
    }

    // Peak by peak: one short loop is what compilers make vector code of.
    #[inline]
    fn at_lanes(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        *values = [0.0; LANES];
        for term in &self.terms {
            for lane in 0..LANES {
                values[lane] += exp2_minus(term.exponent(x[lane], y[lane]));
            }
        }
    }

    #[inline]
    fn at_lanes_fast(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        *values = [0.0; LANES];
        for term in &self.terms {
            for lane in 0..LANES {
                values[lane] += exp2_minus_fused(term.exponent_fused(x[lane], y[lane]));
            }
        }
    }
}

impl Density for &Mixture {
    #[inline]
    fn at(&self, x: f64, y: f64) -> f64 {
        (**self).at(x, y)
    }

    #[inline]
    fn at_lanes(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        (**self).at_lanes(x, y, values);
    }

    #[inline]
    fn at_lanes_fast(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        (**self).at_lanes_fast(x, y, values);
    }
}

/// A peak as it is computed with: 2^-(a^2 + b^2), and multiplications in place of divisions.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Term {
    center: Point,
    /// sqrt(log2(e) / 2) / width.
    scale: Point,
    /// Minus center times scale.
    shift: Point,
}

impl Term {
    fn new(gaussian: &Gaussian) -> Self {
        let Gaussian { center, width } = *gaussian;
        let scale = Point { x: WIDTH / width.x, y: WIDTH / width.y };
        let shift = Point { x: -center.x * scale.x, y: -center.y * scale.y };
        Self { center, scale, shift }
    }

    #[inline(always)]
    fn exponent(&self, x: f64, y: f64) -> f64 {
        let x = (self.center.x - x) * self.scale.x;
        let y = (self.center.y - y) * self.scale.y;
        x * x + y * y
    }

    #[inline(always)]
    fn exponent_fused(&self, x: f64, y: f64) -> f64 {
        let x = x.mul_add(self.scale.x, self.shift.x);
        let y = y.mul_add(self.scale.y, self.shift.y);
        x.mul_add(x, y * y)
    }
}
