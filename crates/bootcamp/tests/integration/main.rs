//! Tests of the crate as a notebook uses it.
#![expect(clippy::float_cmp, reason = "these numbers are exact")]

mod animation;
mod charts;
mod densities;
mod diagnostics;
mod exact;
mod exchange;
mod exercises;
mod histogram;
mod plots;
mod prelude;
mod snapshots;
mod walk;
mod walker;
