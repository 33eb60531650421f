//! The thread that holds an engine's sockets. User code never runs on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::core::{Core, Ways};
use super::error::{Departure, EngineError};
use super::options::EngineOptions;
use super::publisher::Parcel;
use super::queue::{Channel, Request};
use super::registration::{Registration, Standing, register, standing, unregister};
use super::replies::Replier;
use super::{control, heartbeat};
use crate::connection::EngineConnection;
use crate::transport::{Event, Kind, Link, Outgoing, TransportError, usual};
use crate::wire::Session;

/// Time for replies to be written before the sockets close.
const FLUSH: Duration = Duration::from_millis(100);

struct Sockets {
    registration: Registration,
    mux: Link,
    task: Link,
    broadcast: Option<Link>,
    control: Link,
    iopub: Link,
}

/// Joins the cluster, tells `joined` how that went, and serves the sockets until it is time
/// to leave.
pub(super) async fn serve(
    connection: EngineConnection,
    options: EngineOptions,
    joined: oneshot::Sender<Result<Arc<Core>, EngineError>>,
) {
    let stuck = options.exit_when_stuck;
    let sigterm = options.sigterm;
    let notes = options.notes.clone();
    let (core, mut sockets) = match join(connection, options).await {
        Ok(joined) => joined,
        Err(error) => return drop(joined.send(Err(error))),
    };
    if joined.send(Ok(core.clone())).is_err() {
        core.leave(Departure::Left);
    }
    core.publisher.drained_here();
    let mut terminate = signal(SignalKind::terminate()).ok().filter(|_| sigterm);
    loop {
        let (channel, event) = tokio::select! {
            biased;
            _ = core.leaving() => break,
            () = async {
                match &mut terminate {
                    Some(terminate) => drop(terminate.recv().await),
                    None => std::future::pending().await,
                }
            } => {
                core.leave(Departure::Terminated);
                continue;
            }
            event = sockets.control.incoming.recv() => (Channel::Control, event),
            event = sockets.mux.incoming.recv() => (Channel::Mux, event),
            event = sockets.task.incoming.recv() => (Channel::Task, event),
            event = receive(sockets.broadcast.as_mut()) => (Channel::Broadcast, event),
            parcel = core.publisher.next() => {
                post(&core, &sockets.iopub.outgoing, parcel);
                continue;
            }
            event = sockets.registration.link.incoming.recv() => {
                let link = &sockets.registration.link;
                match standing(event, link, &core.replier.session) {
                    Standing::Member => continue,
                    Standing::Gone => (Channel::Control, None),
                }
            }
        };
        let frames = match event {
            Some(Event::Message(frames)) => frames,
            // The heartbeat decides how long this may last.
            Some(Event::Interrupted) => continue,
            Some(Event::Lost) | None => {
                core.leave(Departure::ControllerGone);
                break;
            }
        };
        match core.replier.session.decode(frames) {
            Ok(message) => {
                let request = Request { channel, message };
                if channel == Channel::Control {
                    control::answer(&core, request);
                } else {
                    core.aborted(core.queue.push(request));
                }
            }
            Err(refusal) => notes.note(&format!("a message on {channel:?} is refused: {refusal}")),
        }
    }
    let departure = core.leaving().await;
    notes.note(&format!("leaving: {departure:?}"));
    while let Some(parcel) = core.publisher.try_next() {
        post(&core, &sockets.iopub.outgoing, parcel);
    }
    if !matches!(departure, Departure::ControllerGone | Departure::Silence(_)) {
        let Registration { link, id, .. } = &mut sockets.registration;
        unregister(link, &core.replier.session, *id).await;
    }
    tokio::time::sleep(FLUSH).await;
    core.said_goodbye();
    if let Some(patience) = stuck {
        // Code that cannot be interrupted must not keep an engine that nobody reaches.
        std::thread::spawn(move || {
            std::thread::sleep(patience);
            std::process::exit(0);
        });
    }
}

async fn receive(link: Option<&mut Link>) -> Option<Event> {
    match link {
        Some(link) => link.incoming.recv().await,
        None => std::future::pending().await,
    }
}

async fn join(
    connection: EngineConnection,
    options: EngineOptions,
) -> Result<(Arc<Core>, Sockets), EngineError> {
    let transport = match options.transport {
        Some(transport) => transport,
        None => usual(connection.curve.as_ref())?,
    };
    let session = Session::new(connection.key.clone());
    let registration =
        register(&*transport, &connection.registration, &session, options.id).await?;
    let identity = Kind::Dealer(Some(session.id().to_owned()));
    let core = Arc::new(Core::new(Replier { session, id: registration.id }));
    heartbeat::start(core.clone(), transport.clone(), connection.clone(), registration.period)?;

    let dealer = |url: &str| {
        let (transport, identity, url) = (transport.clone(), identity.clone(), url.to_owned());
        async move { transport.link(identity, &url).await }
    };
    let link = async {
        let leaf = connection.broadcast_of(registration.id);
        let (mux, task, control) = tokio::try_join!(
            dealer(&connection.mux),
            dealer(&connection.task),
            dealer(&connection.control),
        )?;
        let broadcast = if leaf.is_empty() { None } else { Some(dealer(leaf).await?) };
        let iopub = transport.link(Kind::Publish, &connection.iopub).await?;
        Ok::<_, TransportError>((mux, task, broadcast, control, iopub))
    };
    let (mux, task, broadcast, control, iopub) = match link.await {
        Ok(links) => links,
        Err(error) => {
            core.said_goodbye();
            return Err(error.into());
        }
    };
    let _ = core.ways.set(Ways {
        mux: mux.outgoing.clone(),
        task: task.outgoing.clone(),
        broadcast: broadcast.as_ref().map(|link| link.outgoing.clone()),
        control: control.outgoing.clone(),
    });
    Ok((core, Sockets { registration, mux, task, broadcast, control, iopub }))
}

fn post(core: &Core, iopub: &Outgoing, parcel: Parcel) {
    let item = match parcel {
        Parcel::Output(item) => item,
        Parcel::Reply(channel, frames) => return core.send(channel, frames),
    };
    let topic = format!("engine.{}.{}", core.replier.id, item.topic);
    let parent = (*item.parent).clone();
    let kind = item.kind.clone();
    let (content, buffers) = item.into_parts();
    let mut message = core.replier.session.message(&kind, content);
    message.idents = vec![topic.into()];
    message.parent = Some(parent);
    message.metadata.insert("engine".to_owned(), core.uuid().into());
    message.buffers = buffers;
    if let Ok(frames) = core.replier.session.encode(message) {
        let _ = iopub.send(frames);
    }
}
