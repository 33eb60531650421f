//! `ZeroMQ` by its C library.

use std::fmt;
use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use zmq::{Context, CurveKeyPair, DONTWAIT, Message, POLLIN, Socket, SocketEvent, SocketType};

use super::{Event, Frames, Kind, Link, Linking, PATIENCE, Transport, TransportError, ends};
use crate::connection::CurveKey;

/// The crate `zmq`, which needs the library `libzmq`: encrypts where the controller does, and
/// connects again after a break.
pub struct Libzmq {
    context: Context,
    curve: Option<Curve>,
}

struct Curve {
    server: Vec<u8>,
    own: CurveKeyPair,
}

/// For so long a link that is closed goes on writing.
const LINGER: Duration = Duration::from_secs(1);

/// Messages are read in lots of so many, so that one link does not starve the others.
const LOT: usize = 64;

const HANDSHAKE: [SocketEvent; 4] = [
    SocketEvent::HANDSHAKE_SUCCEEDED,
    SocketEvent::HANDSHAKE_FAILED_NO_DETAIL,
    SocketEvent::HANDSHAKE_FAILED_PROTOCOL,
    SocketEvent::HANDSHAKE_FAILED_AUTH,
];

impl Libzmq {
    /// For a controller that encrypts with this key, or does not encrypt.
    ///
    /// # Errors
    /// If this `libzmq` was built without CURVE.
    pub fn new(curve: Option<&CurveKey>) -> Result<Self, TransportError> {
        let keys = |server: &CurveKey| {
            let own = CurveKeyPair::new().map_err(|why| TransportError::Curve(why.to_string()))?;
            Ok(Curve { server: server.bytes().to_vec(), own })
        };
        Ok(Self { context: Context::new(), curve: curve.map(keys).transpose()? })
    }

    fn socket(&self, kind: &Kind) -> zmq::Result<Socket> {
        let socket = self.context.socket(match kind {
            Kind::Dealer(_) => SocketType::DEALER,
            Kind::Publish => SocketType::PUB,
            Kind::Subscribe => SocketType::SUB,
        })?;
        // No message is dropped for want of room; a sender never waits.
        socket.set_sndhwm(0)?;
        socket.set_rcvhwm(0)?;
        socket.set_linger(LINGER.as_millis() as i32)?;
        match kind {
            Kind::Dealer(Some(identity)) => socket.set_identity(identity.as_bytes())?,
            Kind::Dealer(None) | Kind::Publish => {}
            Kind::Subscribe => socket.set_subscribe(b"")?,
        }
        if let Some(curve) = &self.curve {
            socket.set_curve_serverkey(&curve.server)?;
            socket.set_curve_publickey(&curve.own.public_key)?;
            socket.set_curve_secretkey(&curve.own.secret_key)?;
        }
        Ok(socket)
    }

    /// What tells how a socket's connection fares.
    fn monitor(&self, socket: &Socket) -> zmq::Result<Socket> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let place = format!("inproc://monitor-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let events = HANDSHAKE.into_iter().chain([SocketEvent::DISCONNECTED]);
        socket.monitor(&place, events.map(|event| i32::from(event.to_raw())).sum())?;
        let monitor = self.context.socket(SocketType::PAIR)?;
        monitor.connect(&place)?;
        Ok(monitor)
    }

    async fn connect(&self, kind: Kind, url: &str) -> Result<Link, String> {
        let open = || -> io::Result<_> {
            let socket = self.socket(&kind)?;
            let monitor = Watched::new(self.monitor(&socket)?)?;
            socket.connect(url)?;
            Ok((Watched::new(socket)?, monitor))
        };
        let (socket, mut monitor) = open().map_err(|why| why.to_string())?;
        handshake(&mut monitor).await?;
        let (link, to_send, came) = ends();
        tokio::spawn(serve(socket, monitor, to_send, came));
        Ok(link)
    }
}

impl fmt::Debug for Libzmq {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Libzmq")
            .field("encrypts", &self.curve.is_some())
            .finish_non_exhaustive()
    }
}

impl Transport for Libzmq {
    fn link<'a>(&'a self, kind: Kind, url: &'a str) -> Linking<'a> {
        Box::pin(async move {
            let nobody = |why| TransportError::Nobody { url: url.to_owned(), why };
            self.connect(kind, url).await.map_err(nobody)
        })
    }
}

/// A socket, and what tokio waits for in its place.
struct Watched {
    // The first to go: its descriptor is the socket's.
    news: AsyncFd<RawFd>,
    socket: Socket,
}

impl Watched {
    fn new(socket: Socket) -> io::Result<Self> {
        let descriptor = socket.get_fd()?;
        // SAFETY: the descriptor is the socket's, which is dropped after `news`.
        let news = unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE)? };
        Ok(Self { news, socket })
    }

    /// Waits until there may be something new. What there is must have been read before: the
    /// descriptor tells of changes only.
    async fn changed(&mut self) {
        match self.news.readable().await {
            Ok(mut ready) => ready.clear_ready(),
            // The runtime ends, and this task with it.
            Err(_) => std::future::pending().await,
        }
    }

    /// A whole message, if one is there.
    fn receive(&self) -> Option<Frames> {
        let mut frames = Vec::new();
        loop {
            // The frames of a message come all at once.
            let frame = self.socket.recv_msg(DONTWAIT).ok()?;
            let more = frame.get_more();
            frames.push(Bytes::from_owner(Frame(frame)));
            if !more {
                return Some(frames);
            }
        }
    }

    fn has_more(&self) -> bool {
        self.socket.get_events().is_ok_and(|events| events.contains(POLLIN))
    }

    /// The next event of a monitor.
    fn event(&self) -> Option<u16> {
        let frames = self.receive()?;
        frames.first()?.first_chunk().map(|number| u16::from_ne_bytes(*number))
    }
}

struct Frame(Message);

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Waits until the two sides know each other.
async fn handshake(monitor: &mut Watched) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    let mut why = "the connection is refused";
    loop {
        while let Some(event) = monitor.event() {
            match HANDSHAKE.map(SocketEvent::to_raw).iter().position(|known| *known == event) {
                Some(0) => return Ok(()),
                Some(2) => return Err("one side encrypts with CURVE, the other does not".into()),
                Some(_) => why = "the handshake fails: the key is another controller's",
                None => {}
            }
        }
        if timeout_at(deadline, monitor.changed()).await.is_err() {
            return Err(why.to_owned());
        }
    }
}

/// Carries messages until nobody wants to send or to hear any more.
async fn serve(
    mut socket: Watched,
    mut monitor: Watched,
    mut to_send: mpsc::UnboundedReceiver<Frames>,
    came: mpsc::UnboundedSender<Event>,
) {
    let (mut sending, mut listening) = (true, true);
    while sending || listening {
        while let Some(event) = monitor.event() {
            if event == SocketEvent::DISCONNECTED.to_raw() {
                let _ = came.send(Event::Interrupted);
            }
        }
        for frames in std::iter::from_fn(|| socket.receive()).take(LOT) {
            let _ = came.send(Event::Message(frames));
        }
        while let Ok(frames) = to_send.try_recv() {
            send(&socket.socket, &frames);
        }
        if socket.has_more() {
            tokio::task::yield_now().await;
            continue;
        }
        tokio::select! {
            frames = to_send.recv(), if sending => match frames {
                Some(frames) => send(&socket.socket, &frames),
                None => sending = false,
            },
            () = came.closed(), if listening => listening = false,
            () = socket.changed() => {}
            () = monitor.changed() => {}
        }
    }
}

/// Without a limit on what waits, this fails only for a message that cannot be sent at all.
fn send(socket: &Socket, frames: &Frames) {
    // Copied: the crate frees a box that it was given with another layout than its own.
    let _ = socket.send_multipart(frames.iter().map(|frame| &frame[..]), DONTWAIT);
}
