//! A kernel of another language that is starting.

use std::time::{Duration, Instant};

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::signals::POLL_INTERVAL;
use jupyter_protocol::ConnectionInfo;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::Connection;
use super::failure;
use super::process::Process;
use super::relay::LanguageAudience;

/// The time that a kernel may take to start.
const START: Duration = Duration::from_mins(1);
/// A kernel that does not answer yet.
pub(super) struct Starting<'a> {
    title: &'a str,
    process: &'a Process,
    begun: Instant,
}

impl<'a> Starting<'a> {
    pub(super) fn new(title: &'a str, process: &'a Process) -> Self {
        Self { title, process, begun: Instant::now() }
    }

    /// Connects as soon as the kernel listens.
    pub(super) fn connect(
        &self,
        handle: &Handle,
        info: &ConnectionInfo,
        audience: &mut dyn LanguageAudience,
    ) -> Result<Connection, Failure> {
        let opening = Connection::open(info);
        tokio::pin!(opening);
        loop {
            self.check(audience)?;
            match handle.block_on(async { timeout(POLL_INTERVAL, &mut opening).await }) {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => {
                    let title = self.title;
                    return Err(failure(&format!(
                        "the kernel of {title} cannot be reached: {error}"
                    )));
                }
                Err(_) => {}
            }
        }
    }

    /// Fails if the kernel has ended or takes too long, or if the cell was interrupted.
    pub(super) fn check(&self, audience: &dyn LanguageAudience) -> Result<(), Failure> {
        let title = self.title;
        let said = || {
            let words = self.process.last_words();
            if words.is_empty() { String::new() } else { format!("; it said:\n{words}") }
        };
        if let Some(status) = self.process.ended() {
            return Err(failure(&format!(
                "the kernel of {title} ended ({status}) while it started{}",
                said()
            )));
        }
        if audience.is_interrupted() {
            self.process.kill();
            return Err(Failure::interrupted());
        }
        if self.begun.elapsed() > START {
            self.process.kill();
            let seconds = START.as_secs();
            return Err(failure(&format!(
                "the kernel of {title} has not answered for {seconds} seconds and was ended{}",
                said()
            )));
        }
        Ok(())
    }
}
