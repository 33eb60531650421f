//! Answering pings, on a thread that nothing else can keep busy.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::core::Core;
use super::error::Departure;
use crate::connection::EngineConnection;
use crate::transport::{Event, Kind, Transport, TransportError};

/// An engine whose controller is silent for this many periods leaves; otherwise engines
/// that lost it would run for ever.
const MISSES: u32 = 10;

/// Starts the thread.
pub(super) fn start(
    core: Arc<Core>,
    transport: Arc<dyn Transport>,
    connection: EngineConnection,
    period: Duration,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("engine heartbeat".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = core.gone() => {}
                outcome = beat(&core, &*transport, &connection, period) => {
                    core.leave(outcome.unwrap_or(Departure::ControllerGone));
                }
            }
        });
    })?;
    Ok(())
}

async fn beat(
    core: &Core,
    transport: &dyn Transport,
    connection: &EngineConnection,
    period: Duration,
) -> Result<Departure, TransportError> {
    let identity = Some(core.uuid().to_owned());
    let pong = transport.link(Kind::Dealer(identity), &connection.hb_pong).await?;
    let mut ping = transport.link(Kind::Subscribe, &connection.hb_ping).await?;
    let patience = period * MISSES;
    let mut last = Instant::now();
    loop {
        match timeout_at(last + patience, ping.incoming.recv()).await {
            Ok(Some(Event::Message(frames))) => {
                last = Instant::now();
                if pong.outgoing.send(frames).is_err() {
                    return Ok(Departure::ControllerGone);
                }
            }
            // The subscription comes back by itself if the controller does.
            Ok(Some(Event::Lost | Event::Interrupted)) => {}
            Ok(None) => return Ok(Departure::ControllerGone),
            Err(_) => return Ok(Departure::Silence(patience)),
        }
    }
}
