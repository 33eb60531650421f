//! What can be sampled: a function of the plane.

/// A function of the plane that is nowhere negative; it need not be normalised.
///
/// Every `fn(f64, f64) -> f64` and every such closure is a density, by value or by
/// reference, and so are [`Gaussian`](crate::Gaussian) and [`Mixture`](crate::Mixture).
///
/// ```
/// use bootcamp::{Density, Mixture};
///
/// fn value(f: impl Density) -> f64 {
///     f.at(0.5, 0.2)
/// }
///
/// let cone = |x: f64, y: f64| (1.0 - x.hypot(y)).max(0.0);
/// assert_eq!(value(&cone), 1.0 - 0.5_f64.hypot(0.2));
/// assert_eq!(value(f64::max), 0.5);
/// assert!(value(&Mixture::bootcamp()) > 1.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a density",
    label = "not a function of the plane",
    note = "give a function or a closure that takes two `f64` and returns `f64`, \
            for example `|x: f64, y: f64| (-x * x - y * y).exp()`"
)]
pub trait Density {
    /// The value at (x, y).
    fn at(&self, x: f64, y: f64) -> f64;
}

impl<F: Fn(f64, f64) -> f64> Density for F {
    #[inline]
    fn at(&self, x: f64, y: f64) -> f64 {
        self(x, y)
    }
}
