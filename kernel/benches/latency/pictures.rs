//! The same pictures by bootcamp and, for the stock kernel, by plotters itself.

/// Cells, and the one that draws.
pub(crate) type Notebook = (&'static [&'static str], &'static str);

pub(crate) const FIRST_PLOT_OURS: Notebook =
    (&[":dep bootcamp = { path = \"../crates/bootcamp\" }\nuse bootcamp::prelude::*;"], HEAT_MAP);

pub(crate) const FIRST_PLOT_STOCK: Notebook = (
    &[concat!(
        ":dep plotters = { version = \"=0.3.7\", default-features = false, features = [\"svg_backend\", \"line_series\"] }\n",
        ":dep rand = \"=0.10.3\"\n:dep rayon = \"=1.12.0\"\n:dep ndarray = \"=0.17.2\"\n",
        "use rand::{RngExt, SeedableRng};\nuse rayon::prelude::*;",
    )],
    RAW_HEAT_MAP,
);

pub(crate) const HEAT_MAP: &str = "plot_density(Mixture::bootcamp()).title(\"round {i}\")";
/// What is drawn: made by an earlier cell, as in a notebook.
pub(crate) const POINTS_OURS: &str = "let path: Vec<Point> = (0..100).map(|k| f64::from(k) / 99.0).map(|t| Point { x: t, y: t * t }).collect();\nlet points: Vec<Point> = { let mut r = rng(1); (0..1000).map(|_| Point { x: r.random(), y: r.random() }).collect() };";
pub(crate) const POINTS_STOCK: &str = "let path: Vec<(f64, f64)> = (0..100).map(|k| f64::from(k) / 99.0).map(|t| (t, t * t)).collect();\nlet points: Vec<(f64, f64)> = { let mut r = rand::rngs::Xoshiro256PlusPlus::seed_from_u64(1); (0..1000).map(|_| (r.random(), r.random())).collect() };";

pub(crate) const LINE: &str = "plot_path(&path).title(\"round {i}\")";
pub(crate) const SCATTER: &str = "plot_points(&points).title(\"round {i}\")";

/// A drawing by plotters: what is drawn into `chart`.
macro_rules! raw {
    ($series:literal) => {
        concat!(
            "{\nuse plotters::prelude::*;\nlet mut svg = String::new();\n{\n",
            "let root = SVGBackend::with_string(&mut svg, (560, 512)).into_drawing_area();\n",
            "root.fill(&WHITE).unwrap();\n",
            "let mut chart = ChartBuilder::on(&root)\n",
            ".margin(10).x_label_area_size(30).y_label_area_size(40)\n",
            ".build_cartesian_2d(0.0..1.0f64, 0.0..1.0f64).unwrap();\n",
            "chart.configure_mesh().draw().unwrap();\n",
            $series,
            "\nroot.present().unwrap();\n}\n",
            "println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n{svg}\\nEVCXR_END_CONTENT\");\n}",
        )
    };
}

pub(crate) const RAW_LINE: &str = raw!(
    r"let line = path.iter().map(|&(x, y)| (x, y + {i}e-9));
chart.draw_series(LineSeries::new(line, &BLUE)).unwrap();"
);

/// By plotters on both kernels: it needs no variable.
pub(crate) const RAW_ON_BOTH: &str = raw!(
    r"let line = (0..100).map(|k| { let t = k as f64 / 99.0; (t, t * t + {i}e-9) });
chart.draw_series(LineSeries::new(line, &BLUE)).unwrap();"
);

pub(crate) const RAW_SCATTER: &str = raw!(
    r"let shifted = points.iter().map(|&(x, y)| (x, y + {i}e-9));
chart.draw_series(shifted.map(|point| Circle::new(point, 2, BLUE.filled()))).unwrap();"
);

/// The three peaks of `Mixture::bootcamp()`.
pub(crate) const RAW_HEAT_MAP: &str = raw!(
    r"let peak = |x: f64, y: f64, cx: f64, cy: f64, wx: f64, wy: f64| {
    (-(((x - cx) / wx).powi(2) + ((y - cy) / wy).powi(2)) / 2.0).exp()
};
let f = |x: f64, y: f64| {
    peak(x, y, 0.5, 0.2, 0.15, 0.04) + peak(x, y, 0.7, 0.7, 0.05, 0.05)
        + peak(x, y, 0.3, 0.7, 0.05, 0.07) + {i}e-9
};
let cells = (0..100).flat_map(|i| (0..100).map(move |j| (i as f64 / 100.0, j as f64 / 100.0)));
chart.draw_series(cells.map(|(x, y)| {
    let height = f(x + 0.005, y + 0.005).min(1.0);
    let color = HSLColor(0.7 * (1.0 - height), 0.8, 0.5);
    Rectangle::new([(x, y), (x + 0.01, y + 0.01)], color.filled())
})).unwrap();"
);
