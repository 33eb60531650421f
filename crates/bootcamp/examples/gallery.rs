//! Writes the three plots into a folder, as SVG, PNG and text:
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
    let plots = [
        ("density", plot_density(&f).title("The bootcamp's function: three Gaussians")),
        ("points", plot_points(&walks).title("Ten walkers with random starts")),
        ("path", plot_path(&walk).title("One walker from (0, 0)")),
    ];
    for (name, plot) in plots {
        fs::write(folder.join(name).with_extension("svg"), plot.svg())?;
        fs::write(folder.join(name).with_extension("png"), plot.png())?;
        fs::write(folder.join(name).with_extension("txt"), plot.plain())?;
    }
    Ok(())
}
