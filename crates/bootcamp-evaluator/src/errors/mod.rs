//! What the errors of cells look like: pictures of the person's own lines, and advice.

mod advice;
mod colours;
mod compilation;
mod diagnosis;
mod gone;
mod known;
mod picture;
mod place;
mod report;
mod unkept;

pub(crate) use diagnosis::{explained, of_evcxr};
pub(crate) use gone::Gone;
pub(crate) use known::Known;
pub(crate) use place::Places;
pub(crate) use report::{note_of_report, of_report, place_of_report};
