//! The report, as text and as JSON.

use serde_json::{Value, json};

use crate::peers::{AS_TAUGHT, HISTOGRAMS, IN_C, Part, STEPS, THREADS};
use crate::process::Run;

/// All runs of one peer, or why there are none.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    pub(crate) runs: Result<Vec<Run>, String>,
    /// Instructions for one step.
    pub(crate) count: Option<f64>,
}

pub(crate) struct Table {
    pub(crate) rounds: usize,
    pub(crate) rows: Vec<Row>,
    /// How many steps of the bootcamp's walk are worth one draw of y.
    pub(crate) steps_per_draw: Option<f64>,
}

/// What two threads may cost, in the CPU time of one.
const THREADS_MUST: f64 = 1.03;
/// How much faster than numpy's a histogram has to be.
const HISTOGRAM_MUST: f64 = 10.0;

impl Row {
    fn median(&self, figure: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
        let runs = self.runs.as_ref().ok()?;
        Some(median(runs.iter().map(figure).collect::<Option<Vec<f64>>>()?))
    }

    fn said(&self, key: &str) -> Option<f64> {
        self.median(|run| run.said[key].as_f64())
    }

    /// Nanoseconds for one step, or one point.
    fn time(&self) -> Option<f64> {
        self.median(Run::nanoseconds)
    }

    fn peak(&self) -> Option<f64> {
        self.median(|run| Some(run.peak_megabytes))
    }

    /// Whether it walks as the bootcamp does, as far as acceptance shows it.
    fn check(&self) {
        let Ok(runs) = &self.runs else { return };
        if self.part == Part::Histogram || self.said("steps_per_draw").is_some() {
            return;
        }
        let accepted = runs.iter().filter_map(|run| run.said["accepted"].as_f64());
        let mean = accepted.sum::<f64>() / runs.len() as f64;
        assert!((mean - 0.51).abs() < 0.02, "{} accepts {mean}", self.name);
    }
}

impl Table {
    pub(crate) fn check(&self) {
        self.rows.iter().for_each(Row::check);
    }

    fn time_of(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.name == name)?.time()
    }

    /// How often `row` is as fast as `name`.
    fn ratio(&self, row: &Row, name: &str) -> Option<f64> {
        Some(self.time_of(name)? / row.time()?)
    }

    /// Independent draws of y in a second.
    fn draws(&self, row: &Row) -> Option<f64> {
        Some(1e9 / row.time()? / row.said("steps_per_draw").or(self.steps_per_draw)?)
    }

    /// What two threads need in CPU time, beside one: both ran directly after each other in
    /// every round, so the ratios of the rounds are compared, not the medians.
    fn inflation(&self) -> Option<f64> {
        let [one, two] = THREADS.map(|name| {
            let runs = self.rows.iter().find(|row| row.name == name)?.runs.as_ref().ok()?;
            runs.iter().map(Run::nanoseconds).collect::<Option<Vec<f64>>>()
        });
        Some(median(two?.iter().zip(one?).map(|(two, one)| two / one).collect()))
    }

    #[expect(clippy::print_stdout, reason = "the report is what the program is for")]
    pub(crate) fn print(&self) {
        let walks = self.rows.iter().any(|row| row.part == Part::Walk);
        println!("medians of {} interleaved rounds, CPU time in user code", self.rounds);
        println!("{}{}", if walks { self.walks() } else { String::new() }, self.others());
    }

    fn walks(&self) -> String {
        let titles = ["ns/step", "x taught", "x C", "ESS/s of y", "MB", "instr."];
        let mut text = format!("\n{:<32}", format!("a walk of {STEPS} steps"));
        text.extend(titles.map(|title| format!("{title:>11}")));
        text += "\n";
        for row in self.rows.iter().filter(|row| row.part == Part::Walk) {
            if row.runs.is_err() {
                continue;
            }
            let figures = [
                row.time(),
                self.ratio(row, AS_TAUGHT),
                self.ratio(row, IN_C),
                self.draws(row),
                row.peak(),
                row.count,
            ];
            text.extend([format!("{:<32}", row.name)]);
            text.extend(figures.map(|figure| format!("{:>11}", short(figure))));
            text += "\n";
        }
        if let Some(steps) = self.steps_per_draw {
            text.extend([format!(
                "\nESS/s: {} steps of this walk are worth one independent draw of y (the square error of\n\
                 512 walks of a million steps, measured now); other moves: the means of 50 batches.\n",
                short(Some((steps / 1000.0).round() * 1000.0)),
            )]);
        }
        text
    }

    fn others(&self) -> String {
        let mut text = String::new();
        if self.rows.iter().any(|row| row.part == Part::Histogram) {
            text += "\n50 x 50 histogram of a million points\n";
        }
        for name in HISTOGRAMS {
            if let Some(time) = self.time_of(name) {
                text.extend([format!("{name:<32}{:>8} ns/point\n", short(Some(time)))]);
            }
        }
        if let (Some(ours), Some(numpy)) =
            (self.time_of(HISTOGRAMS[0]), self.time_of(HISTOGRAMS[2]))
        {
            let mark = if numpy / ours >= HISTOGRAM_MUST { "ok" } else { "MISSED" };
            text.extend([format!(
                "numpy.histogram2d needs {:.1} times as long (must be {HISTOGRAM_MUST}): {mark}\n",
                numpy / ours
            )]);
        }
        if let Some(inflation) = self.inflation() {
            let mark = if inflation <= THREADS_MUST { "ok" } else { "MISSED" };
            text.extend([format!(
                "\n10 walks on two threads need {inflation:.3} of the CPU time of one thread \
                 (at most {THREADS_MUST}): {mark}\n",
            )]);
        }
        for row in &self.rows {
            if let Err(reason) = &row.runs {
                text.extend([format!("SKIPPED {}: {reason}\n", row.name.trim())]);
            }
        }
        text
    }

    pub(crate) fn json(&self) -> String {
        let row = |row: &Row| {
            json!({
                "name": row.name.trim(),
                "skipped": row.runs.as_ref().err(),
                "nanoseconds": row.time(),
                "faster_than_taught": self.ratio(row, AS_TAUGHT),
                "faster_than_c": self.ratio(row, IN_C),
                "draws_of_y_per_second": (row.part == Part::Walk).then(|| self.draws(row)),
                "peak_megabytes": row.peak(),
                "instructions": row.count,
                "runs": row.runs.iter().flatten().map(|run| &run.said).collect::<Vec<&Value>>(),
            })
        };
        let report = json!({
            "rounds": self.rounds,
            "steps_per_draw": self.steps_per_draw,
            "threads": { "inflation": self.inflation(), "must": THREADS_MUST },
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let n = figures.len();
    f64::midpoint(figures[(n - 1) / 2], figures[n / 2])
}

/// Three digits, in groups where there are more.
fn short(figure: Option<f64>) -> String {
    match figure {
        None => "-".to_owned(),
        Some(figure) if figure < 10.0 => format!("{figure:.2}"),
        Some(figure) if figure < 100.0 => format!("{figure:.1}"),
        Some(figure) if figure < 10_000.0 => format!("{figure:.0}"),
        Some(figure) => {
            let power = 10.0_f64.powf(figure.log10().floor() - 2.0);
            format!("{:.0}", (figure / power).round() * power)
        }
    }
}
