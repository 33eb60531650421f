use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bootcamp::prelude::*;
use proptest::prelude::*;

fn walk(f: impl Density, steps: usize, burn_in: usize, seed: u64) -> Vec<Point> {
    random_walker(f, steps, [0.0, 0.0], burn_in, &mut rng(seed))
}

#[test]
fn a_seed_gives_these_points_everywhere() {
    let points = walk(Mixture::bootcamp(), 100, 0, 42);
    assert_eq!(
        [points[49], points[99]].map(<[f64; 2]>::from),
        [
            [0.454_335_702_042_755_25, 0.220_720_798_167_820_98],
            [0.481_813_030_634_946_9, 0.184_598_916_492_497_18],
        ]
    );
    let starts =
        [rng(42), walker_rng(42, 0), walker_rng(42, 1)].map(|mut rng| random_start(&mut rng));
    assert_eq!(
        starts.map(<[f64; 2]>::from),
        [
            [0.814_305_145_122_909_9, 0.318_821_040_061_661_1],
            [0.941_092_241_982_224_3, 0.381_646_556_067_177_57],
            [0.019_407_804_818_679_32, 0.091_717_779_248_216_78],
        ]
    );
}

#[test]
fn a_step_is_a_share_of_53_bits_digit_for_digit() {
    let mut shares = rng(4);
    let mut offset = || STEP * (2.0 * shares.random::<f64>() - 1.0);
    let mut here = Point::default();
    // Where all is equally likely, every step is accepted without a further number.
    for point in walk(|_, _| 1.0, 100_000, 0, 4) {
        here = Point { x: here.x + offset(), y: here.y + offset() };
        assert_eq!(point, here);
    }
}

#[test]
fn a_burn_in_drops_the_first_points_only() {
    let all = walk(Mixture::bootcamp(), 500, 0, 3);
    assert_eq!(walk(Mixture::bootcamp(), 500, 120, 3), all[120..]);
    assert_eq!(walk(Mixture::bootcamp(), 500, 500, 3), []);
    assert_eq!(walk(Mixture::bootcamp(), 500, usize::MAX, 3), []);
    assert_eq!(walk(Mixture::bootcamp(), 0, 0, 3), []);
}

#[test]
fn the_function_is_called_once_a_step() {
    let calls = Cell::new(0);
    let counted = |x: f64, y: f64| {
        calls.set(calls.get() + 1);
        Mixture::bootcamp().at(x, y)
    };
    walk(counted, 1000, 100, 1);
    assert_eq!(calls.get(), 1001);
}

#[test]
fn from_zero_density_the_walker_wanders_until_it_finds_the_function() {
    let island = |x: f64, y: f64| f64::from((x - 0.5).abs() < 0.2 && (y - 0.5).abs() < 0.2);
    let points = walk(island, 20_000, 0, 5);
    let found = points.iter().position(|point| island(point.x, point.y) > 0.0).unwrap();
    assert!(found > 0);
    assert!(points[..found].windows(2).all(|pair| pair[0] != pair[1]), "every step is accepted");
    assert!(points[found..].iter().all(|point| island(point.x, point.y) > 0.0), "it stays there");
}

#[test]
fn the_smallest_densities_do_not_break_the_ratio() {
    // 1e-323 is two times the smallest positive number: ratios of it are still numbers.
    let faint = |x: f64, _: f64| if x.abs() < 0.5 { 1e-323 } else { 0.0 };
    let points = walk(faint, 5000, 0, 1);
    assert!(points.iter().all(|point| point.x.abs() < 0.5));
    let moved = points.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!((4000..5000).contains(&moved));
}

#[test]
fn what_is_no_density_is_an_error_with_its_place() {
    let refusal = |value: f64| {
        let f = move |x: f64, _: f64| if x > 0.2 { value } else { 1.0 };
        try_random_walker(f, 100_000, [0.0, 0.0], 0, &mut rng(1)).unwrap_err()
    };
    for (value, text) in [(f64::NAN, "NaN"), (-1.5, "-1.5"), (f64::INFINITY, "inf")] {
        let error = refusal(value);
        assert!(matches!(error, WalkError::Density { at, .. } if at.x > 0.2), "{error:?}");
        let end = format!(" is {text}: make the function return a number >= 0 everywhere");
        assert!(error.to_string().ends_with(&end), "{error}");
    }
    assert!(refusal(-1e-300).to_string().contains("is -0.000"), "small is not zero");
}

#[test]
fn a_start_has_to_be_finite() {
    let error = try_random_walker(|_, _| 1.0, 10, [f64::NAN, 0.0], 0, &mut rng(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the walk cannot start at (NaN, 0): give two finite numbers, for example [0.0, 0.0]"
    );
}

#[test]
fn too_many_points_are_an_error_rather_than_an_abort() {
    let result = try_random_walker(|_, _| 1.0, usize::MAX, [0.0, 0.0], 0, &mut rng(1));
    assert_eq!(result, Err(WalkError::Memory { points: usize::MAX }));
}

#[test]
fn random_walker_panics_with_the_errors_line() {
    let panic = catch_unwind(AssertUnwindSafe(|| walk(|_, _| f64::NAN, 10, 0, 1))).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<String>().unwrap(),
        "the density at (0, 0) is NaN: make the function return a number >= 0 everywhere"
    );
}

#[test]
fn a_long_walk_has_the_mean_and_variance_of_its_gaussian() {
    let f = Gaussian::new([0.5, 0.3], [0.1, 0.1]);
    let count = 100_000;
    let points = random_walker(f, count + 100, [0.5, 0.3], 100, &mut rng(8));
    let mean = |value: &dyn Fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count as f64;
    // A step moves by 0.05 or so and half to three quarters are accepted, so about
    // 20 steps make one independent point: 5000 of them, a standard error of 0.0014.
    let bound = 5.0 * 0.1 / 5000_f64.sqrt();
    assert!((mean(&|point| point.x) - 0.5).abs() < bound);
    assert!((mean(&|point| point.y) - 0.3).abs() < bound);
    // The relative standard error of a variance is sqrt(2 / 5000) = 2 %.
    let variance = mean(&|point| (point.x - 0.5).powi(2));
    assert!((variance / 0.01 - 1.0).abs() < 0.1, "{variance}");
}

#[test]
fn the_bootcamps_walk_accepts_half_of_its_steps() {
    // 0.5126 in the long run (shared/reference/sampler.md); it hardly depends on the peak.
    let points = walk(Mixture::bootcamp(), 100_000, 100, 2);
    let moved = points.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let share = moved as f64 / points.len() as f64;
    assert!((share - 0.5126).abs() < 0.03, "{share}");
}

#[test]
fn walks_do_not_depend_on_threads() {
    let f = Mixture::bootcamp();
    let one = |walker| {
        let mut rng = walker_rng(9, walker);
        let start = random_start(&mut rng);
        random_walker(&f, 2000, start, 100, &mut rng)
    };
    let serial: Vec<_> = (0..20).map(one).collect();
    let parallel: Vec<_> = (0..20).into_par_iter().map(one).collect();
    assert_eq!(serial, parallel);
}

#[test]
fn streams_of_walkers_differ() {
    let firsts = |seed| (0..1000).map(move |walker| walker_rng(seed, walker).next_u64());
    let mut all: Vec<_> = (0..10).flat_map(firsts).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10_000);
}

proptest! {
    #[test]
    fn steps_are_short_and_as_many_as_asked(
        seed: u64, steps in 0_usize..300, burn_in in 0_usize..300,
        start in (-2.0..2.0, -2.0..2.0),
    ) {
        let f = Mixture::bootcamp();
        let points = random_walker(&f, steps, start, burn_in, &mut rng(seed));
        prop_assert_eq!(points.len(), steps.saturating_sub(burn_in));
        for pair in points.windows(2) {
            // The sum of a coordinate and a step is rounded to within 3e-16 here.
            prop_assert!((pair[1].x - pair[0].x).abs() <= STEP + 1e-15);
            prop_assert!((pair[1].y - pair[0].y).abs() <= STEP + 1e-15);
        }
    }
}
