//! `ZeroMQ` in pure Rust.

use std::time::Duration;

use tokio::sync::mpsc;
use zeromq::util::PeerIdentity;
use zeromq::{
    DealerSocket, PubSocket, Socket, SocketEvent, SocketOptions, SocketRecv as _, SocketSend as _,
    SubSocket, ZmqError, ZmqMessage,
};

use super::{Event, Kind, Link, Linking, Transport, TransportError};

/// The crate `zeromq`: no C library, no CURVE, and a dealer that is lost when its controller is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pure;

/// A controller that is there accepts within milliseconds; one that just starts, soon.
const PATIENCE: Duration = Duration::from_secs(10);

impl Transport for Pure {
    fn link<'a>(&'a self, kind: Kind, url: &'a str) -> Linking<'a> {
        Box::pin(async move {
            let linked = match kind {
                Kind::Dealer(identity) => dealer(identity.as_deref(), url).await,
                Kind::Publish => publisher(url).await,
                Kind::Subscribe => subscriber(url).await,
            };
            linked.map_err(|why| TransportError { url: url.to_owned(), why: why.to_string() })
        })
    }
}

fn options() -> SocketOptions {
    let mut options = SocketOptions::default();
    options.connect_timeout(PATIENCE);
    // Large buffers are what takes time; the default reads 64 KiB at once.
    options.read_buffer(4096, 1 << 18, 8);
    options
}

/// The link, and what the tasks that serve it need.
fn ends() -> (Link, mpsc::UnboundedReceiver<Vec<bytes::Bytes>>, mpsc::UnboundedSender<Event>) {
    let (outgoing, to_send) = mpsc::unbounded_channel();
    let (came, incoming) = mpsc::unbounded_channel();
    (Link { outgoing, incoming }, to_send, came)
}

async fn dealer(identity: Option<&str>, url: &str) -> Result<Link, ZmqError> {
    let mut options = options();
    if let Some(identity) = identity {
        options.peer_identity(identity.parse::<PeerIdentity>()?);
    }
    let mut socket = DealerSocket::with_options(options);
    let mut monitor = socket.monitor();
    socket.connect(url).await?;
    let (mut sender, mut receiver) = socket.split();
    let (link, mut to_send, came) = ends();
    tokio::spawn(async move {
        while let Some(frames) = to_send.recv().await {
            let Ok(message) = ZmqMessage::try_from(frames) else { continue };
            // The receiving side notices that the controller is gone.
            if sender.send(message).await.is_err() {
                break;
            }
        }
    });
    tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                message = receiver.recv() => match message {
                    Ok(message) => {
                        if came.send(Event::Message(message.into_vec())).is_err() {
                            return;
                        }
                    }
                    Err(_) => break,
                },
                event = monitor.recv() => match event {
                    Ok(SocketEvent::Disconnected(_)) | Err(_) => break,
                    Ok(_) => {}
                },
                () = came.closed() => return,
            }
        }
        let _ = came.send(Event::Lost);
    });
    Ok(link)
}

async fn publisher(url: &str) -> Result<Link, ZmqError> {
    let mut socket = PubSocket::with_options(options());
    socket.connect(url).await?;
    let (link, mut to_send, came) = ends();
    tokio::spawn(async move {
        while let Some(frames) = to_send.recv().await {
            let Ok(message) = ZmqMessage::try_from(frames) else { continue };
            if socket.send(message).await.is_err() {
                break;
            }
        }
        drop(came);
    });
    Ok(link)
}

async fn subscriber(url: &str) -> Result<Link, ZmqError> {
    let mut socket = SubSocket::with_options(options());
    socket.connect(url).await?;
    socket.subscribe("").await?;
    let (link, to_send, came) = ends();
    drop(to_send);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                message = socket.recv() => match message {
                    Ok(message) => {
                        if came.send(Event::Message(message.into_vec())).is_err() {
                            return;
                        }
                    }
                    // It connects again by itself; until then there is nothing to hear.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                () = came.closed() => return,
            }
        }
    });
    Ok(link)
}
