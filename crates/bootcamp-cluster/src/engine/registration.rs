//! Joining a cluster, and saying goodbye.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::error::EngineError;
use crate::transport::{Event, Kind, Link, Transport};
use crate::wire::{Message, Session};

/// A hub that is there answers within milliseconds; it may be busy with many engines.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the hub gave this engine.
#[derive(Debug)]
pub(super) struct Registration {
    pub link: Link,
    pub id: u32,
    pub period: Duration,
}

/// Asks the hub for an id, if possible this one.
pub(super) async fn register(
    transport: &dyn Transport,
    url: &str,
    session: &Session,
    wish: Option<u32>,
) -> Result<Registration, EngineError> {
    let identity = Kind::Dealer(Some(session.id().to_owned()));
    let mut link = transport.link(identity, url).await?;
    let mut content = json!({ "uuid": session.id() });
    if let Some(wish) = wish {
        content["id"] = wish.into();
    }
    ask(&link, session, "registration_request", content);
    let deadline = Instant::now() + PATIENCE;
    let reply = loop {
        match timeout_at(deadline, link.incoming.recv()).await {
            Ok(Some(Event::Message(frames))) => {
                if let Ok(reply) = session.decode(frames)
                    && reply.kind() == "registration_reply"
                {
                    break reply;
                }
            }
            _ => return Err(EngineError::NoAnswer(PATIENCE)),
        }
    };
    let id = reply.content["id"].as_u64().and_then(|id| u32::try_from(id).ok());
    match id {
        Some(id) if reply.content["status"] == "ok" => {
            let period = reply.content["hb_period"].as_u64().unwrap_or(3000).max(100);
            Ok(Registration { link, id, period: Duration::from_millis(period) })
        }
        _ => Err(EngineError::Refused(reason(&reply))),
    }
}

/// Tells the hub that this engine leaves, and waits until it has heard so.
pub(super) async fn unregister(link: &mut Link, session: &Session, id: u32) {
    ask(link, session, "unregistration_request", json!({ "id": id }));
    // There is no answer to that. The hub reads in order, so an answer to this one will do.
    ask(link, session, "connection_request", json!({}));
    let heard = async {
        while let Some(Event::Message(frames)) = link.incoming.recv().await {
            if session.decode(frames).is_ok_and(|reply| reply.kind() == "connection_reply") {
                break;
            }
        }
    };
    let _ = timeout(Duration::from_secs(1), heard).await;
}

/// Whether the hub knows this engine.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Member,
    Gone,
}

/// What an event on the registration's link means. A controller that was started anew in place
/// of the old one may have forgotten its engines, so it is asked.
pub(super) fn standing(event: Option<Event>, link: &Link, session: &Session) -> Standing {
    match event {
        Some(Event::Interrupted) => {
            ask(link, session, "connection_request", json!({}));
            Standing::Member
        }
        Some(Event::Message(frames)) => match session.decode(frames) {
            Ok(reply) if reply.kind() == "connection_reply" => {
                let listed = reply.content["engines"].as_object();
                let mut known = listed.into_iter().flat_map(serde_json::Map::values);
                let is_listed = known.any(|uuid| uuid == session.id());
                if is_listed { Standing::Member } else { Standing::Gone }
            }
            // Nobody asks an engine anything on this socket.
            _ => Standing::Member,
        },
        Some(Event::Lost) | None => Standing::Gone,
    }
}

fn ask(link: &Link, session: &Session, kind: &str, content: Value) {
    if let Ok(frames) = session.encode(session.message(kind, content)) {
        let _ = link.outgoing.send(frames);
    }
}

fn reason(reply: &Message) -> String {
    match reply.content["evalue"].as_str() {
        Some(reason) => reason.to_owned(),
        None => reply.content.to_string(),
    }
}
