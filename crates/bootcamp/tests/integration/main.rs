//! Tests of the crate as a notebook uses it.
#![expect(clippy::float_cmp, reason = "these numbers are exact")]

mod animation;
mod cached_walks;
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
mod summary;
mod walk;
mod walker;
