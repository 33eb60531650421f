//! Finding the controller: its connection files, and the environment that launchers set.

mod address;
mod curve;
mod error;
mod file;
mod profile;

pub use curve::CurveKey;
pub use error::ConnectionError;
pub use file::{ClientConnection, EngineConnection};
pub use profile::Profile;
