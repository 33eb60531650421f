//! How long a picture takes to become PNG and SVG, and how large the files are:
//! `cargo run --release -p bootcamp --example picture_speed`.

use std::time::Instant;

use bootcamp::prelude::*;

/// The quickest of many: what the picture itself costs, without the machine's other work.
fn milliseconds(work: impl Fn() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..20).map(time).fold(f64::INFINITY, f64::min)
}

#[expect(clippy::print_stdout, reason = "an example says what it found")]
fn main() {
    let f = Mixture::bootcamp();
    let walk = random_walker(&f, 200_000, [0.5, 0.2], 0, &mut rng(1));
    let chains: Vec<Vec<f64>> =
        walk.chunks(50_000).map(|walk| walk.iter().map(|point| point.x).collect()).collect();
    let plots = [
        ("density", plot_density(&f)),
        ("points", plot_points(&walk)),
        ("path", plot_path(&walk[..1000])),
        ("steps", plot_steps(&record_steps(&f, 500, [0.5, 0.2], &mut rng(1))).over(&f)),
        ("trace", plot_trace(&chains)),
        ("running mean", plot_running_mean(&chains, None)),
        ("R-hat", plot_rhat(&chains)),
    ];
    for (name, plot) in plots {
        let png = milliseconds(|| plot.png().len());
        let svg = milliseconds(|| plot.svg().len());
        let both = milliseconds(|| plot.bundle().data().len());
        println!(
            "{name}: PNG {png:.2} ms, {} bytes; SVG {svg:.2} ms, {} bytes; bundle {both:.2} ms",
            plot.png().len(),
            plot.svg().len(),
        );
    }
    let film = animate_walk(&f, &walk[..1000]);
    let png = milliseconds(|| film.png().len());
    println!("animation: PNG {png:.2} ms, {} bytes", film.png().len());
    let walking = milliseconds(|| random_walker(&f, 1_000_000, [0.5, 0.2], 0, &mut rng(1)).len());
    println!("a million steps of a walk: {walking:.1} ms");
    for (name, draw) in [
        ("trace", plot_trace as fn(&[Vec<f64>]) -> Plot),
        ("running mean", |chains| plot_running_mean(chains, None)),
        ("autocorrelation", plot_autocorrelation),
        ("ranks", plot_ranks),
        ("R-hat", plot_rhat),
    ] {
        let time = milliseconds(|| draw(&chains).plain().len());
        println!("{name} of 4 chains of 50000 steps: {time:.0} ms before it is drawn");
    }
}
