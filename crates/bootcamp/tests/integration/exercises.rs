use bootcamp::prelude::*;
use bootcamp::rand::rngs::StdRng;

fn walk(steps: usize, burn_in: usize, seed: u64) -> Vec<Point> {
    random_walker(Mixture::bootcamp(), steps, [0.0, 0.0], burn_in, &mut rng(seed))
}

/// A right answer to exercise 3.
fn walks(steps: usize, burn_in: usize, seed: u64) -> Vec<Vec<Point>> {
    let one = |walker| {
        let mut rng = walker_rng(seed, walker);
        let start = random_start(&mut rng);
        random_walker(Mixture::bootcamp(), steps, start, burn_in, &mut rng)
    };
    (0..10).into_par_iter().map(one).collect()
}

fn uniform(count: usize, seed: u64) -> Vec<Point> {
    let mut rng = rng(seed);
    (0..count).map(|_| random_start(&mut rng)).collect()
}

/// A walk with a wrong rule: `accept(new, old, u)`.
fn wrong(steps: usize, step: f64, accept: impl Fn(f64, f64, f64) -> bool) -> Vec<Point> {
    let f = Mixture::bootcamp();
    let mut rng = StdRng::seed_from_u64(1);
    let mut here = Point { x: 0.4, y: 0.3 };
    let mut walk = |_| {
        let there = Point {
            x: here.x + rng.random_range(-step..step),
            y: here.y + rng.random_range(-step..step),
        };
        if accept(f.at(there.x, there.y), f.at(here.x, here.y), rng.random()) {
            here = there;
        }
        here
    };
    (0..steps).map(&mut walk).collect()
}

#[track_caller]
pub(crate) fn fails(verdict: &Verdict, reason: &str) {
    let text = verdict.to_string();
    assert!(matches!(verdict, Verdict::Incorrect(_)), "{text}");
    assert!(text.contains(reason) && text.contains(": not yet. "), "{text}");
}

#[test]
fn exercise_1_accepts_right_walks() {
    for seed in 0..100 {
        for (steps, burn_in) in [(200, 0), (200, 100), (1000, 0), (1000, 100), (5000, 100)] {
            let verdict = check_exercise_1(&walk(steps, burn_in, seed));
            assert!(verdict.is_correct(), "seed {seed}, {steps} steps: {verdict}");
        }
    }
}

#[test]
fn exercise_1_names_the_mistake() {
    let check = check_exercise_1;
    fails(&check(&[Point::default(); 900]), "All 900 points are (0, 0)");
    fails(&check(&uniform(900, 1)), "a step is drawn from [-0.1, 0.1]");
    fails(&check(&walk(50, 0, 1)), "50 points are too few");
    fails(&check(&wrong(1000, 0.1, |_, _, _| true)), "never stays where it is");
    fails(&check(&wrong(1000, 0.1, |new, old, _| new > old)), "accepts 1 % of its steps");
    fails(&check(&wrong(1000, 0.005, |new, old, u| u < new / old)), "about half is right");
    fails(&check(&wrong(1000, 0.1, |new, old, u| u > new / old)), "not the other way round");
    let mut accepted = walk(1000, 0, 1);
    accepted.dedup();
    fails(&check(&accepted), "push the old point once more");
    let mut lost = walk(1000, 0, 1);
    lost[7].x = f64::NAN;
    fails(&check(&lost), "Point 7 is (NaN");
}

#[test]
fn nothing_is_not_attempted() {
    let zero = Duration::ZERO;
    for verdict in [
        check_exercise_1(&[]),
        check_exercise_2(&[], zero),
        check_exercise_3(&[]),
        check_exercise_3(&vec![Vec::new(); 10]),
    ] {
        assert!(matches!(verdict, Verdict::NotAttempted(_)));
        assert!(verdict.to_string().contains(": not attempted yet. Put "));
    }
}

#[test]
fn exercise_2_wants_100_000_steps_and_a_time() {
    let points = walk(100_000, 100, 1);
    let text = check_exercise_2(&points, Duration::from_millis(4)).to_string();
    assert_eq!(
        text,
        "Exercise 2: correct. 99900 points in 4.0ms, 40 ns a step: 152.5 times as fast as the \
         bootcamp's Python program (6.1 µs a step where we measured it)."
    );
    let slow = check_exercise_2(&points, Duration::from_secs(1));
    assert!(slow.is_correct() && slow.to_string().contains("1.6 times as slow"), "{slow}");
    fails(&check_exercise_2(&points, Duration::from_nanos(900)), "Instant::now()");
    fails(&check_exercise_2(&points[..900], Duration::from_millis(4)), "walk 100000 steps");
    fails(&check_exercise_2(&uniform(100_000, 1), Duration::from_millis(4)), "along one axis");
}

#[test]
fn exercise_3_accepts_right_walks() {
    let verdicts: Vec<_> =
        (0..30).map(|seed| check_exercise_3(&walks(10_000, 100, seed))).collect();
    let wrong: Vec<_> = verdicts.iter().filter(|verdict| !verdict.is_correct()).collect();
    // One in 200 has no start near a peak: 0 to 2 of 30 with a probability of 0.9995.
    assert!(wrong.len() <= 2, "{wrong:?}");
    for verdict in wrong {
        fails(verdict, "no start was near it");
    }
    for seed in 0..5 {
        let verdict = check_exercise_3(&walks(20_000, 0, seed));
        assert!(verdict.is_correct(), "a burn-in may be kept: {verdict}");
    }
}

#[test]
fn exercise_3_names_the_mistake() {
    let check = check_exercise_3;
    let right = walks(10_000, 100, 1);
    assert!(check(&right).is_correct());
    fails(&check(&right[..1]), "You have 1 walk: make ten");
    fails(&check(&vec![right[0].clone(); 10]), "Walks 0 and 1 are the same");
    fails(&check(&vec![vec![Point::default(); 900]; 10]), "Walk 0: All 900 points are (0, 0)");
    let uniform: Vec<_> = (0..10).map(|seed| uniform(900, seed)).collect();
    fails(&check(&uniform), "Walk 0: From point 0 to point 1");
    for burn_in in [0, 100] {
        let equal: Vec<_> = (0..10).map(|seed| walk(10_000, burn_in, seed)).collect();
        fails(&check(&equal), "All walks begin at the same place");
    }
    let long = walk(100_000, 0, 1);
    let pieces: Vec<_> = long.chunks(10_000).map(<[Point]>::to_vec).collect();
    fails(&check(&pieces), "pieces of one long walk");
    // All of the function but the right peak.
    let f = Mixture::bootcamp();
    let two = Mixture::new([f.gaussians()[0], f.gaussians()[2]]).unwrap();
    let blind: Vec<_> = (0..10)
        .map(|walker| {
            let mut rng = walker_rng(1, walker);
            let start = random_start(&mut rng);
            random_walker(&two, 10_000, start, 1000, &mut rng)
        })
        .collect();
    fails(&check(&blind), "The right peak holds 0 % of your points, 21 % expected");
}

#[test]
fn a_verdict_is_shown_as_text_and_html() {
    let verdict = Verdict::Incorrect("Exercise 9: not yet. 1 < 2 & so on".to_owned());
    let bundle = verdict.bundle();
    assert_eq!(bundle.get("text/plain"), Some("Exercise 9: not yet. 1 < 2 & so on"));
    let html = bundle.get("text/html").unwrap();
    assert!(html.contains("1 &lt; 2 &amp; so on") && html.contains("background:#"), "{html}");
    assert_eq!(format!("{verdict:?}"), verdict.to_string());
}

type Pair = (f64, f64);

#[test]
fn exercise_5_names_the_mistake() {
    let squares =
        |x: f64, y: f64, c: Pair, w: Pair| ((c.0 - x) / w.0).powi(2) + ((c.1 - y) / w.1).powi(2);
    let check =
        |change: &dyn Fn(f64) -> f64| check_exercise_5(|x, y, c, w| change(squares(x, y, c, w)));
    let right = |q: f64| (-q / 2.0).exp();
    assert!(check(&right).is_correct());
    let ours = check_exercise_5(|x, y, center, width| Gaussian::new(center, width).at(x, y));
    assert!(ours.is_correct(), "{ours}");
    assert!(check(&|_| 0.0).to_string().contains("not attempted yet"));
    fails(&check(&|q| (q / 2.0).exp()), "needs a minus sign");
    fails(&check(&|q| -(q / 2.0).exp()), "Put brackets");
    fails(&check(&|q| (-q).exp()), "divided by 2");
    fails(&check(&|q| -q / 2.0), "call `.exp()`");
    fails(&check(&|_| f64::NAN), "yours is NaN");
    fails(&check(&|q| 2.0 * right(q)), "`gaussian(0.55, 0.22, (0.5, 0.2), (0.15, 0.04))` is 0.8");
    let of = |place: &dyn Fn(f64, f64, Pair, Pair) -> f64| {
        check_exercise_5(|x, y, c, w| right(place(x, y, c, w)))
    };
    fails(&of(&|x, y, c, w| squares(x, y, c, (w.1, w.0))), "widths have changed places");
    fails(&of(&|x, y, c, w| squares(x, y, c, (w.0, w.0))), "the same width");
    fails(&of(&|x, y, c, w| squares(x, y, (c.1, c.0), w)), "center's numbers have changed places");
    fails(&of(&|x, y, c, w| (c.0 - x) / w.0 + (c.1 - y) / w.1), "not squared");
    let whole = |x, y, c, w: Pair| right(squares(x, y, c, w)) / (std::f64::consts::TAU * w.0 * w.1);
    fails(&check_exercise_5(whole), "the height 1");
}

#[test]
fn exercise_7_names_the_mistake() {
    let right = walks(100, 0, 1);
    let check = |walks: &[Vec<Point>]| check_exercise_7(walks, &right);
    let text = check(&right).to_string();
    assert_eq!(text, "Exercise 7: correct. 10 walks, 1000 points, the same everywhere.");
    assert!(check(&[]).to_string().contains("not attempted yet"));
    fails(&check(&right[1..]), "9 walks have come back, and 10");
    fails(&check(&[&right[..], &right[..]].concat()), "Every engine walked all walkers");
    fails(&check(&vec![right[0].clone(); 10]), "Walks 0 and 1 are the same");
    fails(&check(&right.iter().rev().cloned().collect::<Vec<_>>()), "in another order");
    fails(&check(&walks(100, 0, 2)), "Walk 0 is not that of walker 0");
}

#[test]
fn exercise_8_names_the_mistake() {
    let points = walk(1000, 100, 1);
    let count = points.len() as f64;
    let (x, y) = (
        points.iter().map(|point| point.x).sum::<f64>(),
        points.iter().map(|point| point.y).sum::<f64>(),
    );
    let (mean_x, mean_y) = (x / count, y / count);
    let check = |center: &[f64]| check_exercise_8(&points, center);
    // Another language adds in another order.
    let text = check(&[mean_x * (1.0 + 1e-12), mean_y]).to_string();
    assert!(text.starts_with("Exercise 8: correct. The same center as Rust's: ("), "{text}");
    for nothing in [&[][..], &[f64::NAN, f64::NAN]] {
        assert!(check(nothing).to_string().contains("not attempted yet"));
    }
    fails(&check(&[mean_x]), "has 1 number: give two");
    fails(&check(&[mean_y, mean_x]), "the other way round");
    fails(&check(&[x, y]), "These are the sums");
    let all = f64::midpoint(mean_x, mean_y);
    fails(&check(&[all, all]), "the mean of all numbers together");
    fails(&check(&[points[0].x, points[0].y]), "take the means of all points");
    fails(&check(&[mean_x, f64::NAN]), "take the means of all points");
}
