//! How long a heat map takes to become PNG and SVG, and how large the files are:
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
    (0..50).map(time).fold(f64::INFINITY, f64::min)
}

#[expect(clippy::print_stdout, reason = "an example says what it found")]
fn main() {
    let f = Mixture::bootcamp();
    let walk = random_walker(&f, 200_000, [0.5, 0.2], 0, &mut rng(1));
    let plots = [
        ("density", plot_density(&f)),
        ("points", plot_points(&walk)),
        ("path", plot_path(&walk[..1000])),
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
}
