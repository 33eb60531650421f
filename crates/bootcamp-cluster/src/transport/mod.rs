//! How frames travel. Everything else here knows only these few types, so that another
//! `ZeroMQ` than the one in pure Rust can carry them.

mod pure;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use tokio::sync::mpsc;

pub use pure::Pure;

/// The frames of one message.
pub type Frames = Vec<Bytes>;

/// What comes out of a link.
#[derive(Debug)]
pub enum Event {
    /// A message.
    Message(Frames),
    /// The other side closed, and this link stays closed.
    Lost,
}

/// Two ways between this program and a controller's socket. Dropping `outgoing` closes the
/// link once everything that was put into it has been written.
#[derive(Debug)]
pub struct Link {
    /// What is to be sent.
    pub outgoing: Outgoing,
    /// What came, in order.
    pub incoming: mpsc::UnboundedReceiver<Event>,
}

/// Where messages are put that are to be sent.
pub type Outgoing = mpsc::UnboundedSender<Frames>;

/// Why a link was not made.
#[derive(Debug, thiserror::Error)]
#[error("nobody answers at {url}: {why}; is the controller of this connection file still running?")]
pub struct TransportError {
    /// Where to.
    pub url: String,
    /// What the socket says.
    pub why: String,
}

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Requests and replies, with the name that the controller knows this program by.
    Dealer(Option<String>),
    /// Outputs to whoever listens.
    Publish,
    /// All that a publisher sends.
    Subscribe,
}

/// A link that is being made.
pub type Linking<'a> = Pin<Box<dyn Future<Output = Result<Link, TransportError>> + Send + 'a>>;

/// A library that speaks `ZeroMQ`. Its links live in the tokio runtime in which they are made.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Connects to a socket of the controller.
    fn link<'a>(&'a self, kind: Kind, url: &'a str) -> Linking<'a>;
}
