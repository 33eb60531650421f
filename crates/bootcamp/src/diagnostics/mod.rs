//! Whether walks can be believed: do the chains agree, and how much do they know?
//!
//! | function | question | good |
//! |---|---|---|
//! | [`rhat`] | do the chains agree? | below 1.01 |
//! | [`ess_bulk`], [`ess_tail`] | how many independent samples are the draws worth? | above 400 |
//! | [`mcse_mean`] | how far off may the mean be? | as small as you need |
//! | [`integrated_time`] | after how many steps has a walker forgotten where it was? | much less than its steps |
//! | [`acceptance`] | how many steps went somewhere? | a quarter to a half, as a rule |
//!
//! A chain is the draws of one walker, one coordinate of them: any slice of `f64`. All chains
//! have the same length. [`x_chains`] and [`y_chains`] take them out of walks, and [`Summary`]
//! does everything at once:
//!
//! ```
//! use bootcamp::prelude::*;
//!
//! let f = Mixture::bootcamp();
//! let walks: Vec<Vec<Point>> = (0..4)
//!     .map(|walker| {
//!         let mut rng = walker_rng(1, walker);
//!         let start = random_start(&mut rng);
//!         random_walker(&f, 1000, start, 100, &mut rng)
//!     })
//!     .collect();
//! let rhat = rhat(&x_chains(&walks)).unwrap();
//! // 1000 steps are too few: each walker knows the peaks near its start.
//! assert!(rhat > 1.1);
//! let summary = Summary::new(&walks)?;
//! assert_eq!(summary.x().rhat, Some(rhat));
//! assert!(summary.warnings()[0].contains("the chains disagree"));
//! # Ok::<(), DiagnosticsError>(())
//! ```
//!
//! The numbers are those of arviz 0.23 to nine digits, also for ties, constant chains and
//! odd lengths; the project's tests compare them.

mod advice;
mod agreement;
mod coordinate;
mod correlation;
mod draws;
mod error;
mod fourier;
mod moments;
mod normal;
mod parts;
mod ranks;
mod samples;
mod summary;
mod table;
mod walks;

pub use agreement::rhat;
pub use coordinate::Coordinate;
pub use correlation::{autocorrelation, integrated_time};
pub use error::DiagnosticsError;
pub use ranks::rank_histogram;
pub use samples::{ess_bulk, ess_mean, ess_tail, mcse_mean};
pub use summary::Summary;
pub use walks::{acceptance, mean, sd, x_chains, y_chains};

/// A function's number of some chains. What is compiled for each type of chain is this one
/// call: a cell that asks for a number compiles next to nothing.
fn number<C: AsRef<[f64]>>(chains: &[C], of: fn(&[&[f64]]) -> Option<f64>) -> Option<f64> {
    number_of(chains.len(), &|index| chains[index].as_ref(), of)
}

#[inline(never)]
fn number_of<'a>(
    count: usize,
    chain: &dyn Fn(usize) -> &'a [f64],
    of: fn(&[&[f64]]) -> Option<f64>,
) -> Option<f64> {
    of(&(0..count).map(chain).collect::<Vec<_>>())
}
