//! What came out of the runs.

use std::fmt;

use bootcamp_protocol::units::{duration, thousands};

/// From which ratio on the runs differ too much to be believed.
const WILD: f64 = 4.0;
/// Up to which ratio to an empty loop there is nothing to see of the code.
const LIKE_EMPTY: f64 = 1.25;

/// How long the code took in each run, per loop.
#[derive(Clone, Debug)]
pub struct Timings {
    runs: Vec<f64>,
    loops: u64,
    is_like_empty: bool,
}

impl Timings {
    /// Of the seconds that a loop took in each run.
    pub(super) fn new(runs: Vec<f64>, loops: u64) -> Self {
        Self { runs, loops, is_like_empty: false }
    }

    /// With what an empty loop takes.
    pub(super) fn beside_empty_loop(self, seconds: f64) -> Self {
        Self { is_like_empty: self.best() <= LIKE_EMPTY * seconds, ..self }
    }

    /// The mean of the runs, in seconds per loop.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.runs.iter().sum::<f64>() / self.runs.len() as f64
    }

    /// The standard deviation of the runs about their mean, as `IPython` has it: the root of
    /// the mean square.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.runs.iter().map(|run| (run - mean).powi(2)).sum();
        (squares / self.runs.len() as f64).sqrt()
    }

    /// The fastest run, in seconds per loop.
    #[must_use]
    pub fn best(&self) -> f64 {
        self.runs.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The slowest run, in seconds per loop.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.runs.iter().copied().fold(0.0, f64::max)
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: u64| if number == 1 { "" } else { "s" };
        let runs = self.runs.len() as u64;
        write!(
            formatter,
            "{} ± {} per loop (mean ± std. dev. of {runs} run{}, {} loop{} each)\nbest: {}",
            duration(self.mean()),
            duration(self.deviation()),
            plural(runs),
            thousands(self.loops),
            plural(self.loops),
            duration(self.best()),
        )?;
        let ratio = self.worst() / self.best();
        if ratio > WILD && ratio.is_finite() {
            write!(
                formatter,
                "\nThe slowest run took {ratio:.1} times as long as the fastest: something else is \
                 using the machine, or a cache is at work."
            )?;
        }
        if self.is_like_empty {
            write!(
                formatter,
                "\nThis takes no longer than an empty loop: the compiler computed it beforehand, \
                 or it is only an instruction or two. Put the inputs into \
                 `std::hint::black_box(..)`: then they are not known beforehand."
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistics_of_known_runs() {
        let runs = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].map(|us| us * 1e-6).to_vec();
        let timings = Timings::new(runs, 100_000);
        assert!((timings.mean() - 5e-6).abs() < 1e-18);
        assert!((timings.deviation() - 2e-6).abs() < 1e-18);
        assert!((timings.best() - 2e-6).abs() < 1e-18 && (timings.worst() - 9e-6).abs() < 1e-18);
        assert_eq!(
            timings.to_string(),
            "5 µs ± 2 µs per loop (mean ± std. dev. of 8 runs, 100,000 loops each)\nbest: 2 µs\n\
             The slowest run took 4.5 times as long as the fastest: something else is using the \
             machine, or a cache is at work."
        );
    }

    #[test]
    fn one_run_of_one_loop() {
        let text = Timings::new(vec![0.25], 1).to_string();
        let line = "250 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)";
        assert_eq!(text, format!("{line}\nbest: 250 ms"));
        assert_eq!(Timings::new(vec![0.0, 0.0], 1).to_string().lines().count(), 2);
    }
}
