//! The exercise that keeps the function's last value, and the ways to keep it wrongly.

use bootcamp::prelude::*;

use crate::exercises::fails;

/// How a walker of exercise 6 goes wrong; `Right` does not.
#[derive(Clone, Copy, PartialEq)]
enum Cache {
    Right,
    Twice,
    OnceMore,
    Never,
    Always,
    Rejected,
}

fn cached(
    f: &dyn Fn(f64, f64) -> f64,
    n_steps: usize,
    mut here: Point,
    my_rng: &mut Xoshiro256PlusPlus,
    cache: Cache,
    always_draws: bool,
) -> Vec<Point> {
    let mut points = vec![];
    let mut kept = f(here.x, here.y);
    for _ in 0..n_steps {
        let x = here.x + STEP * (2.0 * my_rng.random::<f64>() - 1.0);
        let there = Point { x, y: here.y + STEP * (2.0 * my_rng.random::<f64>() - 1.0) };
        let proposed = f(there.x, there.y);
        if cache == Cache::Twice {
            kept = f(here.x, here.y);
        }
        let u = if always_draws { my_rng.random::<f64>() } else { 1.0 };
        let accepted = if always_draws {
            u < proposed / kept
        } else {
            proposed >= kept || my_rng.random::<f64>() < proposed / kept
        };
        kept = match (cache, accepted) {
            (Cache::Right, true) | (Cache::Rejected, false) | (Cache::Always, _) => proposed,
            (Cache::OnceMore, true) => f(there.x, there.y),
            _ => kept,
        };
        if accepted {
            here = there;
        }
        points.push(here);
    }
    points
}

#[test]
fn exercise_6_names_the_mistake() {
    let check = |cache, always| {
        check_exercise_6(|f, n, start, rng| cached(&f, n, start, rng, cache, always))
    };
    let right = check(Cache::Right, false).to_string();
    assert!(
        right.starts_with("Exercise 6: correct. 1000 steps, 1001 calls of the function. The"),
        "{right}"
    );
    let other = check(Cache::Right, true);
    assert!(other.is_correct() && other.to_string().contains("in another order"), "{other}");
    for always in [false, true] {
        fails(&check(Cache::Twice, always), "evaluates the function twice a step");
        fails(&check(Cache::OnceMore, always), "once more for each accepted step");
        fails(&check(Cache::Never, always), "at its start, for ever");
        fails(&check(Cache::Always, always), "even where it stays");
        fails(&check(Cache::Rejected, always), "when a step is rejected");
    }
    assert!(check_exercise_6(|_, _, _, _| vec![]).to_string().contains("not attempted yet"));
    fails(&check_exercise_6(|_, n, start, _| vec![start; n]), "All 1000 points are (0.5, 0.2)");
    let began = check_exercise_6(|f, n, start, rng| {
        let mut points = random_walker(f, n, start, 0, rng);
        points.insert(0, start);
        points
    });
    fails(&began, "Your list begins with the start");
    let moved = check_exercise_6(|f, n, start, rng| {
        let mut points = random_walker(f, n, start, 0, rng);
        points.dedup();
        points
    });
    fails(&moved, "1000 steps have made");
    let thrice = check_exercise_6(|f, n, start, rng| {
        random_walker(|x, y| (f(x, y) + f(x, y) + f(x, y)) / 3.0, n, start, 0, rng)
    });
    fails(&thrice, "3.00 times a step");
    // A rule of its own: the square of the ratio.
    let sharp = check_exercise_6(|f, n, start, rng| {
        random_walker(|x, y| f(x, y).powi(2), n, start, 0, rng)
    });
    fails(&sharp, "the peak's width is 0.15");
}

#[test]
fn exercise_6_accepts_other_random_numbers() {
    for seed in 0..50 {
        let walk = |f: Box<dyn Fn(f64, f64) -> f64>, n, start, my_rng: &mut Xoshiro256PlusPlus| {
            // The check's seeds lead to other streams.
            random_walker(f, n, start, 0, &mut walker_rng(seed, my_rng.next_u64()))
        };
        let verdict = check_exercise_6(walk);
        assert!(verdict.is_correct(), "seed {seed}: {verdict}");
    }
}
