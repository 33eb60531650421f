//! What a kernel and the process of its cells say to each other.
//!
//! A cell asks its kernel by a [`Request`], and the kernel answers by a [`Reply`]. The cell's side
//! of the socket is in the crate `bootcamp-cell`, the kernel's is in the kernel. Here are types, and
//! what both sides do alike.
//!
//! ```
//! use bootcamp_protocol::{Bundle, Request};
//!
//! let bundle = Bundle::new().text("text/plain", "a red dot");
//! let request = Request::Display { bundle, id: None };
//! let line = serde_json::to_string(&request)?;
//! assert_eq!(serde_json::from_str::<Request>(&line)?, request);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # The modules
//! * [`bundle`]: one thing to show, in several formats
//! * [`message`]: requests, replies, and what is in them
//! * [`files`]: the files that the two sides leave for each other
//! * [`variables`]: what the kernel is told of variables
//! * [`evcxr`]: the lines that evcxr reads
//! * [`table`], [`units`], [`html`]: tables, numbers and texts as people read them
//! * [`processes`]: the end of a process and of all that it started
#![deny(missing_docs, missing_debug_implementations)]

pub mod bundle;
pub mod evcxr;
pub mod files;
pub mod html;
pub mod message;
pub mod processes;
pub mod table;
pub mod units;
pub mod variables;

pub use bundle::Bundle;
pub use files::Captured;
pub use message::{
    EngineReply, EngineRequest, Function, List, Panic, Reply, Request, Tested, Verdict,
};
