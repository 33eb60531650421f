//! `ZeroMQ` in pure Rust.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use zeromq::util::PeerIdentity;
use zeromq::{
    DealerSocket, PubSocket, Socket, SocketEvent, SocketOptions, SocketRecv as _, SocketSend as _,
    SubSocket, ZmqError, ZmqMessage,
};

use super::{Event, Frames, Kind, Link, Linking, PATIENCE, Transport, TransportError, ends};

/// The crate `zeromq`: no C library, and no CURVE.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pure;

/// How long a link that broke tries to connect again: a controller is started anew by hand.
const RETURN: Duration = Duration::from_secs(30);
/// How long one attempt takes; the crate waits longer and longer between its own.
const ATTEMPT: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Transport for Pure {
    fn link<'a>(&'a self, kind: Kind, url: &'a str) -> Linking<'a> {
        Box::pin(async move {
            let linked = match kind {
                Kind::Dealer(identity) => dealer(identity, url).await,
                Kind::Publish => publisher(url).await,
                Kind::Subscribe => subscriber(url).await,
            };
            let nobody = |why: ZmqError| TransportError::Nobody {
                url: url.to_owned(),
                why: why.to_string(),
            };
            linked.map_err(nobody)
        })
    }
}

/// Ends when a socket's connection does.
type Broken = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A way to the controller. The sockets of the crate do not come back, or come back late: a
/// new one takes their place.
struct Way {
    url: String,
    identity: Option<PeerIdentity>,
    came: mpsc::UnboundedSender<Event>,
}

impl Way {
    async fn connect<S: Socket>(&self, patience: Duration) -> Result<(S, Broken), ZmqError> {
        let mut options = SocketOptions::default();
        options.connect_timeout(patience);
        // Large buffers are what takes time; the default reads 64 KiB at once.
        options.read_buffer(4096, 1 << 18, 8);
        if let Some(identity) = &self.identity {
            options.peer_identity(identity.clone());
        }
        let mut socket = S::with_options(options);
        // Before it connects, so that no event is missed.
        let mut monitor = socket.monitor();
        socket.connect(&self.url).await?;
        let broken = async move {
            while let Ok(event) = monitor.recv().await {
                if matches!(event, SocketEvent::Disconnected(_)) {
                    break;
                }
            }
        };
        Ok((socket, Box::pin(broken)))
    }

    /// Connects again; gives up after a while.
    async fn connect_again<S: Socket>(&self) -> Option<(S, Broken)> {
        let _ = self.came.send(Event::Interrupted);
        let end = Instant::now() + RETURN;
        while Instant::now() < end && !self.came.is_closed() {
            if let Ok(connected) = self.connect(ATTEMPT).await {
                return Some(connected);
            }
            sleep(POLL_INTERVAL).await;
        }
        let _ = self.came.send(Event::Lost);
        None
    }
}

/// A link, and what the task that serves it needs.
fn way(url: &str, identity: Option<PeerIdentity>) -> (Link, mpsc::UnboundedReceiver<Frames>, Way) {
    let (link, to_send, came) = ends();
    (link, to_send, Way { url: url.to_owned(), identity, came })
}

async fn dealer(identity: Option<String>, url: &str) -> Result<Link, ZmqError> {
    let identity = identity.map(|identity| identity.parse()).transpose()?;
    let (link, mut to_send, way) = way(url, identity);
    let mut connected = way.connect(PATIENCE).await?;
    tokio::spawn(async move {
        while carry(connected, &mut to_send, &way.came).await == End::Broken {
            match way.connect_again().await {
                Some(again) => connected = again,
                None => break,
            }
        }
    });
    Ok(link)
}

/// How a connection ended.
#[derive(PartialEq)]
enum End {
    /// Nobody here wants it any more.
    Closed,
    Broken,
}

/// Carries messages both ways, side by side: a large one does not hold up the others.
async fn carry(
    (socket, mut broken): (DealerSocket, Broken),
    to_send: &mut mpsc::UnboundedReceiver<Frames>,
    came: &mpsc::UnboundedSender<Event>,
) -> End {
    let (mut sender, mut receiver) = socket.split();
    let send = async {
        while let Some(frames) = to_send.recv().await {
            let Ok(message) = ZmqMessage::try_from(frames) else { continue };
            if sender.send(message).await.is_err() {
                return End::Broken;
            }
        }
        End::Closed
    };
    let receive = async {
        loop {
            tokio::select! {
                biased;
                message = receiver.recv() => match message {
                    Ok(message) => {
                        if came.send(Event::Message(message.into_vec())).is_err() {
                            return End::Closed;
                        }
                    }
                    Err(_) => return End::Broken,
                },
                () = &mut broken => return End::Broken,
                () = came.closed() => return End::Closed,
            }
        }
    };
    tokio::pin!(send, receive);
    // Each direction may be closed by itself.
    tokio::select! {
        end = &mut send => if end == End::Broken { end } else { receive.await },
        end = &mut receive => if end == End::Broken { end } else { send.await },
    }
}

async fn publisher(url: &str) -> Result<Link, ZmqError> {
    let (link, mut to_send, way) = way(url, None);
    let (mut socket, mut broken) = way.connect::<PubSocket>(PATIENCE).await?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                frames = to_send.recv() => {
                    let Some(frames) = frames else { return };
                    let Ok(message) = ZmqMessage::try_from(frames) else { continue };
                    // What nobody hears is lost.
                    let _ = socket.send(message).await;
                }
                () = &mut broken => match way.connect_again().await {
                    Some(again) => (socket, broken) = again,
                    None => return,
                },
            }
        }
    });
    Ok(link)
}

async fn subscriber(url: &str) -> Result<Link, ZmqError> {
    let (link, to_send, way) = way(url, None);
    drop(to_send);
    let (mut socket, mut broken) = way.connect::<SubSocket>(PATIENCE).await?;
    socket.subscribe("").await?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                message = socket.recv() => if let Ok(message) = message {
                    if way.came.send(Event::Message(message.into_vec())).is_err() {
                        return;
                    }
                    continue;
                },
                () = &mut broken => {}
                () = way.came.closed() => return,
            }
            let Some(again) = way.connect_again::<SubSocket>().await else { return };
            (socket, broken) = again;
            if socket.subscribe("").await.is_err() {
                broken = Box::pin(std::future::ready(()));
            }
        }
    });
    Ok(link)
}
