//! One peak.

use std::f64::consts::PI;

use crate::{Density, Point, exp};

/// A peak of height 1: `exp(-(((cx - x) / wx)^2 + ((cy - y) / wy)^2) / 2)`.
///
/// ```
/// use bootcamp::{Density, Gaussian};
///
/// let peak = Gaussian::new([1.0, 0.0], [2.0, 0.5]);
/// assert_eq!(peak.at(1.0, 0.0), 1.0);
/// assert!((peak.at(3.0, 0.0) - (-0.5_f64).exp()).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// Where the peak is: (cx, cy).
    pub center: Point,
    /// The standard deviations along x and y: (wx, wy). Both have to be above 0.
    pub width: Point,
}

impl Gaussian {
    /// A peak at `center` with the standard deviations `width`. [`Mixture::new`]
    /// checks the numbers.
    ///
    /// ```
    /// use bootcamp::Gaussian;
    ///
    /// assert_eq!(Gaussian::new((0.7, 0.7), (0.05, 0.05)).width.x, 0.05);
    /// ```
    ///
    /// [`Mixture::new`]: crate::Mixture::new
    #[must_use]
    pub fn new(center: impl Into<Point>, width: impl Into<Point>) -> Self {
        Self { center: center.into(), width: width.into() }
    }

    /// The integral over the plane, `2 pi wx wy`.
    ///
    /// ```
    /// use bootcamp::Gaussian;
    ///
    /// let peak = Gaussian::new([0.0, 0.0], [0.5, 2.0]);
    /// assert_eq!(peak.integral(), std::f64::consts::TAU);
    /// ```
    #[must_use]
    pub fn integral(&self) -> f64 {
        2.0 * PI * self.width.x * self.width.y
    }
}

impl Density for Gaussian {
    #[inline]
    fn at(&self, x: f64, y: f64) -> f64 {
        let x = (self.center.x - x) / self.width.x;
        let y = (self.center.y - y) / self.width.y;
        exp(-(x * x + y * y) / 2.0)
    }
}

impl Density for &Gaussian {
    #[inline]
    fn at(&self, x: f64, y: f64) -> f64 {
        (**self).at(x, y)
    }
}
