//! A running kernel of another language.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bootcamp_evaluator::Failure;
use bootcamp_evaluator::signals::POLL_INTERVAL;
use jupyter_protocol::{InterruptRequest, KernelInfoRequest, ShutdownRequest};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::{Channel, Connection, Message, prepare};
use super::language::Language;
use super::process::Process;
use super::relay::LanguageAudience;
use super::spec::Spec;
use super::starting::Starting;
use super::{CONNECTION, Place, failure};

/// The time between two requests to a kernel that is starting.
const AGAIN: Duration = Duration::from_millis(500);
/// The time that a kernel may take to end.
const END: Duration = Duration::from_millis(1500);
/// A running kernel of another language.
#[derive(Debug)]
pub(super) struct SubKernel {
    pub(super) spec: Spec,
    pub(super) language: &'static Language,
    pub(super) process: Arc<Process>,
    /// The folder for its own files and for those of exchanged variables.
    pub(super) folder: PathBuf,
    pub(super) connection: Connection,
    handle: Handle,
}

impl SubKernel {
    /// Starts the kernel and waits until it answers. Call [`set_up`](Self::set_up) next.
    pub(super) fn start(
        spec: Spec,
        place: &Place,
        folder: PathBuf,
        working_folder: &Path,
        audience: &mut dyn LanguageAudience,
        started: impl FnOnce(&Arc<Process>),
    ) -> Result<Self, Failure> {
        let language = Language::of(&spec);
        let title = language.title(&spec);
        let cannot =
            |why: &str| failure(&format!("the kernel of {title} cannot be started: {why}"));
        let files = || {
            fs::create_dir_all(&folder)?;
            for (name, text) in language.files {
                fs::write(folder.join(name), text)?;
            }
            prepare(&folder.join(CONNECTION), super::connection::secret(), &spec.name)
        };
        let info = files().map_err(|error| cannot(&error.to_string()))?;
        let process = Process::start(&spec, language, place, &folder, working_folder)?;
        let process = Arc::new(process);
        started(&process);
        let waiting = Starting::new(&title, &process);
        let connection = waiting.connect(&place.handle, &info, audience)?;
        let mut kernel = Self {
            spec,
            language,
            process: Arc::clone(&process),
            folder,
            connection,
            handle: place.handle.clone(),
        };
        kernel.wait_for_answer(&waiting, audience)?;
        process.forget_words();
        Ok(kernel)
    }

    pub(super) fn title(&self) -> String {
        self.language.title(&self.spec)
    }

    /// Waits for a message from both sockets: an output before the subscription would be lost.
    fn wait_for_answer(
        &mut self,
        starting: &Starting<'_>,
        audience: &mut dyn LanguageAudience,
    ) -> Result<(), Failure> {
        let (mut replied, mut heard) = (false, false);
        let mut asked = None;
        while !(replied && heard) {
            starting.check(audience)?;
            if asked.is_none_or(|asked: Instant| asked.elapsed() > AGAIN) {
                self.connection.send(Channel::Shell, KernelInfoRequest {});
                asked = Some(Instant::now());
            }
            match self.next() {
                Some(message) if message.channel == Channel::Shell => replied = true,
                Some(message) if message.channel == Channel::IoPub => heard = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the next message, if one comes soon.
    pub(super) fn next(&mut self) -> Option<Message> {
        let messages = &mut self.connection.messages;
        if let Ok(message) = messages.try_recv() {
            return Some(message);
        }
        self.handle.block_on(async { timeout(POLL_INTERVAL, messages.recv()).await }).ok().flatten()
    }

    pub(super) fn interrupt(&self) {
        if self.spec.takes_interrupt_messages() {
            self.connection.send_control(InterruptRequest {});
        } else {
            self.process.interrupt();
        }
    }

    pub(super) fn check_process(&self) -> Result<(), Failure> {
        let Some(status) = self.process.ended() else { return Ok(()) };
        let title = self.title();
        let words = self.process.last_words();
        let said = if words.is_empty() { String::new() } else { format!("\n{words}") };
        Err(Failure::plain(
            "KernelDied",
            &format!(
                "the kernel of {title} ended ({status}) and its variables are gone: the next cell \
                 for it starts another{said}"
            ),
        ))
    }

    /// Ends the kernel, as Jupyter does.
    pub(super) fn stop(&self) {
        self.connection.send_control(ShutdownRequest { restart: false });
        self.process.wait(END);
        self.process.kill();
    }
}
