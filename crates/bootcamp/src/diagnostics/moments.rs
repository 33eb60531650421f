//! Means, variances and quantiles as numpy rounds them.
//!
//! The last bit matters where a chain stands still: whether its variance is 0 or 1e-33 decides
//! whether R-hat is infinite or only enormous.

/// The sum, pairwise in blocks of up to 128 as numpy adds it: its error hardly grows.
pub(super) fn sum(values: &[f64]) -> f64 {
    let count = values.len();
    if count < 8 {
        return values.iter().sum();
    }
    if count > 128 {
        let half = count / 2;
        let (left, right) = values.split_at(half - half % 8);
        return sum(left) + sum(right);
    }
    let (blocks, rest) = values.as_chunks::<8>();
    let mut lanes = blocks[0];
    for block in &blocks[1..] {
        for (lane, value) in lanes.iter_mut().zip(block) {
            *lane += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
}

/// The mean; NaN of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

/// The unbiased variance: the squares divided by one less than their number.
pub(super) fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: Vec<f64> = values.iter().map(|value| (value - middle).powi(2)).collect();
    sum(&squares) / (values.len() as f64 - 1.0)
}

/// The median of at least one value, none of them NaN.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    let half = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (lower, &mut upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    if even {
        let below = lower.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        f64::midpoint(below, upper)
    } else {
        upper
    }
}

/// The quantiles of at least two values, none of them NaN: linear between two values (type 7 of R).
pub(super) fn quantiles<const N: usize>(values: &[f64], shares: [f64; N]) -> [f64; N] {
    let mut values = values.to_vec();
    let count = values.len() as f64;
    shares.map(|share| {
        let position = count * share + (1.0 - share);
        let whole = position.clamp(1.0, count - 1.0).floor();
        let part = (position - whole).clamp(0.0, 1.0);
        let index = whole as usize;
        let (lower, &mut upper, _) = values.select_nth_unstable_by(index, f64::total_cmp);
        let below = lower.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Not `below + part * (upper - below)`: draws are compared with this, so each bit counts.
        (1.0 - part) * below + part * upper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_all_lengths_are_right() {
        for count in [0, 1, 7, 8, 9, 127, 128, 129, 1000, 4099] {
            let values: Vec<f64> = (1..=count).map(f64::from).collect();
            assert!((sum(&values) - f64::from(count) * f64::from(count + 1) / 2.0).abs() < 0.5);
        }
    }

    #[test]
    fn quantiles_lie_between_two_values() {
        let [low, high] = quantiles(&[3.0, 1.0, 2.0, 4.0, 5.0], [0.05, 0.95]);
        assert!((low - 1.2).abs() < 1e-12 && (high - 4.8).abs() < 1e-12);
        assert!((median(&[3.0, 1.0, 2.0, 4.0]) - 2.5).abs() < 1e-12);
        assert!((variance(&[1.0, 2.0, 3.0]) - 1.0).abs() < 1e-12);
    }
}
