//! Requests of front ends, messages to them, and questions to them.
//!
//! The outputs of a [`Parent`] go to its audience: front ends, an engine's cluster, or a store
//! where they are kept.

mod asker;
mod kept;
mod message;
mod publisher;
pub(crate) mod showing;
mod wire;

pub(crate) use asker::Asker;
pub(crate) use kept::Kept;
pub(crate) use message::{PROTOCOL_VERSION, Parent, content, media, reply};
pub(crate) use publisher::{Publisher, listen};
pub(crate) use wire::{Refusal, parse};
