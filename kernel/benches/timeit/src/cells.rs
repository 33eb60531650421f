//! The side of the cells: a kernel, and what `%timeit` says in it.

use bootcamp_testkit::{FrontEnd, kernel};

/// The functions, as the cell that defines them has them.
const FUNCTIONS: &str = include_str!("../functions/src/lib.rs");
/// What they are called with; the same as on the side of criterion.
const INPUTS: &str = "let mut generator = rng(1);\nlet x = 0.7_f64;\n\
    let numbers: Vec<f64> = (0..1000).map(|k| f64::from(k) * 0.1).collect();\n\
    let mixture = Mixture::bootcamp();\n\
    let shuffled: Vec<f64> = { let mut g = rng(2); (0..10_000).map(|_| g.random()).collect() };\n\
    let mut place = shuffled.clone();";

pub(crate) struct Cells(FrontEnd);

impl Cells {
    /// Starts a kernel and defines the functions and their inputs.
    pub(crate) fn start() -> Self {
        let mut front_end = FrontEnd::start_command(kernel());
        let is_doc = |line: &&str| !line.starts_with("//!");
        let functions: Vec<&str> = FUNCTIONS.lines().filter(is_doc).collect();
        for cell in [&functions.join("\n"), INPUTS] {
            let run = front_end.run(cell);
            assert!(run.is_ok(), "{cell}: {run:#?}");
        }
        Self(front_end)
    }

    /// The mean of `%timeit`, in seconds.
    pub(crate) fn timeit(&mut self, code: &str) -> f64 {
        let run = self.0.run(&format!("%timeit {code}"));
        let text = run.stdout();
        let mean = text.split(" ± ").next().and_then(seconds);
        mean.unwrap_or_else(|| panic!("{code}: {run:#?}"))
    }
}

/// The seconds that a text such as `12.3 µs` means.
fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let factor = match unit {
        "s" => 1.0,
        "ms" => 1e-3,
        "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}
