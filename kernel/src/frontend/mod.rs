//! What a front end asks of the kernel, is told by it, and is asked by it.
//!
//! A [`Parent`]'s outputs go to whoever made it: front ends, an engine's cluster, or nobody.

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
