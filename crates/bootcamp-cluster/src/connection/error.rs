//! Why a connection file does not lead to a controller.

use std::path::PathBuf;

/// What is wrong with a connection file, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// No controller wrote the file.
    #[error("no controller is running for this profile: {} is not there; start one with `ipcluster start`", .0.display())]
    Missing(PathBuf),
    /// The file is there and cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// It is no connection file.
    #[error("{source_name} is not a connection file of ipyparallel 9: {why}")]
    Malformed {
        /// The file, or the variable, that was read.
        source_name: String,
        /// What the parser says.
        why: serde_json::Error,
    },
    /// The controller's CURVE key is none.
    #[error("the field curve_serverkey is not a key of 40 characters in Z85, as CURVE has them")]
    Curve,
    /// The controller takes messages from anybody.
    #[error(
        "this controller has no key, so anybody could run code here: start it with its usual, signing session"
    )]
    NoKey,
    /// The controller is to be reached through a tunnel.
    #[error(
        "this controller is to be reached through ssh at {0}: open the tunnel yourself (`ssh -L`) and empty the field `ssh`, or give the controller an address that this machine reaches"
    )]
    Ssh(String),
    /// Messages are packed or signed in a way that is not ours.
    #[error(
        "this controller has {field} = {value:?}; only {expected:?} is supported, which is ipyparallel's default"
    )]
    Unsupported {
        /// The field of the file.
        field: &'static str,
        /// What the file says.
        value: String,
        /// What it would have to say.
        expected: &'static str,
    },
    /// The address is no TCP address.
    #[error("the interface {0:?} is not tcp://ADDRESS")]
    Interface(String),
    /// Nobody says where profiles are.
    #[error("there is no home directory: set IPYTHONDIR or IPP_PROFILE_DIR")]
    NoHome,
}
