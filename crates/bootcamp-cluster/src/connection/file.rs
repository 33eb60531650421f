//! What stands in the files that a controller writes for its engines and its clients.

use serde::Deserialize;

use super::{ConnectionError, CurveKey, address};
use crate::wire::Key;

/// Where an engine finds its controller: `ipcontroller-engine.json`.
#[derive(Clone, Debug)]
pub struct EngineConnection {
    /// Where the engine says who it is.
    pub registration: String,
    /// Abort, clear, signal, shutdown.
    pub control: String,
    /// Requests to this engine.
    pub mux: String,
    /// Requests to any engine.
    pub task: String,
    /// Where outputs go.
    pub iopub: String,
    /// Where the controller's pings come from.
    pub hb_ping: String,
    /// Where they are answered.
    pub hb_pong: String,
    /// Requests to many engines; an engine takes the one at its id modulo their number.
    pub broadcast: Vec<String>,
    /// What messages are signed with.
    pub key: Key,
    /// What the controller encrypts with, if it does.
    pub curve: Option<CurveKey>,
}

/// Where a client finds its controller: `ipcontroller-client.json`.
#[derive(Clone, Debug)]
pub struct ClientConnection {
    /// Questions to the hub.
    pub registration: String,
    /// Abort, clear, signal, shutdown.
    pub control: String,
    /// Requests to one engine.
    pub mux: String,
    /// Requests to any engine.
    pub task: String,
    /// Where outputs come from.
    pub iopub: String,
    /// Where the hub says which engines come and go.
    pub notification: String,
    /// Requests to many engines.
    pub broadcast: String,
    /// What messages are signed with.
    pub key: Key,
    /// What the controller encrypts with, if it does.
    pub curve: Option<CurveKey>,
}

#[derive(Deserialize)]
struct Common {
    interface: String,
    #[serde(default)]
    location: Option<String>,
    #[serde(default)]
    ssh: Option<String>,
    #[serde(default)]
    curve_serverkey: Option<String>,
    key: String,
    #[serde(default = "json")]
    pack: String,
    #[serde(default = "json")]
    unpack: String,
    #[serde(default = "hmac")]
    signature_scheme: String,
    registration: u16,
    control: u16,
    mux: u16,
    task: u16,
    iopub: u16,
}

#[derive(Deserialize)]
struct EngineFile {
    #[serde(flatten)]
    common: Common,
    hb_ping: u16,
    hb_pong: u16,
    broadcast: Vec<u16>,
}

#[derive(Deserialize)]
struct ClientFile {
    #[serde(flatten)]
    common: Common,
    notification: u16,
    broadcast: u16,
}

fn json() -> String {
    "json".to_owned()
}

fn hmac() -> String {
    "hmac-sha256".to_owned()
}

impl Common {
    /// The interface that leads there and its keys, if the controller speaks as we do.
    fn check(&self) -> Result<(String, Key, Option<CurveKey>), ConnectionError> {
        let curve = self.curve_serverkey.as_deref().filter(|key| !key.is_empty());
        let curve = curve.map(CurveKey::parse).transpose()?;
        if let Some(ssh) = self.ssh.as_deref().filter(|ssh| !ssh.is_empty()) {
            return Err(ConnectionError::Ssh(ssh.to_owned()));
        }
        let key = match &curve {
            _ if !self.key.is_empty() => Key::new(&self.key),
            // Whoever has the controller's CURVE key is trusted already.
            Some(_) => Key::none(),
            None => return Err(ConnectionError::NoKey),
        };
        for (field, value, expected) in [
            ("pack", &self.pack, "json"),
            ("unpack", &self.unpack, "json"),
            ("signature_scheme", &self.signature_scheme, "hmac-sha256"),
        ] {
            if value != expected {
                return Err(ConnectionError::Unsupported { field, value: value.clone(), expected });
            }
        }
        let location = self.location.as_deref().unwrap_or_default();
        Ok((address::reachable(&self.interface, location)?, key, curve))
    }
}

impl EngineConnection {
    /// Reads the text of an engine's connection file; `source_name` is for the error.
    ///
    /// # Errors
    /// If it is not one, or the controller asks for something that is not supported.
    ///
    /// ```
    /// use bootcamp_cluster::connection::EngineConnection;
    ///
    /// let text = r#"{"ssh": "", "interface": "tcp://127.0.0.1", "registration": 35275,
    ///     "control": 38789, "mux": 54625, "task": 49279, "iopub": 39309, "hb_ping": 34659,
    ///     "hb_pong": 44347, "broadcast": [37039, 40809], "key": "e3cec0b5",
    ///     "curve_serverkey": null, "location": "vm", "pack": "json", "unpack": "json",
    ///     "signature_scheme": "hmac-sha256"}"#;
    /// let connection = EngineConnection::parse(text, "an example")?;
    /// assert_eq!(connection.mux, "tcp://127.0.0.1:54625");
    /// assert_eq!(connection.broadcast_of(3), "tcp://127.0.0.1:40809");
    ///
    /// assert!(connection.curve.is_none());
    /// # Ok::<(), bootcamp_cluster::connection::ConnectionError>(())
    /// ```
    pub fn parse(text: &str, source_name: &str) -> Result<Self, ConnectionError> {
        let file: EngineFile = read(text, source_name)?;
        let (interface, key, curve) = file.common.check()?;
        let url = |port: u16| format!("{interface}:{port}");
        Ok(Self {
            registration: url(file.common.registration),
            control: url(file.common.control),
            mux: url(file.common.mux),
            task: url(file.common.task),
            iopub: url(file.common.iopub),
            hb_ping: url(file.hb_ping),
            hb_pong: url(file.hb_pong),
            broadcast: file.broadcast.iter().copied().map(url).collect(),
            key,
            curve,
        })
    }

    /// The broadcast address of the engine with this id; empty if the controller has none.
    #[must_use]
    pub fn broadcast_of(&self, id: u32) -> &str {
        let leaf = (id as usize).checked_rem(self.broadcast.len());
        leaf.map_or("", |leaf| &self.broadcast[leaf])
    }
}

impl ClientConnection {
    /// Reads the text of a client's connection file; `source_name` is for the error.
    ///
    /// # Errors
    /// If it is not one, or the controller asks for something that is not supported.
    pub fn parse(text: &str, source_name: &str) -> Result<Self, ConnectionError> {
        let file: ClientFile = read(text, source_name)?;
        let (interface, key, curve) = file.common.check()?;
        let url = |port: u16| format!("{interface}:{port}");
        Ok(Self {
            registration: url(file.common.registration),
            control: url(file.common.control),
            mux: url(file.common.mux),
            task: url(file.common.task),
            iopub: url(file.common.iopub),
            notification: url(file.notification),
            broadcast: url(file.broadcast),
            key,
            curve,
        })
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, source_name: &str) -> Result<T, ConnectionError> {
    serde_json::from_str(text)
        .map_err(|why| ConnectionError::Malformed { source_name: source_name.to_owned(), why })
}
