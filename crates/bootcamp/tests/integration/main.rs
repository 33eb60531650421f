//! Tests of the crate as a notebook uses it.
#![expect(clippy::float_cmp, reason = "these numbers are exact")]

mod densities;
mod diagnostics;
mod exact;
mod exchange;
mod exercises;
mod histogram;
mod plots;
mod prelude;
mod walk;
mod walker;
