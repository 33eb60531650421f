//! The draws of all chains, as one row for each chain.

use super::moments::{mean, median};

/// The fewest draws of a chain that say anything: two in each half.
pub(super) const FEWEST_DRAWS: usize = 4;

/// Rows of equal length, one after the other, as in an array of numpy.
pub(super) struct Draws {
    values: Vec<f64>,
    length: usize,
}

impl Draws {
    /// None where arviz says NaN: no chains, chains of unequal lengths or of fewer than
    /// four draws, a draw that is NaN.
    pub(super) fn new(chains: &[&[f64]]) -> Option<Self> {
        let length = chains.first()?.len();
        let equal = chains.iter().all(|chain| chain.len() == length);
        if !equal || length < FEWEST_DRAWS {
            return None;
        }
        let values = chains.concat();
        (!values.iter().any(|value| value.is_nan())).then_some(Self { values, length })
    }

    /// The halves of each chain as chains; the draw in the middle of an odd length is left out.
    pub(super) fn split(&self) -> Self {
        let half = self.length / 2;
        let first = self.rows().flat_map(|row| &row[..half]);
        let second = self.rows().flat_map(|row| &row[self.length - half..]);
        Self { values: first.chain(second).copied().collect(), length: half }
    }

    /// How far each draw lies from the median of all.
    pub(super) fn folded(&self) -> Self {
        let middle = median(&self.values);
        self.map(|value| (value - middle).abs())
    }

    pub(super) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        self.with(self.values.iter().map(|&value| f(value)).collect())
    }

    /// Other values in the same rows.
    pub(super) fn with(&self, values: Vec<f64>) -> Self {
        Self { values, length: self.length }
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.length)
    }

    pub(super) fn row_means(&self) -> Vec<f64> {
        self.rows().map(mean).collect()
    }

    /// The draws of one row.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The number of rows.
    pub(super) fn chains(&self) -> usize {
        self.values.len() / self.length
    }
}
