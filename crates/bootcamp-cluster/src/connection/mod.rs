//! Finding the controller: its connection files, and the environment that launchers set.

mod address;
mod error;
mod file;
mod profile;

pub use error::ConnectionError;
pub use file::{ClientConnection, EngineConnection};
pub use profile::Profile;
