use std::f64::consts::PI;

use bootcamp::prelude::*;

fn close(one: f64, two: f64) -> bool {
    (one - two).abs() < 1e-14
}

#[test]
fn the_bootcamps_mixture_has_its_exact_numbers() {
    let f = Mixture::bootcamp();
    assert!(close(f.integral(), 0.024 * PI));
    let exact = [0.5, 5.0 / 24.0, 7.0 / 24.0];
    assert!(f.weights().into_iter().zip(exact).all(|(weight, exact)| close(weight, exact)));
    assert!(close(f.mean().x, 29.0 / 60.0) && close(f.mean().y, 0.45));
}

#[test]
fn the_integral_is_the_sum_over_a_fine_grid() {
    let f = Mixture::bootcamp();
    let cells = 500;
    let middle = |index: i32| (f64::from(index) + 0.5) / f64::from(cells);
    let sum: f64 =
        (0..cells * cells).map(|k| f.at(middle(k % cells), middle(k / cells))).sum::<f64>();
    // The part within the unit square, from shared/reference/sampler.md (mpmath).
    // The midpoint rule is off by h^2/24 times the slope at the edges: about 3e-9.
    assert!((sum / f64::from(cells * cells) - 0.075_365_662_16).abs() < 5e-9);
}

#[test]
#[expect(
    clippy::needless_pass_by_value,
    clippy::needless_borrows_for_generic_args,
    reason = "both ways are what is tested"
)]
fn functions_closures_and_references_are_densities() {
    fn plane(x: f64, y: f64) -> f64 {
        x + y
    }
    fn value(f: impl Density) -> f64 {
        f.at(0.25, 0.5)
    }
    let height = 2.0;
    let closure = |x: f64, y: f64| height * (x + y);
    let peak = Gaussian::new([0.25, 0.5], [1.0, 1.0]);
    let mixture = Mixture::new([peak, peak]).unwrap();
    assert_eq!([value(plane), value(&plane)], [0.75, 0.75]);
    assert_eq!([value(&closure), value(closure)], [1.5, 1.5]);
    assert_eq!([value(&peak), value(peak)], [1.0, 1.0]);
    assert_eq!([value(&mixture), value(mixture)], [2.0, 2.0]);
}

#[test]
fn wrong_peaks_are_refused_with_what_to_do() {
    let refusal = |center, width| {
        let good = Gaussian::new([0.0, 0.0], [1.0, 1.0]);
        Mixture::new([good, Gaussian::new(center, width)]).unwrap_err().to_string()
    };
    let widths = "give two finite numbers above 0";
    for width in [[0.0, 1.0], [1.0, -1.0], [f64::NAN, 1.0], [1.0, f64::INFINITY]] {
        assert!(refusal([0.0, 0.0], width).contains(widths));
    }
    assert_eq!(
        refusal([f64::NAN, 2.0], [1.0, 1.0]),
        "peak 1 has the center (NaN, 2): give two finite numbers"
    );
    assert_eq!(Mixture::new([]), Err(MixtureError::Empty));
}

#[test]
fn points_become_rows() {
    let points = [Point::from((1.0, 2.0)), Point::from([3.0, 4.0]), Point::default()];
    let array: Array2<f64> = points_array(&points);
    assert_eq!(array, bootcamp::ndarray::array![[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]);
    assert_eq!(points_array(&[]).dim(), (0, 2));
}
