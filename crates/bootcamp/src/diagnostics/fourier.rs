//! The autocovariance of chains by way of their Fourier transform.

use std::f64::consts::TAU;

use rayon::prelude::*;

use super::moments::mean;

/// So many sums of spectra are held at a time, whatever the number of cores: the order of a
/// sum, and with it the last bit, is the same everywhere.
const GROUPS: usize = 16;

/// The mean of `(v[i] - mean) * (v[i + lag] - mean)` over all `i`, divided by the length for
/// every lag, mean of all rows; a number for each lag below the length of the rows.
pub(super) fn autocovariance(rows: &[&[f64]]) -> Vec<f64> {
    let length = rows.first().map_or(0, |row| row.len());
    let fourier = Fourier::new(length);
    let pairs: Vec<&[&[f64]]> = rows.chunks(2).collect();
    let group = pairs.len().div_ceil(GROUPS).max(1);
    let sums: Vec<Vec<f64>> = pairs
        .par_chunks(group)
        .map(|pairs| {
            let mut sum = vec![0.0; fourier.size];
            for pair in pairs {
                fourier.add_spectrum(pair, &mut sum);
            }
            sum
        })
        .collect();
    let mut real = vec![0.0; fourier.size];
    for sum in sums {
        real.iter_mut().zip(sum).for_each(|(total, part)| *total += part);
    }
    // What a pair has of one row times the other is odd, and goes.
    let mut even = real.clone();
    for (index, value) in even.iter_mut().enumerate().skip(1) {
        *value = f64::midpoint(*value, real[fourier.size - index]);
    }
    // An even spectrum: the way back is the way there, divided by the size.
    let mut imaginary = vec![0.0; fourier.size];
    fourier.transform(&mut even, &mut imaginary);
    even.truncate(length);
    for value in &mut even {
        *value = *value / fourier.size as f64 / length as f64 / rows.len() as f64;
    }
    even
}

/// The transform of `size` numbers, a power of two.
struct Fourier {
    size: usize,
    /// Cosines and sines at `half` equal steps of half a turn, from `half - 1` on, for each
    /// power of two `half` below the size.
    cosines: Vec<f64>,
    sines: Vec<f64>,
}

impl Fourier {
    /// For rows of this length. Zeros fill them up to twice that, so that the end of a row is
    /// not compared with its start.
    fn new(length: usize) -> Self {
        let size = (2 * length).next_power_of_two().max(2);
        let (mut cosines, mut sines) = (vec![0.0; size - 1], vec![0.0; size - 1]);
        let largest = size / 2;
        for step in 0..largest {
            let (sin, cos) = (TAU * step as f64 / size as f64).sin_cos();
            (sines[largest - 1 + step], cosines[largest - 1 + step]) = (sin, cos);
        }
        let mut half = largest / 2;
        while half > 0 {
            for step in 0..half {
                sines[half - 1 + step] = sines[2 * half - 1 + 2 * step];
                cosines[half - 1 + step] = cosines[2 * half - 1 + 2 * step];
            }
            half /= 2;
        }
        Self { size, cosines, sines }
    }

    /// Adds the squares of one or two rows' transform, the second row being the imaginary part.
    fn add_spectrum(&self, pair: &[&[f64]], sum: &mut [f64]) {
        let centred = |index: usize| {
            let row = pair.get(index).copied().unwrap_or_default();
            let middle = mean(row);
            let mut values: Vec<f64> = row.iter().map(|value| value - middle).collect();
            values.resize(self.size, 0.0);
            values
        };
        let (mut real, mut imaginary) = (centred(0), centred(1));
        self.transform(&mut real, &mut imaginary);
        for ((sum, re), im) in sum.iter_mut().zip(real).zip(imaginary) {
            *sum += re * re + im * im;
        }
    }

    /// J. Cooley and J. Tukey, *Math. Comp.* 19, 297 (1965), in place.
    fn transform(&self, real: &mut [f64], imaginary: &mut [f64]) {
        let shift = usize::BITS - self.size.trailing_zeros();
        for index in 1..self.size {
            let mirrored = index.reverse_bits() >> shift;
            if index < mirrored {
                real.swap(index, mirrored);
                imaginary.swap(index, mirrored);
            }
        }
        let mut half = 1;
        while half < self.size {
            let roots = half - 1..2 * half - 1;
            let (cosines, sines) = (&self.cosines[roots.clone()], &self.sines[roots]);
            let blocks = real.chunks_exact_mut(2 * half).zip(imaginary.chunks_exact_mut(2 * half));
            for (re, im) in blocks {
                let ((re0, re1), (im0, im1)) = (re.split_at_mut(half), im.split_at_mut(half));
                for step in 0..half {
                    let (cos, sin) = (cosines[step], sines[step]);
                    let x = re1[step] * cos + im1[step] * sin;
                    let y = im1[step] * cos - re1[step] * sin;
                    (re1[step], im1[step]) = (re0[step] - x, im0[step] - y);
                    (re0[step], im0[step]) = (re0[step] + x, im0[step] + y);
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
        fn it_is_the_direct_sum(
            rows in (1..80_usize, 1..40_usize).prop_flat_map(|(length, count)| {
                prop::collection::vec(prop::collection::vec(-10.0..10.0, length), count)
            }),
        ) {
            let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
            let found = autocovariance(&rows);
            prop_assert_eq!(found.len(), rows[0].len());
            for (lag, found) in found.into_iter().enumerate() {
                let of = |row: &&[f64]| -> f64 {
                    let middle = mean(row);
                    let pairs = row.iter().zip(&row[lag..]);
                    pairs.map(|(a, b)| (a - middle) * (b - middle)).sum()
                };
                let expected = rows.iter().map(of).sum::<f64>() / (rows[0].len() * rows.len()) as f64;
                prop_assert!((found - expected).abs() < 1e-12, "lag {}", lag);
            }
        }
    }
}
