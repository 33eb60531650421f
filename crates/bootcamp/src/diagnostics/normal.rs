//! The inverse of the normal distribution's cumulative function.

/// The number below which a share of a standard normal distribution lies, for shares from
/// `exp(-32)` (1e-14) to 1 less that; ranks of 10^13 draws stay inside.
///
/// Method: `ndtri` of S. Moshier's Cephes library, which scipy uses too.
pub(super) fn quantile(share: f64) -> f64 {
    /// `exp(-2)`: below it, and above 1 less that, lie the tails.
    const TAIL: f64 = 0.135_335_283_236_612_7;
    /// The square root of 2 pi.
    const ROOT: f64 = 2.506_628_274_631_000_7;
    let upper = share > 1.0 - TAIL;
    let share = if upper { 1.0 - share } else { share };
    if share > TAIL {
        let x = share - 0.5;
        let square = x * x;
        return (x + x * (square * polynomial(square, &P0) / polynomial(square, &Q0))) * ROOT;
    }
    let x = (-2.0 * share.ln()).sqrt();
    let z = 1.0 / x;
    let distance = x - x.ln() / x - z * polynomial(z, &P1) / polynomial(z, &Q1);
    if upper { distance } else { -distance }
}

/// The coefficient of the highest power comes first.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().copied().reduce(|value, next| value * x + next).unwrap_or_default()
}

const P0: [f64; 5] = [
    -59.963_350_101_410_79,
    98.001_075_418_599_97,
    -56.676_285_746_907_03,
    13.931_260_938_727_968,
    -1.239_165_838_673_812_5,
];
const Q0: [f64; 9] = [
    1.0,
    1.954_488_583_381_417_6,
    4.676_279_128_988_815,
    86.360_242_139_089_05,
    -225.462_687_854_119_37,
    200.260_212_380_060_66,
    -82.037_225_616_833_34,
    15.905_622_512_621_17,
    -1.183_316_211_213_3,
];
const P1: [f64; 9] = [
    4.055_448_923_059_624_5,
    31.525_109_459_989_388,
    57.162_819_224_642_13,
    44.080_507_389_320_08,
    14.684_956_192_885_803,
    2.186_633_068_507_902_5,
    -0.140_256_079_171_354_5,
    -0.035_042_462_682_784_82,
    -0.000_857_456_785_154_685_4,
];
const Q1: [f64; 9] = [
    1.0,
    15.779_988_325_646_675,
    45.390_763_512_887_92,
    41.317_203_825_467_2,
    15.042_538_569_290_75,
    2.504_649_462_083_094,
    -0.142_182_922_854_787_79,
    -0.038_080_640_769_157_83,
    -0.000_933_259_480_895_457_4,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::unreadable_literal, reason = "as scipy 1.17 prints them")]
    fn it_is_scipys() {
        for (share, expected) in [
            (0.5, 0.0),
            (0.001, -3.090232306167813),
            (0.13, -1.1263911290388007),
            (0.3, -0.5244005127080409),
            (0.87, 1.1263911290388007),
            (1e-12, -7.034483825301131),
            (0.999999, 4.753424308817087),
        ] {
            let found = quantile(share);
            assert!((found - expected).abs() <= 1e-15 * f64::abs(expected), "{share}: {found}");
        }
    }
}
