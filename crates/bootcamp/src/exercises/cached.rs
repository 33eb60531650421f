//! Exercise 6: a walker that asks for the density once a step.

use std::cell::Cell;
use std::rc::Rc;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

use super::{Verdict, walk};
use crate::diagnostics::acceptance;
use crate::{Density, Mixture, Point, STEP, random_walker, rng};

/// On the lower peak, where a walk with steps of at most [`STEP`] stays for long.
const START: Point = Point { x: 0.5, y: 0.2 };
/// How many steps are checked one by one.
const STEPS: usize = 1000;
/// The widths of the lower peak are found from so many walks of so many steps. (One walk alone
/// may leave the peak soon.)
const MANY: (u64, usize) = (8, 25_000);

/// How far the mean square distances from the lower peak's center may be off, as a share. Of
/// 1000 right walkers none was off by more than 0.063 along x and 0.024 along y.
const SPREAD: f64 = 0.15;

/// Whether a walker changes the kept value after a step that it accepted, or rejected.
type Changes = fn(bool) -> bool;

/// What people write, and what is wrong with it.
const MISTAKES: [(Changes, &str); 3] = [
    (
        |_| false,
        "Your walker compares with the value at its start, for ever: when it goes to a new point, \
         the kept value has to become that of the new point.",
    ),
    (
        |_| true,
        "Your walker keeps the value of each proposed point, even where it stays: change the kept \
         value only when the step is accepted.",
    ),
    (
        |accepted| !accepted,
        "Your walker changes the kept value when a step is rejected: change it when the step is \
         accepted.",
    ),
];

/// The function that a walker is given; it counts its calls.
type Counted = Box<dyn Fn(f64, f64) -> f64>;

/// Checks a walker that keeps the value of the function at its place: it is called as
/// `walk(f, n_steps, start, rng)` and returns the point after each step. It should call `f` once
/// a step, and once at the start.
///
/// Random numbers may be drawn in another order than [`random_walker`] draws them; the walk is
/// then judged by the widths of the peak that it finds, which are known.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let verdict = check_exercise_6(|f, n, start, rng| random_walker(f, n, start, 0, rng));
/// assert!(verdict.to_string().contains("1000 steps, 1001 calls"));
/// assert!(!check_exercise_6(|_, n, start, _| vec![start; n]).is_correct());
/// ```
#[must_use]
pub fn check_exercise_6(
    walk: impl Fn(Counted, usize, Point, &mut Xoshiro256PlusPlus) -> Vec<Point>,
) -> Verdict {
    let (points, calls) = counted(&walk, STEPS, 1);
    if points.is_empty() {
        let what_to_do = "Let `cached_walk` return its points, and run this cell again.";
        return Verdict::not_attempted(6, what_to_do);
    }
    let result = same_steps(&points).and_then(|same| {
        few_calls(calls, &points)?;
        if !same {
            let (walks, steps) = MANY;
            let many = (1..=walks).flat_map(|seed| counted(&walk, steps, seed).0);
            right_widths(&many.collect::<Vec<_>>())?;
        }
        Ok(same)
    });
    match result {
        Err(fault) => Verdict::incorrect(6, &fault),
        Ok(same) => {
            let which = if same {
                "The points are those of `random_walker`, one by one."
            } else {
                "The points are others than those of `random_walker`, which draws its random \
                 numbers in another order, and as good."
            };
            Verdict::correct(6, &format!("{STEPS} steps, {calls} calls of the function. {which}"))
        }
    }
}

/// The points of a walk, and how often it called the function.
fn counted(
    walk: &impl Fn(Counted, usize, Point, &mut Xoshiro256PlusPlus) -> Vec<Point>,
    steps: usize,
    seed: u64,
) -> (Vec<Point>, usize) {
    let calls = Rc::new(Cell::new(0));
    let (f, counter) = (Mixture::bootcamp(), Rc::clone(&calls));
    let counting = move |x: f64, y: f64| {
        counter.set(counter.get() + 1);
        f.at(x, y)
    };
    let points = walk(Box::new(counting), steps, START, &mut rng(seed));
    (points, calls.get())
}

/// Whether these are the steps of [`random_walker`]; an error where they are those of a mistake.
fn same_steps(points: &[Point]) -> Result<bool, String> {
    let count = points.len();
    let right = random_walker(Mixture::bootcamp(), STEPS, START, 0, &mut rng(1));
    if points == right {
        return Ok(true);
    }
    if points[0] == START && points.get(1..) == right.get(..count - 1) {
        return Err("Your list begins with the start: note where the walker is *after* each step."
            .to_owned());
    }
    if count != STEPS {
        return Err(format!(
            "{STEPS} steps have made {count} points: note one after each step, and when the step \
             is rejected the old one once more."
        ));
    }
    for (changes, what) in MISTAKES {
        if [false, true].into_iter().any(|draws| points == forgetful(draws, changes)) {
            return Err(what.to_owned());
        }
    }
    walk::inspect(points, &Mixture::bootcamp()).map(|_| false)
}

/// A walk whose kept value changes at the wrong time.
fn forgetful(always_draws: bool, changes: Changes) -> Vec<Point> {
    let (f, mut my_rng, mut here) = (Mixture::bootcamp(), rng(1), START);
    let mut kept = f.at(here.x, here.y);
    let mut step = |_| {
        let mut offset = || STEP * (2.0 * my_rng.random::<f64>() - 1.0);
        let there = Point { x: here.x + offset(), y: here.y + offset() };
        let proposed = f.at(there.x, there.y);
        let accepted =
            (!always_draws && proposed >= kept) || my_rng.random::<f64>() * kept < proposed;
        if changes(accepted) {
            kept = proposed;
        }
        if accepted {
            here = there;
        }
        here
    };
    (0..STEPS).map(&mut step).collect()
}

/// An error where the function was called too often.
fn few_calls(calls: usize, points: &[Point]) -> Result<(), String> {
    let accepted = acceptance(points).unwrap_or(0.0) * points.len() as f64;
    let near = |expected: f64| (calls as f64 - expected).abs() <= 2.0;
    let steps = STEPS as f64;
    if calls <= STEPS + 1 {
        return Ok(());
    }
    let times = calls as f64 / steps;
    Err(if near(2.0 * steps) {
        "Your walker evaluates the function twice a step: the value at the old point is known from \
         before. Keep it in a variable."
            .to_owned()
    } else if near(steps + accepted) {
        "Your walker evaluates the function once more for each accepted step: it has just \
         calculated the value at the new point. Keep that one."
            .to_owned()
    } else {
        format!("Your walker evaluates the function {times:.2} times a step: once is enough.")
    })
}

/// An error where the points on the lower peak are not spread as it is.
fn right_widths(points: &[Point]) -> Result<(), String> {
    let f = Mixture::bootcamp();
    let peak = f.gaussians()[0];
    let on_it: Vec<_> = points.iter().filter(|&&point| f.peak_at(point) == Some(0)).collect();
    let spread = |distance: &dyn Fn(&Point) -> f64| {
        let squares: f64 = on_it.iter().map(|point| distance(point).powi(2)).sum();
        (squares / on_it.len() as f64).sqrt()
    };
    let found = [
        ("x", spread(&|point| point.x - peak.center.x), peak.width.x),
        ("y", spread(&|point| point.y - peak.center.y), peak.width.y),
    ];
    let is_off = |found: f64, width: f64| {
        let off = ((found / width).powi(2) - 1.0).abs();
        off.is_nan() || off > SPREAD
    };
    match found.into_iter().find(|&(_, found, width)| is_off(found, width)) {
        None => Ok(()),
        Some((axis, found, width)) => Err(format!(
            "The points spread by {found:.3} along {axis}, and the peak's width is {width}: accept \
             with the probability f(new) / f(old), where f(old) is the value at the place where \
             the walker is now."
        )),
    }
}
