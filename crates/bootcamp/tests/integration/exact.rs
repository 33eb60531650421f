use bootcamp::prelude::*;
use proptest::prelude::*;

fn near(one: f64, other: f64, within: f64) {
    assert!((one - other).abs() <= within, "{one} is not {other}");
}

#[test]
fn the_bootcamps_function_has_these_answers() {
    // By mpmath with 40 digits, and a Gauss-Legendre quadrature.
    let f = Mixture::bootcamp();
    let plane = f.exact();
    near(plane.integral, 0.024 * std::f64::consts::PI, 1e-15);
    near(plane.mean.y, 9.0 / 20.0, 1e-15);
    near(plane.covariance[0], 0.032_222_222_22, 1e-11);
    near(plane.covariance[1], 0.065_25, 1e-15);
    near(plane.covariance[2], -1.0 / 240.0, 1e-15);
    for (weight, exact) in plane.weights.iter().zip([0.5, 5.0 / 24.0, 7.0 / 24.0]) {
        near(*weight, exact, 1e-15);
    }
    let square = f.exact_on(0.0..=1.0, 0.0..=1.0);
    near(square.integral, 0.075_365_662_16, 1e-11);
    for (weight, exact) in
        square.weights.iter().zip([0.499_786_634_6, 0.208_423_342_8, 0.291_790_022_6])
    {
        near(*weight, exact, 1e-10);
    }
    near(square.mean.x, 0.483_326_664_1, 1e-10);
    near(square.mean.y, 0.450_105_875_5, 1e-10);
    near(square.covariance[0], 0.032_110_546_20, 1e-11);
    near(square.covariance[1], 0.065_249_786_51, 1e-11);
    near(square.covariance[2], -0.004_166_401_325, 1e-12);
}

#[test]
fn far_tails_keep_their_digits_and_empty_rectangles_are_told() {
    let one = Mixture::new([Gaussian::new([0.0, 0.0], [1.0, 1.0])]).unwrap();
    // Mills: 1 - Phi(10) = 7.619853024160527e-24, on both sides.
    for range in [10.0..=f64::INFINITY, f64::NEG_INFINITY..=-10.0] {
        let tail = one.exact_on(range, f64::NEG_INFINITY..=f64::INFINITY);
        near(tail.integral / one.integral() / 7.619_853_024_160_527e-24, 1.0, 1e-12);
        near(tail.mean.x.abs(), 10.098_093, 1e-5);
    }
    let empty = one.exact_on(1.0..=1.0, 0.0..=1.0);
    assert_eq!(empty.integral, 0.0);
    assert!(empty.mean.x.is_nan() || empty.mean.x == 0.0);
}

#[test]
fn independent_draws_are_as_close_as_chance_allows() {
    // The distance of N independent draws in 2,500 bins is 0.0109 for a million.
    let (f, mut rng) = (Mixture::bootcamp(), rng(7));
    let mut histogram = Histogram2d::default();
    histogram.extend((0..1_000_000).map(|_| f.draw(&mut rng)));
    let distance = histogram.total_variation(&f);
    assert!((0.010..0.012).contains(&distance), "{distance}");
    assert!(Histogram2d::default().total_variation(&f).is_nan());
}

proptest! {
    #[test]
    fn bins_of_any_rectangle_are_its_share(
        low in prop::array::uniform2(-3.0..3.0_f64), size in prop::array::uniform2(0.01..4.0_f64),
        center in prop::array::uniform2(-2.0..2.0_f64), width in prop::array::uniform2(0.05..2.0_f64),
    ) {
        let f = Mixture::new([Gaussian::new(center, width), Gaussian::new([0.1, 0.2], [0.3, 0.4])]).unwrap();
        let (x, y) = (low[0]..=low[0] + size[0], low[1]..=low[1] + size[1]);
        let bins = Histogram2d::new(9, 5, x.clone(), y.clone()).unwrap();
        let part = f.exact_on(x.clone(), y.clone());
        prop_assert!((f.bin_probabilities(&bins).sum() - part.integral / f.integral()).abs() < 1e-12);
        prop_assert!(part.weights.iter().all(|weight| (0.0..=1.0 + 1e-12).contains(weight)));
        if part.integral > 1e-9 {
            prop_assert!(x.contains(&part.mean.x) && y.contains(&part.mean.y));
            prop_assert!(part.covariance[0] >= 0.0 && part.covariance[0] <= size[0] * size[0]);
        }
    }
}
