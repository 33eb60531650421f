//! The side of criterion: the same functions in this process.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use bootcamp::prelude::*;
use criterion::Criterion;
use timed_functions::{draw, exponential, sort, sum, walk};

/// criterion's mean for the function of this name, in seconds.
pub(crate) fn mean(name: &str) -> f64 {
    let folder = env::var_os("BOOTCAMP_TMP").expect("scripts/bench sets it");
    let folder = Path::new(&folder).join("timeit");
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .without_plots()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_millis(1500))
        .sample_size(50);
    let mut generator = rng(1);
    let x = 0.7_f64;
    let numbers: Vec<f64> = (0..1000).map(|k| f64::from(k) * 0.1).collect();
    let mixture = Mixture::bootcamp();
    let mut of_shuffled = rng(2);
    let shuffled: Vec<f64> = (0..10_000).map(|_| of_shuffled.random()).collect();
    let mut place = shuffled.clone();
    // As criterion's guide has it, the inputs are opaque in every loop: by reference, as those
    // of `%timeit` are.
    match name {
        "a xoshiro draw" => {
            criterion.bench_function(name, |b| b.iter(|| draw(black_box(&mut generator))))
        }
        "exp of a number" => {
            criterion.bench_function(name, |b| b.iter(|| exponential(*black_box(&x))))
        }
        "sum of 1000 floats" => {
            criterion.bench_function(name, |b| b.iter(|| sum(black_box(&numbers))))
        }
        "random_walker, 1000 steps" => {
            criterion.bench_function(name, |b| b.iter(|| walk(black_box(&mixture))))
        }
        _ => criterion
            .bench_function(name, |b| b.iter(|| sort(black_box(&shuffled), black_box(&mut place)))),
    };
    let file = folder.join(name).join("new/estimates.json");
    estimate(&file).unwrap_or_else(|| panic!("criterion left no estimate: {}", file.display()))
}

/// The mean that criterion wrote, in seconds; it counts nanoseconds.
fn estimate(file: &Path) -> Option<f64> {
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    Some(estimates["mean"]["point_estimate"].as_f64()? * 1e-9)
}
