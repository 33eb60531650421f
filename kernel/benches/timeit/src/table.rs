//! What both say, side by side.

use bootcamp_protocol::units::duration;
use serde_json::json;

/// By how much `%timeit` may differ.
const TOLERANCE: f64 = 0.1;

/// The means of one function, in seconds: one for each round.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) code: &'static str,
    pub(crate) timeit: Vec<f64>,
    pub(crate) criterion: Vec<f64>,
}

impl Line {
    pub(crate) fn new(name: &'static str, code: &'static str) -> Self {
        Self { name, code, timeit: Vec::new(), criterion: Vec::new() }
    }

    fn ratio(&self) -> f64 {
        least(&self.timeit) / least(&self.criterion)
    }

    fn mark(&self) -> &'static str {
        if (self.ratio() - 1.0).abs() <= TOLERANCE { "" } else { "MISSED" }
    }
}

pub(crate) struct Table {
    pub(crate) rounds: usize,
    pub(crate) lines: Vec<Line>,
}

impl Table {
    #[expect(clippy::print_stdout, reason = "this is what the benchmark is for")]
    pub(crate) fn print(&self) {
        println!("\nThe mean of the least disturbed of {} rounds, in turn:\n", self.rounds);
        println!("{:<28}{:>12}{:>12}{:>8}", "function", "%timeit", "criterion", "ratio");
        for line in &self.lines {
            println!(
                "{:<28}{:>12}{:>12}{:>8.3}  {}",
                line.name,
                duration(least(&line.timeit)),
                duration(least(&line.criterion)),
                line.ratio(),
                line.mark()
            );
        }
        let missed = self.lines.iter().filter(|line| !line.mark().is_empty()).count();
        println!("\n{missed} of {} differ by more than 10 %", self.lines.len());
    }

    pub(crate) fn json(&self) -> String {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                json!({
                    "name": line.name,
                    "timeit": line.timeit,
                    "criterion": line.criterion,
                    "ratio": line.ratio(),
                    "mark": line.mark(),
                })
            })
            .collect();
        json!({ "rounds": self.rounds, "lines": lines }).to_string()
    }
}

/// The least disturbed round: another program only makes a function slower.
fn least(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::INFINITY, f64::min)
}
