//! The figures of one row.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::kernel::Kernel;

/// What the ratio of a row has to be.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    /// A larger ratio is a failure.
    pub(crate) must: f64,
    /// What is worked for.
    pub(crate) aim: f64,
}

pub(crate) const fn target(must: f64, aim: f64) -> Target {
    Target { must, aim }
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) target: Option<Target>,
    /// Whether a cell is compiled, so that the floor is below it.
    pub(crate) is_cell: bool,
    ours: Vec<f64>,
    stock: Vec<f64>,
    /// Where the time of a cell goes in our kernel, by name.
    phases: BTreeMap<String, Vec<f64>>,
}

impl Line {
    /// A row of times; figures are added in seconds.
    pub(crate) fn new(name: &'static str, target: Option<Target>) -> Self {
        Self {
            name,
            unit: "ms",
            target,
            is_cell: false,
            ours: Vec::new(),
            stock: Vec::new(),
            phases: BTreeMap::new(),
        }
    }

    pub(crate) fn of_cell(name: &'static str, target: Option<Target>) -> Self {
        Self { is_cell: true, ..Self::new(name, target) }
    }

    pub(crate) fn in_megabytes(name: &'static str, target: Option<Target>) -> Self {
        Self { unit: "MB", ..Self::new(name, target) }
    }

    pub(crate) fn add(&mut self, kernel: Kernel, figure: f64) {
        let figure = if self.unit == "ms" { figure * 1000.0 } else { figure };
        match kernel {
            Kernel::Ours => self.ours.push(figure),
            Kernel::Stock => self.stock.push(figure),
        }
    }

    /// Adds the phases that our kernel tells in the metadata of its reply.
    pub(crate) fn add_phases(&mut self, metadata: &Value) {
        for (name, figure) in metadata["phases"].as_object().into_iter().flatten() {
            if let Some(figure) = figure.as_f64() {
                self.phases.entry(name.clone()).or_default().push(figure);
            }
        }
    }

    pub(crate) fn ours(&self) -> f64 {
        median(&self.ours)
    }

    pub(crate) fn stock(&self) -> f64 {
        median(&self.stock)
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.ours() / self.stock()
    }

    /// The median of a phase, if the kernel told it.
    pub(crate) fn phase(&self, name: &str) -> Option<f64> {
        self.phases.get(name).map(|figures| median(figures))
    }

    pub(crate) fn phase_names(&self) -> impl Iterator<Item = &String> {
        self.phases.keys()
    }

    /// How the ratio compares with its targets.
    pub(crate) fn mark(&self) -> &'static str {
        match self.target {
            None => "",
            Some(target) if self.ratio() <= target.aim => "aim",
            Some(target) if self.ratio() <= target.must => "must",
            // Also when there is no figure.
            Some(_) => "MISSED",
        }
    }

    pub(crate) fn json(&self, floor: f64) -> Value {
        let phases: BTreeMap<_, _> =
            self.phases.iter().map(|(name, figures)| (name, median(figures))).collect();
        json!({
            "name": self.name,
            "unit": self.unit,
            "ours": self.ours,
            "stock": self.stock,
            "ratio": self.ratio(),
            "must": self.target.map(|target| target.must),
            "aim": self.target.map(|target| target.aim),
            "mark": self.mark(),
            "over_floor": self.is_cell.then(|| self.ours() - floor),
            "phases": phases,
        })
    }
}

pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
