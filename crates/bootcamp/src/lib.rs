//! Monte-Carlo sampling for teaching: what a student imports in a notebook.
//!
//! # Quick start
//! ```
//! use bootcamp::prelude::*;
//!
//! let f = Mixture::bootcamp(); // three Gaussians, the "complicated function"
//! let points = random_walker(&f, 1000, [0.0, 0.0], 100, &mut rng(1));
//! assert_eq!(points.len(), 900);
//! plot_points(&points).title("A walk").show(); // or: the last expression of a cell
//! ```
//!
//! # Concepts
//! * A [`Density`] is what is sampled: any function or closure of two `f64` that is
//!   nowhere negative. [`Mixture`] is one whose integral and mean are known exactly.
//! * [`random_walker`] walks through the plane so that the density of its points becomes
//!   that of the function: Metropolis-Hastings with steps of at most [`STEP`].
//! * [`Walk`] does the same with many chains in vector code on all cores, and collects what is
//!   asked of them as they go. [`Mixture::exact`] has the true answers.
//! * A random stream belongs to a walker, never to a thread: [`walker_rng`] gives each
//!   its own, so a seed gives the same points serially, with rayon and on a cluster.
//!
//! ```
//! use bootcamp::prelude::*;
//!
//! fn hill(x: f64, y: f64) -> f64 {
//!     (-50.0 * ((x - 0.5).powi(2) + (y - 0.5).powi(2))).exp()
//! }
//!
//! let walks: Vec<Vec<Point>> = (0..10)
//!     .into_par_iter()
//!     .map(|walker| {
//!         let mut rng = walker_rng(1, walker);
//!         let start = random_start(&mut rng);
//!         random_walker(hill, 1000, start, 100, &mut rng)
//!     })
//!     .collect();
//! let mut histogram = Histogram2d::default();
//! histogram.extend(walks.iter().flatten());
//! assert_eq!((histogram.total(), histogram.outside()), (9000, 0));
//! ```
//!
//! # Layout
//! * the crate itself: points, densities, walkers, random streams, [`Histogram2d`];
//! * [`plot`]: pictures of functions, points and walks, chains and times;
//! * [`diagnostics`]: whether the walks can be believed: R-hat, effective sample sizes, times;
//! * [`exchange`]: walks to and from files that other tools read;
//! * [`exercises`]: the checks of the notebooks;
//! * [`prelude`]: all of this, and what a notebook needs from rand, rayon and ndarray.
//!
//! [`ndarray`], [`rand`] and [`rayon`] are re-exported, so that a notebook can name
//! their types without depending on them itself. In the kernel of the course
//! `bootcamp::plotters` is there as well, with `evcxr_figure` for drawings of your own.
#![deny(missing_docs, missing_debug_implementations)]

mod density;
pub mod diagnostics;
mod exact;
pub mod exchange;
pub mod exercises;
mod exponential;
mod gaussian;
mod histogram;
mod mixture;
pub mod plot;
mod point;
pub mod prelude;
mod random;
mod walk;
mod walker;

/// What a cell may say to its kernel.
#[doc(no_inline)]
pub use bootcamp_cell as cell;
/// What the code around a cell calls.
#[doc(hidden)]
pub use bootcamp_runtime as runtime;
pub use density::{Density, LANES};
pub use diagnostics::{
    DiagnosticsError, Summary, acceptance, autocorrelation, ess_bulk, ess_mean, ess_tail,
    integrated_time, mcse_mean, rank_histogram, rhat, x_chains, y_chains,
};
pub use exact::Exact;
pub use exponential::{exp, exp_fused};
pub use gaussian::Gaussian;
pub use histogram::{Histogram2d, HistogramError};
pub use mixture::{Mixture, MixtureError};
pub use plot::{
    Animation, Plot, animate_walk, plot_autocorrelation, plot_density, plot_histogram, plot_path,
    plot_points, plot_ranks, plot_rates, plot_rhat, plot_running_mean, plot_speedup, plot_steps,
    plot_trace, plot_weights,
};
#[cfg(feature = "course")]
pub use plotters;
pub use point::{Point, array_points, points_array};
pub use random::{random_start, rng, walker_rng};
pub use walk::{InstructionSet, Run, Walk};
pub use walker::{Proposal, STEP, WalkError, random_walker, record_steps, try_random_walker};
pub use {ndarray, rand, rayon};
