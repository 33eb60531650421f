use bootcamp::prelude::*;
use proptest::prelude::*;

/// Coordinates in and around the unit square, on its edges, and worse.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -0.5..1.5,
        2 => (0..=50_u32).prop_map(|edge| f64::from(edge) / 50.0),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]),
    ]
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec((coordinate(), coordinate()).prop_map(Point::from), 0..200)
}

proptest! {
    #[test]
    fn every_point_is_counted_once(points in points()) {
        let histogram = Histogram2d::from_points(&points);
        prop_assert_eq!(histogram.total(), points.len() as u64);
        let inside = |v: f64| (0.0..=1.0).contains(&v);
        let outside = points.iter().filter(|point| !(inside(point.x) && inside(point.y))).count();
        prop_assert_eq!(histogram.outside(), outside as u64);
    }

    #[test]
    fn merging_is_counting_both(one in points(), two in points()) {
        let mut merged = Histogram2d::from_points(&one);
        merged.merge(&Histogram2d::from_points(&two)).unwrap();
        prop_assert_eq!(merged, Histogram2d::from_points(&[one, two].concat()));
    }

    #[test]
    fn a_point_lies_between_the_edges_of_its_bin(
        x in coordinate(), bins in 1_usize..300, start in -3.0..3.0, width in 0.01..9.0,
    ) {
        let mut histogram = Histogram2d::new(bins, 1, start..=start + width, 0.0..=1.0).unwrap();
        histogram.add(Point { x, y: 0.5 });
        if histogram.outside() == 0 {
            let edges = histogram.x_edges();
            let bin = histogram.counts().column(0).iter().position(|&count| count == 1).unwrap();
            prop_assert!(edges[bin] <= x);
            prop_assert!(x < edges[bin + 1] || (bin + 1 == bins && x == edges[bins]));
        }
    }
}

proptest! {
    /// So few numbers lie in the range that many edges are equal.
    #[test]
    fn bins_may_be_narrower_than_numbers_are_apart(
        bins in 1_usize..300, steps in 1_u64..300, step in 0_u64..300, start in 1_u64..1 << 60,
    ) {
        prop_assume!(step <= steps);
        let [start, x, end] = [start, start + step, start + steps].map(f64::from_bits);
        let mut histogram = Histogram2d::new(bins, 1, start..=end, 0.0..=1.0).unwrap();
        histogram.add(Point { x, y: 0.5 });
        let edges = histogram.x_edges();
        let bin = histogram.counts().column(0).iter().position(|&count| count == 1).unwrap();
        prop_assert!(edges[bin] <= x);
        prop_assert!(x < edges[bin + 1] || (bin + 1 == bins && x == edges[bins]));
    }
}

#[test]
fn edges_belong_to_the_bin_above_and_the_last_to_the_last() {
    for edge in 0..=50 {
        let x = f64::from(edge) / 50.0;
        let histogram = Histogram2d::from_points(&[Point { x, y: 1.0 }]);
        assert_eq!(histogram.counts()[[(edge as usize).min(49), 49]], 1, "{x}");
    }
}

#[test]
fn wrong_bins_are_refused_with_what_to_do() {
    let none = Histogram2d::new(0, 5, 0.0..=1.0, 0.0..=1.0).unwrap_err();
    assert_eq!(none, HistogramError::NoBins { x: 0, y: 5 });
    for (start, end) in [(1.0, 0.0), (1.0, 1.0), (0.0, f64::INFINITY), (f64::NAN, 1.0)] {
        let refused = Histogram2d::new(5, 5, 0.0..=1.0, start..=end).unwrap_err();
        assert!(refused.to_string().contains("of y is empty or not finite"), "{refused}");
    }
    let mut default = Histogram2d::default();
    let other = Histogram2d::new(50, 50, 0.0..=1.0, 0.0..=2.0).unwrap();
    assert_eq!(default.merge(&other), Err(HistogramError::DifferentBins));
    assert_eq!(default, Histogram2d::default());
}

#[test]
fn the_first_index_is_x() {
    let mut histogram = Histogram2d::new(4, 2, 0.0..=4.0, 0.0..=2.0).unwrap();
    histogram.extend([Point { x: 3.5, y: 0.5 }]);
    assert_eq!(histogram.counts()[[3, 0]], 1);
    assert_eq!(histogram.x_centers(), [0.5, 1.5, 2.5, 3.5]);
    assert_eq!(histogram.y_edges(), [0.0, 1.0, 2.0]);
}
