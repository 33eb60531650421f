//! What can be sampled: a function of the plane.

/// How many points vector code takes at once.
pub const LANES: usize = 16;

/// A function of the plane that is nowhere negative; it need not be normalised.
///
/// Every `fn(f64, f64) -> f64` and every such closure is a density, by value or by
/// reference, and so are [`Gaussian`](crate::Gaussian), [`Mixture`](crate::Mixture) and what
/// [`density!`](crate::density!) makes.
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

    /// The values at [`LANES`] points. What it gives is what [`at`](Self::at) gives; a type
    /// has its own where that is faster.
    ///
    /// ```
    /// use bootcamp::{Density, LANES};
    ///
    /// let mut values = [0.0; LANES];
    /// f64::max.at_lanes(&[0.5; LANES], &[0.2; LANES], &mut values);
    /// assert_eq!(values, [0.5; LANES]);
    /// ```
    #[inline(always)]
    fn at_lanes(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        for lane in 0..LANES {
            values[lane] = self.at(x[lane], y[lane]);
        }
    }

    /// As [`at_lanes`](Self::at_lanes), for [`Walk::fast`](crate::Walk::fast): the last
    /// digits may differ. Only called where the processor has fused multiply-add.
    ///
    /// ```
    /// use bootcamp::{Density, LANES, Mixture};
    ///
    /// let mut values = [0.0; LANES];
    /// Mixture::bootcamp().at_lanes_fast(&[0.5; LANES], &[0.2; LANES], &mut values);
    /// assert!((values[0] - 1.0).abs() < 1e-14);
    /// ```
    #[inline(always)]
    fn at_lanes_fast(&self, x: &[f64; LANES], y: &[f64; LANES], values: &mut [f64; LANES]) {
        self.at_lanes(x, y, values);
    }
}

impl<F: Fn(f64, f64) -> f64> Density for F {
    #[inline(always)]
    fn at(&self, x: f64, y: f64) -> f64 {
        self(x, y)
    }
}

/// A density that is compiled into the sampler's vector code: write it where it is used.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let run = Walk::new(density!(|x, y| exp(-(x * x + y * y) / 2.0))).chains(16).run(10_000);
/// assert!(run.mean().x.abs() < 0.5);
/// ```
///
/// The body may call functions that are `#[inline(always)]`, and [`exp`](crate::exp()) in place of
/// [`f64::exp`], without losing speed. It sees constants and functions, no variables:
/// ```compile_fail
/// let width = 0.1;
/// let f = bootcamp::density!(|x, y| width - x.hypot(y));
/// ```
#[macro_export]
macro_rules! density {
    (|$x:ident, $y:ident| $body:expr) => {
        $crate::density!(|$x: f64, $y: f64| $body)
    };
    (|$x:ident: f64, $y:ident: f64| $body:expr) => {{
        #[derive(Clone, Copy, Debug)]
        struct Written;
        impl $crate::Density for Written {
            #[inline(always)]
            fn at(&self, $x: f64, $y: f64) -> f64 {
                $body
            }
            #[inline(always)]
            fn at_lanes_fast(
                &self,
                x: &[f64; $crate::LANES],
                y: &[f64; $crate::LANES],
                values: &mut [f64; $crate::LANES],
            ) {
                #[allow(unused_imports)]
                use $crate::exp_fused as exp;
                for lane in 0..$crate::LANES {
                    let ($x, $y) = (x[lane], y[lane]);
                    values[lane] = $body;
                }
            }
        }
        Written
    }};
}
