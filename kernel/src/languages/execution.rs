//! The execution of a cell in another kernel.

use std::time::{Duration, Instant};

use bootcamp_evaluator::Failure;
use jupyter_protocol::{ExecuteRequest, InputReply};
use serde_json::Value;

use super::connection::{Channel, Message};
use super::failure;
use super::relay::{Hidden, LanguageAudience, Relay, payloads};
use super::report::Report;
use super::subkernel::SubKernel;

/// The time that a cell has to end after an interrupt.
const GRACE: Duration = Duration::from_secs(5);
/// The time after its first message from which a cell counts as running.
const SETTLED: Duration = Duration::from_millis(100);
/// The time after which a kernel that sends no message counts as running the cell.
const UNHEARD: Duration = Duration::from_secs(1);
/// The time after an interrupt during which a cell may wait for the answer to its question.
const UNANSWERED: Duration = Duration::from_millis(300);
/// The longest pause between a cell's reply and the end of its outputs.
const REST: Duration = Duration::from_secs(2);

/// The execution of a cell: the messages received so far, and their times.
struct Execution<'a, 'b> {
    kernel: &'a mut SubKernel,
    relay: &'a mut Relay<'b>,
    /// The id of its request.
    id: String,
    sent: Instant,
    busy: Option<Instant>,
    heard: Instant,
    interrupted: Option<Instant>,
    /// True while its question waits for an answer.
    asks: bool,
    /// The reason why the person could not be asked.
    unasked: Option<String>,
    reply: Option<Value>,
    has_ended: bool,
}

impl SubKernel {
    /// Runs the code that the language needs before the first cell.
    pub(super) fn set_up(&mut self, audience: &dyn LanguageAudience) -> Result<(), Failure> {
        self.language.setup.iter().try_for_each(|code| self.run_hidden(code, audience))
    }

    /// Runs a cell and shows its outputs as they come.
    pub(super) fn run(
        &mut self,
        code: &str,
        audience: &mut dyn LanguageAudience,
    ) -> Result<(), Failure> {
        if audience.is_interrupted() {
            return Err(Failure::interrupted());
        }
        let mut relay = Relay::new(audience);
        let Some(report) = self.language.report else {
            return Execution::start(self, code, &mut relay).finish();
        };
        let code = report.prepare(code, &self.folder).map_err(|error| {
            let folder = self.folder.display();
            failure(&format!("the cell cannot be written to {folder}: {error}"))
        })?;
        match Execution::start(self, &code, &mut relay).finish() {
            Err(failure) if report.is_end(&failure) => {
                self.process.kill();
                self.check_process()?;
                Err(failure)
            }
            Err(failure) => Err(failure),
            Ok(()) => Report::failure(&self.folder).map_or(Ok(()), Err),
        }
    }

    /// Runs the kernel's own code, without showing its outputs.
    pub(super) fn run_hidden(
        &mut self,
        code: &str,
        audience: &dyn LanguageAudience,
    ) -> Result<(), Failure> {
        self.run(code, &mut Hidden(audience))
    }
}

impl<'a, 'b> Execution<'a, 'b> {
    /// Sends a cell to the kernel.
    fn start(kernel: &'a mut SubKernel, code: &str, relay: &'a mut Relay<'b>) -> Self {
        let request = ExecuteRequest {
            allow_stdin: true,
            // The next request is sent only after this one was answered.
            stop_on_error: false,
            ..ExecuteRequest::new(code.to_owned())
        };
        let id = kernel.connection.send(Channel::Shell, request);
        let now = Instant::now();
        Self {
            kernel,
            relay,
            id,
            sent: now,
            busy: None,
            heard: now,
            interrupted: None,
            asks: false,
            unasked: None,
            reply: None,
            has_ended: false,
        }
    }

    /// Receives the cell's messages until it ends.
    fn finish(mut self) -> Result<(), Failure> {
        loop {
            match self.kernel.next() {
                Some(message) => self.hear(message),
                None => self.mind_the_silence()?,
            }
            self.mind_interrupts()?;
            if let Some(reply) = &self.reply
                && (self.has_ended || self.heard.elapsed() > REST)
            {
                self.relay.flush();
                let outcome = match (self.interrupted, &self.unasked) {
                    (Some(_), _) => Err(Failure::interrupted()),
                    (None, Some(why)) => Err(Failure::plain("InputError", why)),
                    (None, None) => outcome_of(reply),
                };
                if asks_for_end(reply) {
                    self.kernel.stop();
                    let title = self.kernel.title();
                    self.relay.tell(&format!("The kernel of {title} was ended.\n"));
                }
                return outcome;
            }
        }
    }

    fn hear(&mut self, message: Message) {
        if message.parent != self.id {
            return;
        }
        self.heard = Instant::now();
        match message.channel {
            Channel::IoPub => {
                self.busy.get_or_insert(self.heard);
                self.has_ended |=
                    message.kind == "status" && message.content["execution_state"] == "idle";
                self.relay.show(message);
            }
            Channel::Shell => {
                self.relay.show_pages(&message.content);
                self.reply = Some(message.content);
            }
            Channel::Stdin => self.answer(&message.content),
        }
    }

    fn mind_the_silence(&mut self) -> Result<(), Failure> {
        self.relay.flush();
        if self.reply.is_some() {
            return Ok(());
        }
        self.kernel.check_process()?;
        if self.has_ended && self.heard.elapsed() > REST {
            let title = self.kernel.title();
            return Err(failure(&format!("the kernel of {title} gave no reply")));
        }
        Ok(())
    }

    /// Passes an interrupt on, once, when the cell runs: an idle R ends at the signal, and an idle
    /// Python ignores it.
    fn mind_interrupts(&mut self) -> Result<(), Failure> {
        if self.reply.is_some() {
            return Ok(());
        }
        let runs =
            self.busy.is_some_and(|busy| busy.elapsed() > SETTLED) || self.sent.elapsed() > UNHEARD;
        if self.interrupted.is_none() && runs && self.relay.is_interrupted() {
            self.interrupt();
        }
        let Some(since) = self.interrupted else { return Ok(()) };
        if self.asks && since.elapsed() > UNANSWERED {
            // The kernel receives nothing else while it waits for this answer.
            self.send_answer(String::new());
        }
        if since.elapsed() > GRACE {
            self.relay.flush();
            self.kernel.process.kill();
            let title = self.kernel.title();
            return Err(Failure::interrupted().with_note(&format!(
                "{title} did not stop: its kernel was ended, and its variables are gone"
            )));
        }
        Ok(())
    }

    fn interrupt(&mut self) {
        self.interrupted = Some(Instant::now());
        self.kernel.interrupt();
    }

    /// Passes a question on to the person at the notebook, and the answer back.
    fn answer(&mut self, question: &Value) {
        let prompt = question["prompt"].as_str().unwrap_or_default();
        let password = question["password"].as_bool().unwrap_or(false);
        self.asks = true;
        match self.relay.ask(prompt, password) {
            Ok(Ok(line)) => self.send_answer(line),
            // The kernel gets the character that ends an input.
            Ok(Err(why)) => {
                self.unasked = Some(why);
                self.send_answer("\u{4}".to_owned());
            }
            // The interrupt is sent without an answer: an answer could arrive before the signal,
            // and the cell would continue.
            Err(_) if self.interrupted.is_none() => self.interrupt(),
            Err(_) => {}
        }
        self.heard = Instant::now();
    }

    fn send_answer(&mut self, value: String) {
        self.asks = false;
        let reply = InputReply { value, ..InputReply::default() };
        self.kernel.connection.send(Channel::Stdin, reply);
    }
}

/// Says whether a cell has called Python's `exit()` or R's `q()`.
fn asks_for_end(reply: &Value) -> bool {
    payloads(reply).any(|payload| payload["source"] == "ask_exit" && payload["keepkernel"] != true)
}

/// Returns the outcome of the cell from its reply.
fn outcome_of(reply: &Value) -> Result<(), Failure> {
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
