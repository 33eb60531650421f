//! What is measured: cells that people write, and what has to be there before them.

/// A cell for each kernel; `{i}` is the number of the round, so that no text repeats.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) stock: &'static str,
    /// Whether the reply has to be an error.
    pub(crate) fails: bool,
}

/// Rows that share two kernels, and the cells that prepare these.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) ours: &'static [&'static str],
    pub(crate) stock: &'static [&'static str],
    pub(crate) rows: &'static [Row],
}

const fn row(name: &'static str, cell: &'static str) -> Row {
    Row { name, ours: cell, stock: cell, fails: false }
}

/// What a session in use looks like: variables of several types and functions.
const SESSION: &[&str] = &[
    "let x = 41;\nlet name = String::from(\"walker\");\nlet numbers = vec![1.0, 2.0, 3.0];",
    "let pairs = vec![(1, 2.0), (3, 4.0)];\nlet flag = true;\nlet limit: usize = 100;",
    "fn double(a: i32) -> i32 { 2 * a }\nfn half(a: f64) -> f64 { a / 2.0 }",
    "fn mean(values: &[f64]) -> f64 { values.iter().sum::<f64>() / values.len() as f64 }",
    "double(x)",
    "let warm = vec![mean(&numbers)];",
];

const PLOTTERS: &str = ":dep plotters = { version = \"=0.3.7\", default-features = false, features = [\"svg_backend\", \"line_series\"] }";

/// The same line by plotters itself, as the stock kernel's users draw it.
const RAW_LINE: &str = r#"{
    use plotters::prelude::*;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (640, 480)).into_drawing_area();
        root.fill(&WHITE).unwrap();
        let mut chart = ChartBuilder::on(&root)
            .margin(10).x_label_area_size(30).y_label_area_size(40)
            .build_cartesian_2d(0.0..1.0f64, 0.0..1.0f64).unwrap();
        chart.configure_mesh().draw().unwrap();
        let line = (0..100).map(|k| { let t = k as f64 / 99.0; (t, t * t + {i}e-9) });
        chart.draw_series(LineSeries::new(line, &BLUE)).unwrap();
        root.present().unwrap();
    }
    println!("EVCXR_BEGIN_CONTENT image/svg+xml\n{svg}\nEVCXR_END_CONTENT");
}"#;

pub(crate) const GROUPS: &[Group] = &[
    Group {
        name: "plain cells, six variables in scope",
        ours: SESSION,
        stock: SESSION,
        rows: &[
            row("println!", "println!(\"{} {i}\", x);"),
            row("x + 1", "x + {i}"),
            row("let v = vec![..]", "let v{i} = vec![1, 2, {i}];"),
            row("define a function", "fn f{i}(a: f64) -> f64 { a * {i}.0 }"),
            row("call a function", "double(x) + {i}"),
            Row {
                name: "compile error",
                ours: "let wrong: String = {i};",
                stock: "let wrong: String = {i};",
                fails: true,
            },
        ],
    },
    Group {
        name: "libraries",
        ours: &[
            ":dep bootcamp\nuse bootcamp::prelude::*;\nuse bootcamp::{ndarray, rand, rayon};",
            PLOTTERS,
            "let x = 1;",
        ],
        stock: &[
            ":dep rand = \"=0.10.3\"\n:dep rayon = \"=1.12.0\"\n:dep ndarray = \"=0.17.2\"\nuse rand::{RngExt, SeedableRng};\nuse rayon::prelude::*;",
            PLOTTERS,
            "let x = 1;",
        ],
        rows: &[
            row(
                "rand",
                "let mut r = rand::rngs::StdRng::seed_from_u64({i}); (0..1000).map(|_| r.random::<f64>()).sum::<f64>()",
            ),
            row("rayon", "(0..100_000u64).into_par_iter().map(|k| k ^ {i}).sum::<u64>()"),
            row(
                "ndarray",
                "ndarray::Array2::<f64>::from_elem((20, 20), {i}.0).dot(&ndarray::Array2::<f64>::eye(20)).sum()",
            ),
            Row {
                name: "a line, by bootcamp against raw plotters",
                ours: "plot_path(&(0..100).map(|k| { let t = k as f64 / 99.0; Point { x: t, y: t * t + {i}e-9 } }).collect::<Vec<_>>())",
                stock: RAW_LINE,
                fails: false,
            },
            row("raw plotters on both", RAW_LINE),
        ],
    },
];
