//! The autocovariance of a chain by way of its Fourier transform.

use std::f64::consts::TAU;

use super::moments::mean;

/// The transform of `roots.len() * 2` numbers, a power of two; made once for many chains.
pub(super) struct Fourier {
    /// Sine and cosine at equal steps of half a turn.
    roots: Vec<(f64, f64)>,
}

impl Fourier {
    /// For chains of up to `length` values. Zeros fill them up to twice that, so that the end
    /// of a chain is not compared with its start.
    pub(super) fn new(length: usize) -> Self {
        let size = (2 * length).next_power_of_two().max(2);
        let root = |step| (TAU * step as f64 / size as f64).sin_cos();
        Self { roots: (0..size / 2).map(root).collect() }
    }

    /// The mean of `(v[i] - mean) * (v[i + lag] - mean)` for each lag below the length,
    /// divided by the length for every lag.
    pub(super) fn autocovariance(&self, values: &[f64]) -> Vec<f64> {
        let size = 2 * self.roots.len();
        let middle = mean(values);
        let mut real: Vec<f64> = values.iter().map(|value| value - middle).collect();
        real.resize(size, 0.0);
        let mut imaginary = vec![0.0; size];
        self.transform(&mut real, &mut imaginary);
        for (re, im) in real.iter_mut().zip(&mut imaginary) {
            *re = *re * *re + *im * *im;
            *im = 0.0;
        }
        // The squares are real and even: the way back is the way there, divided by the size.
        self.transform(&mut real, &mut imaginary);
        real.truncate(values.len());
        for value in &mut real {
            *value = *value / size as f64 / values.len() as f64;
        }
        real
    }

    /// Cooley and Tukey, *Math. Comp.* 19, 297 (1965), in place.
    fn transform(&self, real: &mut [f64], imaginary: &mut [f64]) {
        let size = real.len();
        let shift = usize::BITS - size.trailing_zeros();
        for index in 1..size {
            let mirrored = index.reverse_bits() >> shift;
            if index < mirrored {
                real.swap(index, mirrored);
                imaginary.swap(index, mirrored);
            }
        }
        let mut half = 1;
        while half < size {
            let stride = self.roots.len() / half;
            let blocks = real.chunks_exact_mut(2 * half).zip(imaginary.chunks_exact_mut(2 * half));
            for (re, im) in blocks {
                let ((re0, re1), (im0, im1)) = (re.split_at_mut(half), im.split_at_mut(half));
                let roots = self.roots.iter().step_by(stride);
                for ((((a, b), c), d), &(sin, cos)) in
                    re0.iter_mut().zip(im0).zip(re1).zip(im1).zip(roots)
                {
                    let (x, y) = (*c * cos + *d * sin, *d * cos - *c * sin);
                    (*c, *d) = (*a - x, *b - y);
                    (*a, *b) = (*a + x, *b + y);
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_direct_sum(values in prop::collection::vec(-10.0..10.0, 1..80)) {
            let found = Fourier::new(values.len()).autocovariance(&values);
            prop_assert_eq!(found.len(), values.len());
            let middle = mean(&values);
            for (lag, found) in found.into_iter().enumerate() {
                let pairs = values.iter().zip(&values[lag..]);
                let sum: f64 = pairs.map(|(a, b)| (a - middle) * (b - middle)).sum();
                prop_assert!((found - sum / values.len() as f64).abs() < 1e-12, "lag {}", lag);
            }
        }
    }
}
