use std::panic::{AssertUnwindSafe, catch_unwind};

use bootcamp::InstructionSet::{Avx2, Avx512, Portable};
use bootcamp::prelude::*;
use proptest::prelude::*;

#[inline(always)]
fn peak(x: f64, y: f64, center: [f64; 2], width: [f64; 2]) -> f64 {
    let (x, y) = ((center[0] - x) / width[0], (center[1] - y) / width[1]);
    exp(-(x * x + y * y) / 2.0)
}

/// As a student writes the bootcamp's function.
macro_rules! written {
    () => {
        density!(|x, y| peak(x, y, [0.5, 0.2], [0.15, 0.04])
            + peak(x, y, [0.7, 0.7], [0.05, 0.05])
            + peak(x, y, [0.3, 0.7], [0.05, 0.07]))
    };
}

fn in_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    bootcamp::rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn a_seed_gives_these_draws_everywhere() {
    let f = Mixture::bootcamp();
    let walk = Walk::new(&f).start([0.5, 0.2]).chains(37).seed(42).burn_in(70).keep();
    let expected = in_threads(1, || walk.run(1000));
    let last = |run: &Run, chain: usize| <[f64; 2]>::from(run.points()[chain][999]);
    assert_eq!(
        [last(&expected, 0), last(&expected, 36)],
        [
            [0.597_471_529_059_111_8, 0.262_184_093_566_611_54],
            [0.623_051_963_513_717_6, 0.158_344_222_186_133_73],
        ]
    );
    for set in [Portable, Avx2, Avx512] {
        let run = in_threads(3, || walk.clone().instruction_set(set).run(1000));
        assert_eq!(run.points(), expected.points(), "{set}");
        assert_eq!(run.histogram(), expected.histogram());
        assert_eq!((run.mean(), run.covariance()), (expected.mean(), expected.covariance()));
    }
    // A chain is the same with any number of others.
    let alone = Walk::new(&f).start([0.5, 0.2]).seed(42).burn_in(70).keep().run(1000);
    assert_eq!(alone.points()[0], expected.points()[0]);
}

#[test]
fn what_a_student_writes_is_walked_as_the_library_s_own() {
    let settings = |run: Run| (run.acceptance(), run.mean());
    let own = settings(Walk::new(&Mixture::bootcamp()).start([0.5, 0.2]).run(100_000));
    let written = settings(Walk::new(written!()).start([0.5, 0.2]).run(100_000));
    // Divisions differ from products in the last digits, and walks part some day.
    assert!((own.0 - written.0).abs() < 0.02 && (own.1.y - written.1.y).abs() < 0.02);
    let fast = settings(Walk::new(written!()).start([0.5, 0.2]).fast().run(100_000));
    assert!((own.0 - fast.0).abs() < 0.02 && (own.1.y - fast.1.y).abs() < 0.02);
}

#[test]
fn many_steps_become_the_exact_answer() {
    let f = Mixture::bootcamp();
    let exact = f.exact();
    let run = Walk::new(&f).random_starts().chains(16).step(0.6).seed(1).burn_in(1000).run(200_000);
    assert!(run.histogram().total_variation(&f) < 0.05);
    assert!((run.mean().x - exact.mean.x).abs() < 0.01);
    assert!((run.mean().y - exact.mean.y).abs() < 0.01);
    let difference = |at: usize| (run.covariance()[at] - exact.covariance[at]).abs();
    assert!(difference(0) < 0.002 && difference(1) < 0.002 && difference(2) < 0.002);
    assert!((0.09..0.10).contains(&run.acceptance()), "{run:?}");
    let shares = f.shares(run.traces().iter().flatten());
    assert!(shares.iter().zip(&exact.weights).all(|(share, weight)| (share - weight).abs() < 0.02));
}

#[test]
fn what_is_collected_is_what_the_points_say() {
    let bins = Histogram2d::new(7, 3, 0.2..=0.9, 0.0..=0.5).unwrap();
    let walk = Walk::new(written!()).start([0.4, 0.2]).chains(20).seed(9).keep();
    let run = walk.histogram(bins.clone()).run(777);
    let mut counted = bins;
    counted.extend(run.points().iter().flatten());
    assert_eq!(*run.histogram(), counted);
    assert_eq!(run.traces(), run.points());
    for (chain, points) in run.points().iter().enumerate() {
        let count = points.len() as f64;
        let mean = points.iter().map(|point| point.y).sum::<f64>() / count;
        assert!((run.means()[chain].y - mean).abs() < 1e-12);
        let places = [run.starts()[chain]].into_iter().chain(points.iter().copied());
        let places: Vec<_> = places.collect();
        let moved = places.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(run.acceptances()[chain], moved as f64 / count);
    }
}

#[test]
fn a_trace_has_the_draws_that_thinning_leaves() {
    let f = Mixture::bootcamp();
    let walk = Walk::new(&f).start([0.5, 0.2]).chains(75).seed(3).keep();
    let run = walk.run(10_000);
    assert_eq!(run.thinning(), 3);
    for (trace, points) in run.traces().iter().zip(run.points()) {
        let every_third: Vec<_> = points.iter().copied().skip(2).step_by(3).collect();
        assert_eq!(*trace, every_third);
    }
}

#[test]
fn a_walk_that_cannot_be_says_why() {
    let flat = |_: f64, _: f64| 1.0;
    let error = |walk: Walk<_>, steps| walk.try_run(steps).unwrap_err().to_string();
    for step in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let text = format!(
            "a step of {step} leads nowhere: give a finite number above 0, for example 0.1"
        );
        assert_eq!(error(Walk::new(flat).step(step), 10), text);
    }
    let text = "0 chains of 10 steps make no draws: give at least 1 chain and 1 step";
    assert_eq!(error(Walk::new(flat).chains(0), 10), text);
    assert_eq!(error(Walk::new(flat).starts(&[]), 10), text);
    assert!(error(Walk::new(flat), 0).starts_with("1 chains of 0 steps"));
    let text = "2 starts for 3 chains: give one start to each, or leave `.chains()` out";
    assert_eq!(error(Walk::new(flat).starts(&[Point::default(); 2]).chains(3), 10), text);
    let text = "the walk cannot start at (NaN, 0): give two finite numbers, for example [0.0, 0.0]";
    assert_eq!(error(Walk::new(flat).start([f64::NAN, 0.0]), 10), text);
    for (chains, steps) in [(usize::MAX, 2), (2, usize::MAX), (1, usize::MAX)] {
        let error = error(Walk::new(flat).chains(chains).burn_in(1), steps);
        assert!(
            error.ends_with("do not fit into memory: walk fewer steps, or several shorter walks")
        );
    }
    let error = error(Walk::new(flat).keep(), usize::MAX / 64);
    assert!(error.contains("do not fit into memory"), "{error}");
}

#[test]
fn a_bad_density_is_named_with_its_place() {
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        let cliff = move |x: f64, _: f64| if x > 0.3 { bad } else { 1.0 };
        for set in [Portable, Avx2, Avx512] {
            let walk = Walk::new(cliff).chains(3).instruction_set(set);
            let WalkError::Density { at, value } = walk.try_run(10_000).unwrap_err() else {
                panic!("another error");
            };
            assert!(at.x > 0.3 && at.x < 0.4, "{at:?}");
            assert_eq!(value.to_bits(), bad.to_bits());
        }
        let there = Walk::new(cliff).start([1.0, 0.0]).try_run(1);
        assert!(matches!(there, Err(WalkError::Density { at: Point { x: 1.0, y: 0.0 }, .. })));
    }
    let text = catch_unwind(AssertUnwindSafe(|| Walk::new(|_, _| -1.0).run(1))).unwrap_err();
    let text = text.downcast_ref::<String>().unwrap();
    assert_eq!(
        text,
        "the density at (0, 0) is -1: make the function return a number >= 0 everywhere"
    );
}

#[test]
fn where_the_density_is_zero_a_walk_wanders_and_never_comes_back() {
    let island = |x: f64, y: f64| f64::from((x - 0.5).abs() < 0.2 && (y - 0.5).abs() < 0.2);
    let run = Walk::new(island).start([0.2, 0.5]).chains(16).keep().seed(5).run(50_000);
    let mut arrivals = 0;
    for points in run.points() {
        // From the plane's many other places some never find it.
        let Some(found) = points.iter().position(|point| island(point.x, point.y) > 0.0) else {
            continue;
        };
        arrivals += 1;
        assert!(points[found..].iter().all(|point| island(point.x, point.y) > 0.0));
    }
    assert!(arrivals >= 8, "{arrivals} of 16");
    let nothing = Walk::new(|_, _| 0.0).chains(2).run(1000);
    assert_eq!(nothing.acceptance(), 1.0);
}

proptest! {
    #[test]
    fn exp_is_within_three_units_in_the_last_place(x in -700.0..709.0_f64) {
        let (own, theirs) = (exp(x), x.exp());
        prop_assert!(own.to_bits().abs_diff(theirs.to_bits()) <= 3, "{x}: {own:e} {theirs:e}");
    }

    #[test]
    fn exp_of_anything_is_a_number_of_at_least_zero(bits: u64) {
        let x = f64::from_bits(bits);
        prop_assert!(exp(x) >= 0.0 || x.is_nan() && exp(x).is_nan());
    }

    #[test]
    fn any_walk_counts_all_its_points(
        chains in 1..40_usize, steps in 1..300_usize, burn_in in 0..200_usize, seed: u64,
        step in 1e-6..10.0_f64, start in prop::array::uniform2(-2.0..2.0_f64),
    ) {
        let walk = Walk::new(written!()).start(start).chains(chains).step(step).seed(seed);
        let run = walk.burn_in(burn_in).run(steps);
        prop_assert_eq!(run.histogram().total(), (chains * steps) as u64);
        prop_assert!(run.traces().iter().all(|trace| trace.len() == steps));
        prop_assert!((0.0..=1.0).contains(&run.acceptance()));
        prop_assert!(run.covariance()[0] >= -1e-12 && run.mean().is_finite());
    }
}
