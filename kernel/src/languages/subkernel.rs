//! A running kernel of another language, and a cell in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jupyter_protocol::{
    ExecuteRequest, InputReply, InterruptRequest, KernelInfoRequest, ShutdownRequest, StreamContent,
};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::{Channel, Connection, Message, prepare};
use super::language::Language;
use super::process::Process;
use super::relay::{Audience, Hidden, Relay, error_in};
use super::spec::Spec;
use super::starting::Starting;
use super::{CONNECTION, Place, failure};
use crate::evaluator::Failure;

/// How often a kernel that starts is asked.
const AGAIN: Duration = Duration::from_millis(500);
/// How long a cell may go on after an interrupt.
const GRACE: Duration = Duration::from_secs(5);
/// How long after its first message a cell is taken to run.
const SETTLED: Duration = Duration::from_millis(100);
/// After how long a kernel that says nothing is taken to run the cell.
const UNHEARD: Duration = Duration::from_secs(1);
/// How long the last outputs of a cell may take after its reply.
const REST: Duration = Duration::from_secs(2);
/// How long a kernel may take to end.
const END: Duration = Duration::from_millis(1500);
const NAP: Duration = Duration::from_millis(20);

/// A running kernel of another language.
#[derive(Debug)]
pub(super) struct SubKernel {
    pub(super) spec: Spec,
    pub(super) language: &'static Language,
    pub(super) process: Arc<Process>,
    /// Its own files, and those of variables on their way.
    pub(super) folder: PathBuf,
    connection: Connection,
    handle: Handle,
}

impl SubKernel {
    /// Starts it, and waits until it answers.
    pub(super) fn start(
        spec: Spec,
        place: &Place,
        folder: PathBuf,
        working_folder: &Path,
        audience: &mut dyn Audience,
        started: impl FnOnce(&Arc<Process>),
    ) -> Result<Self, Failure> {
        let language = Language::of(&spec);
        let title = language.title(&spec);
        let cannot =
            |why: &str| failure(&format!("the kernel of {title} cannot be started: {why}"));
        let files = || {
            fs::create_dir_all(&folder)?;
            for (name, text) in language.exchange.map_or(&[][..], |exchange| exchange.files) {
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
        for code in language.setup {
            kernel.run_hidden(code, audience)?;
        }
        Ok(kernel)
    }

    pub(super) fn title(&self) -> String {
        self.language.title(&self.spec)
    }

    /// Both of its sockets have to be heard: an output before the subscription would be lost.
    fn wait_for_answer(
        &mut self,
        starting: &Starting<'_>,
        audience: &mut dyn Audience,
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

    /// The next message, if one comes soon.
    fn next(&mut self) -> Option<Message> {
        let messages = &mut self.connection.messages;
        if let Ok(message) = messages.try_recv() {
            return Some(message);
        }
        self.handle.block_on(async { timeout(NAP, messages.recv()).await }).ok().flatten()
    }

    /// Runs a cell, whose outputs are shown as they come.
    pub(super) fn run(&mut self, code: &str, audience: &mut dyn Audience) -> Result<(), Failure> {
        let mut relay = Relay::new(audience, self.language.prints_errors);
        let outcome = self.execute(code, &mut relay);
        let withheld = relay.end();
        // Octave replies that all went well: what it printed may be its error.
        let Some(printed) = withheld else { return outcome };
        if outcome.is_ok() && self.remembers(&printed, audience)? {
            return Err(printed_failure(&printed));
        }
        audience.publish(StreamContent::stdout(&printed).into());
        outcome
    }

    /// Runs code of the kernel's own, of which nothing is shown.
    pub(super) fn run_hidden(
        &mut self,
        code: &str,
        audience: &dyn Audience,
    ) -> Result<(), Failure> {
        let printed = self.printed_by(code, audience)?;
        match error_in(&printed) {
            Some(at) if self.language.prints_errors => Err(printed_failure(&printed[at..])),
            _ => Ok(()),
        }
    }

    fn printed_by(&mut self, code: &str, audience: &dyn Audience) -> Result<String, Failure> {
        let mut hidden = Hidden { before: audience, printed: String::new() };
        let mut relay = Relay::new(&mut hidden, false);
        let outcome = self.execute(code, &mut relay);
        relay.end();
        outcome.map(|()| hidden.printed)
    }

    /// Whether an error that was printed is the last one that Octave knows of: one that a cell
    /// has printed by itself is not.
    fn remembers(&mut self, printed: &str, audience: &dyn Audience) -> Result<bool, Failure> {
        let last = self.printed_by("printf ('%s', strtrim (lasterr ()))", audience)?;
        let first = last.lines().next().unwrap_or_default().trim_end();
        Ok(!first.is_empty() && printed.contains(first))
    }

    fn execute(&mut self, code: &str, relay: &mut Relay<'_>) -> Result<(), Failure> {
        if relay.is_interrupted() {
            return Err(Failure::interrupted());
        }
        let request = ExecuteRequest {
            allow_stdin: true,
            // What comes next is sent when this has been answered.
            stop_on_error: false,
            ..ExecuteRequest::new(code.to_owned())
        };
        let id = self.connection.send(Channel::Shell, request);
        // An idle R dies of the signal, and an idle Python ignores it.
        let (sent, mut busy) = (Instant::now(), None);
        let mut interrupted: Option<Instant> = None;
        let mut reply: Option<(Value, Instant)> = None;
        loop {
            match self.next() {
                Some(message) if message.parent == id => match message.channel {
                    Channel::IoPub => {
                        let is_end = message.kind == "status"
                            && message.content["execution_state"] == "idle";
                        busy = busy.or_else(|| Some(Instant::now()));
                        relay.show(message);
                        if is_end && reply.is_some() {
                            break;
                        }
                        if is_end {
                            // The reply is on its way.
                            reply = self.reply_to(&id).map(|reply| (reply, Instant::now()));
                            if reply.is_some() {
                                break;
                            }
                        }
                    }
                    Channel::Shell => reply = Some((message.content, Instant::now())),
                    Channel::Stdin => self.answer(&message.content, relay),
                },
                Some(_) => {}
                None => {
                    relay.flush();
                    if reply.is_none() {
                        self.check_process()?;
                    }
                }
            }
            if let Some((_, since)) = &reply
                && since.elapsed() > REST
            {
                break;
            }
            let runs = busy.is_some_and(|busy: Instant| busy.elapsed() > SETTLED)
                || sent.elapsed() > UNHEARD;
            if interrupted.is_none() && reply.is_none() && runs && relay.is_interrupted() {
                interrupted = Some(Instant::now());
                self.interrupt();
            }
            if reply.is_none() && interrupted.is_some_and(|since| since.elapsed() > GRACE) {
                relay.flush();
                self.process.kill();
                let title = self.title();
                return Err(Failure::interrupted().with_note(&format!(
                    "{title} did not stop: its kernel was ended, and its variables are gone"
                )));
            }
        }
        let Some((reply, _)) = reply else {
            self.check_process()?;
            return Err(failure(&format!("the kernel of {} gave no reply", self.title())));
        };
        if interrupted.is_some() {
            return Err(Failure::interrupted());
        }
        verdict(&reply)
    }

    /// The reply that follows the end of the outputs.
    fn reply_to(&mut self, id: &str) -> Option<Value> {
        let begun = Instant::now();
        while begun.elapsed() < REST {
            match self.next() {
                Some(message) if message.parent == id && message.channel == Channel::Shell => {
                    return Some(message.content);
                }
                _ if self.process.ended().is_some() => return None,
                _ => {}
            }
        }
        None
    }

    /// Passes a question on to the person at the notebook, and the answer back.
    fn answer(&mut self, question: &Value, relay: &mut Relay<'_>) {
        let prompt = question["prompt"].as_str().unwrap_or_default();
        let password = question["password"].as_bool().unwrap_or(false);
        let answer = relay.ask(prompt, password);
        let value = match answer {
            Ok(Ok(line)) => line,
            // As at the end of a file; a cell that was interrupted is told by a signal.
            Ok(Err(_)) => "\u{4}".to_owned(),
            Err(_) => String::new(),
        };
        self.connection.send(Channel::Stdin, InputReply { value, ..InputReply::default() });
    }

    fn interrupt(&self) {
        if self.spec.takes_interrupt_messages() {
            self.connection.send_control(InterruptRequest {});
        } else {
            self.process.interrupt();
        }
    }

    fn check_process(&self) -> Result<(), Failure> {
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

    /// Ends it, as Jupyter does.
    pub(super) fn stop(&self) {
        self.connection.send_control(ShutdownRequest { restart: false });
        self.process.wait(END);
        self.process.kill();
    }
}

/// What a reply says of its cell.
fn verdict(reply: &Value) -> Result<(), Failure> {
    let text = |key: &str| reply[key].as_str().unwrap_or_default().trim().to_owned();
    match reply["status"].as_str() {
        Some("error") => {
            let lines = |lines: &Vec<Value>| {
                lines.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
            };
            let traceback = reply["traceback"].as_array().map(lines).unwrap_or_default();
            let plain = Failure::plain(&text("ename"), &text("evalue"));
            Err(if traceback.is_empty() { plain } else { Failure { traceback, ..plain } })
        }
        Some("abort" | "aborted") => {
            Err(Failure::plain("Aborted", "the cell did not run to its end"))
        }
        _ => Ok(()),
    }
}

fn printed_failure(printed: &str) -> Failure {
    let text = printed.trim();
    let first = text.lines().next().unwrap_or_default();
    let (ename, evalue) = first.split_once(": ").unwrap_or(("error", first));
    let mut failure = Failure::plain(ename, evalue);
    // The lines below say where.
    failure.traceback.extend(text.lines().skip(1).map(str::to_owned));
    failure
}
