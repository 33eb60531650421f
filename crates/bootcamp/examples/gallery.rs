//! Writes one plot of each kind into a folder, as SVG, PNG and text:
//! `cargo run -p bootcamp --example gallery -- FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io};

use bootcamp::prelude::*;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "gallery".into()));
    fs::create_dir_all(&folder)?;

    let f = Mixture::bootcamp();
    let walk = random_walker(&f, 1000, [0.0, 0.0], 0, &mut rng(1));
    let walks: Vec<Point> = (0..10_u64)
        .into_par_iter()
        .flat_map(|walker| {
            let mut rng = walker_rng(1, walker);
            let start = random_start(&mut rng);
            random_walker(&f, 20_000, start, 100, &mut rng)
        })
        .collect();
    let chains: Vec<Vec<f64>> = (0..4)
        .into_par_iter()
        .map(|walker| {
            let mut rng = walker_rng(3, walker);
            let start = random_start(&mut rng);
            let points = random_walker(&f, 5000, start, 0, &mut rng);
            points.into_iter().map(|point| point.x).collect()
        })
        .collect();
    let many: Vec<Vec<f64>> =
        chains.iter().flat_map(|chain| chain.chunks(500)).map(Vec::from).collect();
    let times: Vec<_> =
        (1..=16).map(|threads| (threads, 4.0 * (0.06 + 0.94 / threads as f64))).collect();
    let steps = record_steps(&f, 300, [0.5, 0.2], &mut rng(2));
    let names = ["(0.5, 0.2)", "(0.3, 0.7)", "(0.7, 0.7)"];
    let mean = Some(f.mean().x);
    let plots = [
        ("density", plot_density(&f).title("The bootcamp's function: three Gaussians")),
        ("points", plot_points(&walks).title("Ten walkers with random starts")),
        ("path", plot_path(&walk).title("One walker from (0, 0)")),
        ("path-over", plot_path(&walk).over(&f)),
        ("steps", plot_steps(&steps).over(&f)),
        ("trace", plot_trace(&chains)),
        ("trace-many", plot_trace(&many)),
        ("running-mean", plot_running_mean(&chains, mean)),
        ("autocorrelation", plot_autocorrelation(&chains)),
        ("ranks", plot_ranks(&chains)),
        ("rhat", plot_rhat(&chains)),
        ("weights", plot_weights(&names, &[0.62, 0.21, 0.17], &[0.6, 0.2, 0.2])),
        ("speedup", plot_speedup(&times)),
        ("rates", plot_rates(&[("Python", 3.1e5), ("naive", 1.2e7), ("all cores", 3.8e8)])),
        ("speedup-two", plot_speedup(&[(1, 3.9), (2, 2.1)])),
        ("walk", animate_walk(&f, &walk).still()),
        ("small", plot_running_mean(&chains, mean).size(240, 240)),
        ("empty", plot_trace(&[])),
        ("constant", plot_trace(&[vec![3.0; 50], vec![f64::NAN, 3.2, f64::NAN]])),
    ];
    for (name, plot) in plots {
        fs::write(folder.join(name).with_extension("svg"), plot.svg())?;
        fs::write(folder.join(name).with_extension("png"), plot.png())?;
        fs::write(folder.join(name).with_extension("txt"), plot.plain())?;
    }
    fs::write(folder.join("walk-animated.png"), animate_walk(&f, &walk).png())
}
