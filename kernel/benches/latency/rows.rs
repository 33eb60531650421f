//! What is measured: cells that people write, and what has to be there before them.

use crate::line::{Target, target};
use crate::pictures::{
    FIRST_PLOT_OURS, FIRST_PLOT_STOCK, HEAT_MAP, LINE, Notebook, POINTS_OURS, POINTS_STOCK,
    RAW_HEAT_MAP, RAW_LINE, RAW_ON_BOTH, RAW_SCATTER, SCATTER,
};

/// A cell for each kernel; `{i}` is the number of the round, so that no text repeats.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) target: Option<Target>,
    pub(crate) ours: &'static str,
    pub(crate) stock: &'static str,
    /// Whether the reply has to be an error.
    pub(crate) fails: bool,
    /// Whether an image has to be shown.
    pub(crate) picture: bool,
}

/// Cells that prepare both kernels, the rows that follow, and what is held after these.
pub(crate) struct Step {
    pub(crate) ours: &'static [&'static str],
    pub(crate) stock: &'static [&'static str],
    pub(crate) rows: &'static [Row],
    pub(crate) memory: Option<(&'static str, Option<Target>)>,
}

impl Step {
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|row| row.name).chain(self.memory.map(|(name, _)| name))
    }
}

/// What is measured of a start.
pub(crate) enum Start {
    Plain,
    FirstResult,
    FirstPlot { ours: Notebook, stock: Notebook },
}

/// Rows that share two kernels, so that these start, and compile crates, once.
pub(crate) struct Plan {
    pub(crate) start: Start,
    pub(crate) steps: &'static [Step],
}

const fn row(name: &'static str, must: f64, aim: f64, cell: &'static str) -> Row {
    Row {
        name,
        target: Some(target(must, aim)),
        ours: cell,
        stock: cell,
        fails: false,
        picture: false,
    }
}

const fn picture(name: &'static str, ours: &'static str, stock: &'static str) -> Row {
    Row { ours, stock, picture: true, ..row(name, 0.12, 0.08, "") }
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

const ASYNC: &[&str] = &[
    ":dep tokio = { version = \"1\", features = [\"rt\", \"rt-multi-thread\", \"time\"] }",
    "let n = 1;\ntokio::time::sleep(std::time::Duration::from_millis(1)).await;",
];

pub(crate) const SESSIONS: &[Plan] = &[
    Plan {
        start: Start::FirstResult,
        steps: &[Step {
            ours: SESSION,
            stock: SESSION,
            rows: &[
                // What the server itself costs: evcxr compiles nothing.
                Row { target: None, ..row("an empty cell", 0.0, 0.0, "") },
                row("println!, six variables in scope", 0.76, 0.50, "println!(\"{} {i}\", x);"),
                row("last expression x + 1", 0.40, 0.25, "x + {i}"),
                row("let v = vec![..]", 0.68, 0.45, "let v{i} = vec![1, 2, {i}];"),
                row("define a function", 0.82, 0.60, "fn f{i}(a: f64) -> f64 { a * {i}.0 }"),
                row("call a function", 0.30, 0.22, "double(x) + {i}"),
                Row {
                    target: None,
                    ..row(
                        "let + iterator sum",
                        0.0,
                        0.0,
                        "let sum = (0..1000u64).map(|k| k ^ {i}).sum::<u64>();\nsum",
                    )
                },
                Row {
                    fails: true,
                    ..row("compile error shown", 0.95, 0.60, "let wrong: String = {i};")
                },
            ],
            memory: None,
        }],
    },
    Plan {
        start: Start::FirstPlot { ours: FIRST_PLOT_OURS, stock: FIRST_PLOT_STOCK },
        steps: &[
            Step {
                ours: &["use bootcamp::{ndarray, rand, rayon};", POINTS_OURS],
                stock: &[POINTS_STOCK],
                rows: &[
                    row(
                        "a cell using rand (the course's generator)",
                        0.27,
                        0.20,
                        "let mut r = rand::rngs::Xoshiro256PlusPlus::seed_from_u64({i}); (0..1000).map(|_| r.random::<f64>()).sum::<f64>()",
                    ),
                    row(
                        "a cell using rand's StdRng",
                        0.27,
                        0.20,
                        "let mut r = rand::rngs::StdRng::seed_from_u64({i}); (0..1000).map(|_| r.random::<f64>()).sum::<f64>()",
                    ),
                    row(
                        "a cell using rayon",
                        0.42,
                        0.20,
                        "(0..100_000u64).into_par_iter().map(|k| k ^ {i}).sum::<u64>()",
                    ),
                    row(
                        "a cell using ndarray",
                        0.36,
                        0.20,
                        "ndarray::Array2::<f64>::from_elem((20, 20), {i}.0).dot(&ndarray::Array2::<f64>::eye(20)).sum()",
                    ),
                    picture("heat map, plot_density", HEAT_MAP, RAW_HEAT_MAP),
                    picture("line, plot_path", LINE, RAW_LINE),
                    picture("scatter, plot_points", SCATTER, RAW_SCATTER),
                ],
                memory: Some(("memory with bootcamp in view (PSS)", Some(target(0.60, 0.40)))),
            },
            Step {
                ours: &[PLOTTERS],
                stock: &[],
                rows: &[Row {
                    picture: true,
                    ..row("raw plotters on both", 0.35, 0.25, RAW_ON_BOTH)
                }],
                memory: None,
            },
        ],
    },
    Plan {
        start: Start::Plain,
        steps: &[Step {
            ours: ASYNC,
            stock: ASYNC,
            rows: &[Row { target: None, ..row("a cell after an .await", 0.0, 0.0, "n + {i}") }],
            memory: None,
        }],
    },
];
