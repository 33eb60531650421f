//! Pictures that somebody has looked at: a change shows as another file.

use std::path::Path;
use std::{env, fs};

use bootcamp::prelude::*;

/// Compares with the file of that name, or with `BOOTCAMP_RENEW=1` writes it.
fn same(name: &str, plot: &Plot) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    let file = file.with_extension("svg");
    let found = plot.svg();
    if env::var_os("BOOTCAMP_RENEW").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let line = found.lines().zip(kept.lines()).position(|(found, kept)| found != kept);
    assert!(
        found == kept,
        "{name} looks different from line {line:?} on: look at it, then set BOOTCAMP_RENEW=1"
    );
}

#[test]
fn pictures_stay_as_they_are() {
    let f = Mixture::bootcamp();
    let chains: Vec<Vec<f64>> = (0..4)
        .map(|walker| {
            let mut rng = walker_rng(3, walker);
            let start = random_start(&mut rng);
            let points = random_walker(&f, 200, start, 0, &mut rng);
            points.into_iter().map(|point| point.x).collect()
        })
        .collect();
    let times: Vec<_> =
        (1..=8).map(|threads| (threads, 4.0 * (0.1 + 0.9 / threads as f64))).collect();
    let steps = record_steps(&f, 60, [0.5, 0.2], &mut rng(2));
    let points: Vec<_> = steps.iter().map(Proposal::end).collect();
    same("trace", &plot_trace(&chains));
    same("trace-empty", &plot_trace(&[]));
    same("running-mean", &plot_running_mean(&chains, Some(f.mean().x)));
    same("autocorrelation", &plot_autocorrelation(&chains));
    same("ranks", &plot_ranks(&chains));
    same("rhat", &plot_rhat(&chains));
    same("weights", &plot_weights(&["left", "right"], &[0.45, 0.55], &[0.5, 0.5]));
    same("speedup", &plot_speedup(&times));
    let rates = [("Python", 3.1e5), ("naive", 1.2e7), ("cached", 2.3e7), ("all cores", 3.8e8)];
    same("rates", &plot_rates(&rates));
    same("steps", &plot_steps(&steps));
    same("path", &plot_path(&points).size(300, 280));
    same("points", &plot_points(&points).size(300, 280));
}
