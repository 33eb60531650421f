//! Where connection files are, and waiting for them.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{ClientConnection, ConnectionError, EngineConnection};

/// How long a file is waited for that the controller may be about to write; as ipyparallel's
/// own engines do.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder of `IPython`'s with a cluster's configuration and connection files.
///
/// ```
/// use bootcamp_cluster::connection::Profile;
///
/// let profile = Profile::at("/home/ada/.ipython/profile_default").cluster("night");
/// let file = profile.client_file();
/// assert!(file.ends_with("profile_default/security/ipcontroller-night-client.json"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    folder: PathBuf,
    cluster_id: String,
}

impl Profile {
    /// The profile that the environment names, as launchers set it for their engines:
    /// `IPP_PROFILE_DIR` and `IPP_CLUSTER_ID`; else the one called `default`.
    ///
    /// # Errors
    /// If nothing says where profiles are.
    pub fn from_env() -> Result<Self, ConnectionError> {
        let profile = match set("IPP_PROFILE_DIR") {
            Some(folder) => Self::at(folder),
            None => Self::named("default")?,
        };
        Ok(profile.cluster(&set("IPP_CLUSTER_ID").unwrap_or_default()))
    }

    /// The profile with this name in `IPYTHONDIR`, or in `~/.ipython`.
    ///
    /// # Errors
    /// If nothing says where profiles are.
    pub fn named(name: &str) -> Result<Self, ConnectionError> {
        let home = || env::home_dir().map(|home| home.join(".ipython"));
        let ipython = set("IPYTHONDIR").map(PathBuf::from).or_else(home);
        let ipython = ipython.ok_or(ConnectionError::NoHome)?;
        Ok(Self::at(ipython.join(format!("profile_{name}"))))
    }

    /// The profile in this folder.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), cluster_id: String::new() }
    }

    /// One of several clusters of the same profile.
    #[must_use]
    pub fn cluster(self, id: &str) -> Self {
        Self { cluster_id: id.to_owned(), ..self }
    }

    /// The folder of the profile.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that tells engines where the controller is.
    #[must_use]
    pub fn engine_file(&self) -> PathBuf {
        self.file("engine")
    }

    /// The file that tells clients where the controller is.
    #[must_use]
    pub fn client_file(&self) -> PathBuf {
        self.file("client")
    }

    fn file(&self, role: &str) -> PathBuf {
        let dash = if self.cluster_id.is_empty() { "" } else { "-" };
        let name = format!("ipcontroller{dash}{}-{role}.json", self.cluster_id);
        self.folder.join("security").join(name)
    }

    /// What the engine file says, once it is there.
    ///
    /// # Errors
    /// If it does not come within ten seconds, or is refused.
    pub async fn engine(&self) -> Result<EngineConnection, ConnectionError> {
        wait_for(&self.engine_file(), EngineConnection::parse).await
    }

    /// What the client file says, once it is there.
    ///
    /// # Errors
    /// If it does not come within ten seconds, or is refused.
    pub async fn client(&self) -> Result<ClientConnection, ConnectionError> {
        wait_for(&self.client_file(), ClientConnection::parse).await
    }
}

impl EngineConnection {
    /// What a launcher gave this process: the text in `IPP_CONNECTION_INFO`, else the engine
    /// file of the profile that the environment names.
    ///
    /// # Errors
    /// If there is none, or it is refused.
    pub async fn from_env() -> Result<Self, ConnectionError> {
        match set("IPP_CONNECTION_INFO") {
            Some(text) => Self::parse(&text, "IPP_CONNECTION_INFO"),
            None => Profile::from_env()?.engine().await,
        }
    }
}

fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

async fn wait_for<T>(
    path: &Path,
    parse: impl Fn(&str, &str) -> Result<T, ConnectionError>,
) -> Result<T, ConnectionError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let outcome = match std::fs::read_to_string(path) {
            Ok(text) => parse(&text, &path.display().to_string()),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                Err(ConnectionError::Missing(path.to_owned()))
            }
            Err(why) => Err(ConnectionError::Unreadable { path: path.to_owned(), why }),
        };
        // The controller may be in the middle of writing it.
        let not_yet = match &outcome {
            Err(ConnectionError::Missing(_)) => true,
            Err(ConnectionError::Malformed { why, .. }) => why.is_eof(),
            _ => false,
        };
        if !not_yet || Instant::now() >= deadline {
            return outcome;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = r#"{"interface": "tcp://127.0.0.1", "registration": 1, "control": 2,
        "mux": 3, "task": 4, "iopub": 5, "notification": 6, "broadcast": 7, "key": "secret",
        "pack": "json"}"#;

    #[tokio::test]
    async fn a_file_that_is_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::at(folder.path());
        let file = profile.client_file();
        let writer = std::thread::spawn(move || {
            std::fs::create_dir(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &CLIENT[..40]).unwrap();
            std::thread::sleep(Duration::from_millis(200));
            std::fs::write(&file, CLIENT).unwrap();
        });
        assert_eq!(profile.client().await.unwrap().broadcast, "tcp://127.0.0.1:7");
        writer.join().unwrap();
    }

    #[test]
    fn a_controller_that_speaks_otherwise_is_refused_in_one_line() {
        let refused = |from: &str, to: &str| {
            let text = CLIENT.replace(from, to);
            ClientConnection::parse(&text, "the file").unwrap_err().to_string()
        };
        assert!(refused("\"json\"", "\"pickle\"").contains("pack = \"pickle\""));
        assert!(refused("secret", "").starts_with("this controller has no key"));
        assert!(refused("\"pack\"", "\"ssh\": \"me@host\", \"pack\"").contains("me@host"));
        assert!(refused("\"mux\": 3", "\"mux\": 99999").contains("the file is not a connection"));
        assert!(refused("tcp", "ipc").contains("not tcp://ADDRESS"));
    }

    #[test]
    fn the_key_is_not_printed() {
        let connection = ClientConnection::parse(CLIENT, "").unwrap();
        assert!(!format!("{connection:?}").contains("secret"));
    }
}
