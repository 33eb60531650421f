//! ipyparallel's protocol in Rust: drive the engines of a cluster, or be one.
//!
//! The controller and its launchers (this machine, ssh, MPI, Slurm and others) are
//! ipyparallel's, version 9. An engine that this crate makes joins them like one of Python's,
//! and Python's clients can drive it; the client drives engines of both kinds.
//!
//! ```no_run
//! use bootcamp_cluster::client::{Client, Request, Targets};
//! use bootcamp_cluster::connection::Profile;
//!
//! // ipcluster start -n 4
//! let profile = Profile::named("default")?;
//! # let file = std::fs::read_to_string(profile.client_file())?;
//! # let connection = bootcamp_cluster::connection::ClientConnection::parse(&file, "it")?;
//! let client = Client::connect_and_wait(connection)?;
//! for pending in client.direct(Targets::All).submit(&Request::execute("1 + 1"))? {
//!     println!("{:?}", client.wait(pending.finish()));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`engine`]: being an engine. The program says how code runs, by a
//!   [`Runner`](engine::Runner); everything else is here.
//! * [`client`]: requests to one engine, to many, or to the task queue, with their outputs
//!   as they come.
//! * [`connection`]: the files by which a controller is found.
//! * [`wire`]: messages as frames, signed. Buffers too: ipyparallel leaves them unsigned, so
//!   their SHA-256 goes into the signed content.
//! * [`transport`]: the few calls that a `ZeroMQ` library has to offer.
#![deny(missing_docs, missing_debug_implementations)]

pub mod client;
pub mod connection;
pub mod engine;
mod failure;
pub mod transport;
pub mod wire;

pub use failure::Failure;
