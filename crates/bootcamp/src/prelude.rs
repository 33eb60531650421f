//! Everything a notebook uses: `use bootcamp::prelude::*;`.
//!
//! ```
//! use bootcamp::prelude::*;
//!
//! let sum: f64 = [1.0, 2.0].par_iter().sum();
//! assert_eq!(sum, 3.0);
//! ```

pub use std::time::{Duration, Instant};

pub use bootcamp_cell::cluster::cloud;
pub use bootcamp_cell::{
    Bundle, Client, DisplayHandle, Progress, check_interrupt, clear_output, display,
    display_with_id, input, progress, sleep,
};
pub use ndarray::{Array1, Array2};
pub use rand::rngs::Xoshiro256PlusPlus;
pub use rand::{Rng, RngExt, SeedableRng};
pub use rayon::prelude::*;

pub use crate::diagnostics::{
    DiagnosticsError, Summary, acceptance, autocorrelation, ess_bulk, ess_mean, ess_tail,
    integrated_time, mcse_mean, rank_histogram, rhat, x_chains, y_chains,
};
pub use crate::exercises::{
    Verdict, check_exercise_1, check_exercise_2, check_exercise_3, check_exercise_5,
    check_exercise_6, check_exercise_7, check_exercise_8, check_exercise_a, check_exercise_b,
};
pub use crate::{
    Animation, Density, Exact, Gaussian, Histogram2d, HistogramError, Mixture, MixtureError, Plot,
    Point, Proposal, Run, STEP, Walk, WalkError, animate_walk, array_points, density, exp,
    plot_autocorrelation, plot_density, plot_histogram, plot_path, plot_points, plot_ranks,
    plot_rates, plot_rhat, plot_running_mean, plot_speedup, plot_steps, plot_trace, plot_weights,
    points_array, random_start, random_walker, record_steps, rng, try_random_walker, walker_rng,
};
