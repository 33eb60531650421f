//! Why walks cannot be summed up.

use thiserror::Error;

use super::draws::FEWEST_DRAWS;
use crate::Point;

/// Why walks cannot be summed up.
///
/// ```
/// use bootcamp::{Point, diagnostics::Summary};
///
/// let error = Summary::new(&[vec![Point::default(); 5], vec![]]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the walks have different lengths, 5 and 0 (number 1): cut them to the shortest"
/// );
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// There are no walks.
    #[error("there are no walks: give at least one, better four or more")]
    NoChains,
    /// The walks have different lengths.
    #[error(
        "the walks have different lengths, {first} and {draws} (number {chain}): \
         cut them to the shortest"
    )]
    Lengths {
        /// The first walk of another length, from 0.
        chain: usize,
        /// How many points it has.
        draws: usize,
        /// How many points walk 0 has.
        first: usize,
    },
    /// The walks are too short to say anything.
    #[error("walks of {draws} points say nothing: give at least {FEWEST_DRAWS}, better thousands")]
    TooShort {
        /// How many points a walk has.
        draws: usize,
    },
    /// A coordinate is NaN or infinite.
    #[error("point {draw} of walk {chain} is ({}, {}): give finite numbers", point.x, point.y)]
    NotFinite {
        /// The walk, from 0.
        chain: usize,
        /// The point in it, from 0.
        draw: usize,
        /// What is there.
        point: Point,
    },
}
