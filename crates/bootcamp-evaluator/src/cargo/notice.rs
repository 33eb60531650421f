//! The line that a cell shows while cargo compiles crates for it.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bootcamp_protocol::{Bundle, Request};

/// The shortest time between two changes of the line.
const INTERVAL: Duration = Duration::from_millis(100);

/// One line under the cell. It changes with each crate, and its last text stays.
#[derive(Debug)]
pub(super) struct Notice {
    channel: PathBuf,
    id: String,
    started: Instant,
    crates: usize,
    shown: Option<Instant>,
}

impl Notice {
    /// Creates a notice for the kernel with this working folder. Nothing is shown yet.
    pub(super) fn new(work: &Path) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            channel: work.join("channel"),
            id: format!("crates-{}-{}", process::id(), now.as_nanos()),
            started: Instant::now(),
            crates: 0,
            shown: None,
        }
    }

    /// Shows that a crate (name and version) is being compiled. Returns false if there is no kernel
    /// to show it.
    pub(super) fn compiling(&mut self, name: &str) -> bool {
        self.crates += 1;
        if self.shown.is_some_and(|shown| shown.elapsed() < INTERVAL) {
            return true;
        }
        self.show(&format!("Compiling {name} ({})", self.so_far()))
    }

    /// Shows that another kernel compiles the same crates.
    pub(super) fn waiting(&mut self) {
        self.show("Another kernel compiles these crates: this one waits for it");
    }

    /// Shows that cargo has ended.
    pub(super) fn end(&mut self, went_well: bool) {
        if self.shown.is_some() {
            let verb = if went_well { "Compiled" } else { "Stopped compiling after" };
            self.show(&format!("{verb} {}", self.so_far()));
        }
    }

    fn so_far(&self) -> String {
        let plural = if self.crates == 1 { "" } else { "s" };
        format!("{} crate{plural} in {} s", self.crates, self.started.elapsed().as_secs())
    }

    fn show(&mut self, text: &str) -> bool {
        let bundle = Bundle::new().text("text/plain", text);
        let id = self.id.clone();
        let request = match self.shown {
            None => Request::Display { bundle, id: Some(id) },
            Some(_) => Request::Update { bundle, id },
        };
        let is_shown =
            UnixStream::connect(&self.channel).and_then(|stream| request.ask(stream)).is_ok();
        self.shown = is_shown.then(Instant::now).or(self.shown);
        is_shown
    }
}
