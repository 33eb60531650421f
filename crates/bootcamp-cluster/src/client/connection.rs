//! The thread that holds a client's sockets, so that replies come in while the program is
//! busy with something else.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use super::error::{ClientError, RequestError};
use super::table::{Table, Way};
use crate::connection::ClientConnection;
use crate::transport::{Event, Kind, Outgoing, Transport, TransportError};
use crate::wire::{Message, Session};

/// A hub that is there answers within milliseconds; it may be busy with many engines.
const PATIENCE: Duration = Duration::from_secs(10);

/// A subscription takes this long to get to the publisher, who does not confirm it.
const SUBSCRIBED: Duration = Duration::from_millis(100);

/// A reply may overtake the notice that its engine has left, or be overtaken.
const OVERTAKING: Duration = Duration::from_millis(50);

/// The ways out to the controller.
#[derive(Debug)]
pub(super) struct Ways {
    pub hub: Outgoing,
    pub mux: Outgoing,
    pub task: Outgoing,
    pub broadcast: Outgoing,
    pub control: Outgoing,
}

/// What the client and its thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub session: Session,
    pub table: Table,
}

/// Connects, tells `connected` how that went, and serves the sockets until `closed`.
pub(super) async fn serve(
    connection: ClientConnection,
    transport: Arc<dyn Transport>,
    connected: oneshot::Sender<Result<(Arc<Shared>, Ways), ClientError>>,
    closed: oneshot::Receiver<()>,
) {
    let session = Session::new(connection.key.clone());
    let shared = Arc::new(Shared { session, table: Table::default() });
    let mut tasks = JoinSet::new();
    let ways = match connect(&connection, &*transport, &shared, &mut tasks).await {
        Ok(ways) => ways,
        Err(error) => return drop(connected.send(Err(error))),
    };
    if connected.send(Ok((shared.clone(), ways))).is_err() {
        return;
    }
    tasks.spawn({
        let shared = shared.clone();
        async move {
            let mut seconds = interval(Duration::from_secs(1));
            loop {
                seconds.tick().await;
                shared.table.sweep();
            }
        }
    });
    tokio::select! {
        // A task ends when its link is lost, and a lost link does not come back.
        _ = tasks.join_next() => {}
        // What was sent last is still to be written.
        _ = closed => sleep(SUBSCRIBED).await,
    }
    shared.table.controller_lost();
}

async fn connect(
    connection: &ClientConnection,
    transport: &dyn Transport,
    shared: &Arc<Shared>,
    tasks: &mut JoinSet<()>,
) -> Result<Ways, ClientError> {
    let dealer = |url| transport.link(Kind::Dealer(None), url);
    let subscriber = |url| transport.link(Kind::Subscribe, url);
    let links = async {
        tokio::try_join!(
            subscriber(&connection.notification),
            subscriber(&connection.iopub),
            dealer(&connection.registration),
            dealer(&connection.mux),
            dealer(&connection.task),
            dealer(&connection.broadcast),
            dealer(&connection.control),
        )
    };
    let (notification, iopub, hub, mux, task, broadcast, control) =
        links.await.map_err(|error: TransportError| error)?;
    let ways = Ways {
        hub: hub.outgoing.clone(),
        mux: mux.outgoing.clone(),
        task: task.outgoing.clone(),
        broadcast: broadcast.outgoing.clone(),
        control: control.outgoing.clone(),
    };
    let router = |way, read: fn(&Arc<Shared>, Message)| Router {
        way,
        shared: shared.clone(),
        hub: ways.hub.clone(),
        read,
    };
    let links = [
        (hub, Way::Hub),
        (mux, Way::Engine),
        (task, Way::Task),
        (broadcast, Way::Engine),
        (control, Way::Control),
    ];
    for (link, way) in links {
        let reply = router(Some(way), |shared, message| shared.table.reply(message));
        tasks.spawn(reply.route(link.incoming));
    }
    let output = router(None, |shared, message| shared.table.output(message));
    tasks.spawn(output.route(iopub.incoming));
    let notice = router(None, |shared, message| notice(shared, &message));
    tasks.spawn(notice.route(notification.incoming));

    sleep(SUBSCRIBED).await;
    match timeout(PATIENCE, ask_for_engines(shared, &ways.hub)).await {
        Ok(Ok(())) => Ok(ways),
        _ => Err(ClientError::NoAnswer(PATIENCE)),
    }
}

/// Asks the hub which engines there are.
async fn ask_for_engines(shared: &Shared, hub: &Outgoing) -> Result<(), RequestError> {
    let question = shared.session.message("connection_request", json!({}));
    let expected = vec![(question.header.msg_id.clone(), None)];
    let frames = shared.session.encode(question)?;
    let asked = shared.table.submit(expected, Way::Hub, || hub.send(frames).is_ok())?;
    for question in asked {
        shared.table.set_engines(&question.reply().await?.content["engines"]);
    }
    Ok(())
}

/// Gives every message of a link to its reader.
struct Router {
    /// The requests that are answered on the link.
    way: Option<Way>,
    shared: Arc<Shared>,
    hub: Outgoing,
    read: fn(&Arc<Shared>, Message),
}

impl Router {
    async fn route(self, mut incoming: mpsc::UnboundedReceiver<Event>) {
        while let Some(event) = incoming.recv().await {
            match event {
                Event::Message(frames) => {
                    // What somebody else signed is not for us.
                    if let Ok(message) = self.shared.session.decode(frames) {
                        (self.read)(&self.shared, message);
                    }
                }
                Event::Interrupted => self.interrupted(),
                Event::Lost => break,
            }
        }
    }

    fn interrupted(&self) {
        let Some(way) = self.way else { return };
        self.shared.table.interrupted(way);
        let (shared, hub) = (self.shared.clone(), self.hub.clone());
        // The question waits in the link until there is somebody to read it. If that link
        // breaks, too, it is asked again.
        tokio::spawn(async move {
            let _ = ask_for_engines(&shared, &hub).await;
        });
    }
}

/// What the hub tells everybody.
fn notice(shared: &Arc<Shared>, message: &Message) {
    let content = &message.content;
    let id = content["id"].as_u64().and_then(|id| u32::try_from(id).ok());
    match (message.kind(), content["uuid"].as_str(), id) {
        ("registration_notification", Some(uuid), Some(id)) => {
            shared.table.engine_came(id, uuid.to_owned());
        }
        ("unregistration_notification", Some(uuid), _) => {
            shared.table.engine_left(uuid);
            let (shared, uuid) = (shared.clone(), uuid.to_owned());
            tokio::spawn(async move {
                sleep(OVERTAKING).await;
                shared.table.fail_engine(&uuid);
            });
        }
        ("shutdown_notification", ..) => shared.table.controller_lost(),
        _ => {}
    }
}
