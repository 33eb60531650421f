//! What is ours: each role runs in a process of its own, started by the benchmark.

use std::hint::black_box;

use bootcamp::rayon::ThreadPoolBuilder;
use bootcamp::rayon::prelude::*;
use bootcamp::{
    Density, Histogram2d, InstructionSet, LANES, Mixture, Point, Run, STEP, Walk, density, exp,
    random_walker, rng, walker_rng,
};
use rand::RngExt;

use crate::limit::{Kept, Set};
use crate::outcome::{Outcome, summary, user_seconds};

const START: [f64; 2] = [0.5, 0.2];
/// The chains of the rows about threads.
const CHAINS: u64 = 10;

/// Runs `repeats` times `steps` steps, or points.
pub(crate) fn run(role: &str, steps: usize, repeats: u64, seed: u64) -> Outcome {
    if let Some((set, kept)) = Set::of_role(role) {
        return limit(set, kept, steps, repeats, seed);
    }
    if role.starts_with("Walk") {
        return lanes(role, steps, repeats, seed);
    }
    match role {
        "random_walker" => scalar(complicated, steps, repeats, seed),
        "random_walker, Mixture" => scalar(&Mixture::bootcamp(), steps, repeats, seed),
        "1 thread" => threads(1, steps, repeats, seed),
        "2 threads" => threads(2, steps, repeats, seed),
        "Histogram2d" => histogram(steps, repeats, seed),
        _ => panic!("there is no role '{role}'"),
    }
}

/// Times all repeats; the last result is what is summed up.
fn timed<T>(n: u64, repeats: u64, mut walk: impl FnMut(u64) -> T) -> (Outcome, T) {
    let before = user_seconds();
    for repeat in 1..repeats {
        drop(black_box(walk(repeat)));
    }
    let last = walk(0);
    let seconds = user_seconds() - before;
    (Outcome { steps: n * repeats, seconds, ..Outcome::default() }, last)
}

/// As a student writes it in notebook 01.
fn complicated(x: f64, y: f64) -> f64 {
    let gaussian = |center: (f64, f64), width: (f64, f64)| {
        let (x, y) = ((x - center.0) / width.0, (y - center.1) / width.1);
        (-(x * x + y * y) / 2.0).exp()
    };
    gaussian((0.5, 0.2), (0.15, 0.04))
        + gaussian((0.7, 0.7), (0.05, 0.05))
        + gaussian((0.3, 0.7), (0.05, 0.07))
}

fn scalar(f: impl Density + Copy, steps: usize, repeats: u64, seed: u64) -> Outcome {
    let walk = |repeat| random_walker(f, steps, START, 0, &mut walker_rng(seed, repeat));
    let (outcome, points) = timed(steps as u64, repeats, walk);
    Outcome { walk: Some(summary(points.into_iter().map(Into::into))), ..outcome }
}

#[inline(always)]
fn peak(x: f64, y: f64, center: (f64, f64), width: (f64, f64)) -> f64 {
    let (x, y) = ((center.0 - x) / width.0, (center.1 - y) / width.1);
    exp(-(x * x + y * y) / 2.0)
}

/// Sixteen chains side by side, with histogram, moments and traces.
fn lanes(role: &str, steps: usize, repeats: u64, seed: u64) -> Outcome {
    let widest = InstructionSet::detect();
    let set = if role.ends_with("AVX2") { InstructionSet::Avx2 } else { widest };
    let each = steps / LANES;
    let mixture = Mixture::bootcamp();
    // As a student writes it.
    let written = density!(|x, y| peak(x, y, (0.5, 0.2), (0.15, 0.04))
        + peak(x, y, (0.7, 0.7), (0.05, 0.05))
        + peak(x, y, (0.3, 0.7), (0.05, 0.07)));
    let written = Walk::new(written).start(START).chains(LANES).instruction_set(set);
    let exact = Walk::new(&mixture).start(START).chains(LANES).instruction_set(set);
    let fast = exact.clone().fast();
    let walk = |repeat| -> Run {
        let seed = 1000 * seed + repeat;
        match role {
            _ if role.contains("fast") => fast.clone().seed(seed).run(each),
            _ if role.contains("Mixture") => exact.clone().seed(seed).run(each),
            _ => written.clone().seed(seed).run(each),
        }
    };
    let (outcome, run) = timed((each * LANES) as u64, repeats, walk);
    let mean = run.mean();
    Outcome { walk: Some([run.acceptance(), mean.x, mean.y]), ..outcome }
}

fn limit(set: Set, kept: Kept, steps: usize, repeats: u64, seed: u64) -> Outcome {
    let starts = vec![Point::from(START); set.chains()];
    let each = steps / set.chains();
    let walk = |repeat| set.walk(kept, &starts, STEP, each, 1000 * seed + repeat);
    let (outcome, walked) = timed((each * set.chains()) as u64, repeats, walk);
    let n = (each * set.chains()) as f64;
    let all = walked.sums.iter().fold([0.0; 3], |all, one| {
        [all[0] + one.accepted / n, all[1] + one.x / n, all[2] + one.y / n]
    });
    Outcome { walk: Some(all), ..outcome }
}

/// Ten chains of `steps` each, one stream for each.
fn threads(threads: usize, steps: usize, repeats: u64, seed: u64) -> Outcome {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let mixture = Mixture::bootcamp();
    let walk = |chain| random_walker(&mixture, steps, START, 0, &mut walker_rng(seed, chain));
    let all =
        |_| -> Vec<Vec<Point>> { pool.install(|| (0..CHAINS).into_par_iter().map(walk).collect()) };
    let (outcome, walks) = timed(CHAINS * steps as u64, repeats, all);
    Outcome { walk: Some(summary(walks.into_iter().flatten().map(Into::into))), ..outcome }
}

fn histogram(n: usize, repeats: u64, seed: u64) -> Outcome {
    let mut rng = rng(seed);
    let points: Vec<Point> = (0..n).map(|_| Point { x: rng.random(), y: rng.random() }).collect();
    let (outcome, histogram) =
        timed(n as u64, repeats, |_| Histogram2d::from_points(black_box(&points)));
    assert_eq!((histogram.total(), histogram.outside()), (n as u64, 0));
    outcome
}
