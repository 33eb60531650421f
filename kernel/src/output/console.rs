//! The task that reads the child's pipes and sockets, and publishes everything in order.

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use bootcamp_evaluator::Work;
use bootcamp_evaluator::child::{FromChild, Release, Report};
use bootcamp_evaluator::evcxr_words::{ERROR_LINE, PANIC_LINE};
use bootcamp_evaluator::phases::Times;
use bootcamp_protocol::Bundle;
use bootcamp_protocol::{Reply, Request, Tested};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::event::Event;
use super::marks::whole_characters;
use super::pipe;
use super::scanner::Scanner;
use super::socket::{self, Call};
use super::stdin::{Refused, Stdin};
use super::text::{PrintedText, Stream};
use super::{CellOutput, Command, Engines, Summary, transcript};
use crate::frontend::{Asker, Publisher, showing};

/// The time that a content block waits for another format of the same content.
const PAUSE: Duration = Duration::from_millis(100);
/// The time for a block that may be the cell's result, which only the end of the cell shows.
const LONG_PAUSE: Duration = Duration::from_millis(250);

/// The number of bytes of standard error that are kept for the end of a cell, such as Rust's
/// message about a stack overflow.
const LAST_WORDS: usize = 256;

pub(super) struct Console {
    stdout: Receiver,
    stderr: Receiver,
    stdin: Stdin,
    pub(super) publisher: Publisher,
    pub(super) asker: Asker,
    /// The engines of a cluster; none in an engine.
    pub(super) engines: Option<Arc<dyn Engines>>,
    pub(super) cell: Option<CellOutput>,
    /// True until the cell ends.
    pub(super) running: bool,
    scanner: Scanner,
    /// Bytes of standard error that are not yet a whole character.
    stderr_rest: Vec<u8>,
    /// The last bytes of standard error.
    stderr_end: Vec<u8>,
    pub(super) text: PrintedText,
    /// Content blocks that belong together: the same content in several formats.
    pub(super) bundle: Bundle,
    pub(super) bundle_due: Option<Instant>,
    for_evcxr: Vec<String>,
    /// True if generated code reported that a panic or a failed `?` ended the cell.
    pub(super) stopped: bool,
    panics: Vec<Report>,
    /// The results of the cell's tests.
    pub(super) tests: Vec<Tested>,
    times: Times,
}

pub(super) fn start(
    work: &Arc<Work>,
    mut commands: mpsc::Receiver<Command>,
    publisher: Publisher,
    asker: Asker,
    engines: Option<Arc<dyn Engines>>,
) -> io::Result<()> {
    let mut displays = socket::listen::<Request, Reply>(&work.path("channel"))?;
    let mut child = socket::listen::<FromChild, Release>(&work.path("runtime"))?;
    let mut console = Console {
        stdout: pipe::open(&work.path("stdout"))?,
        stderr: pipe::open(&work.path("stderr"))?,
        stdin: Stdin::open(work.path("stdin"))?,
        publisher,
        asker,
        engines,
        cell: None,
        running: false,
        scanner: Scanner::default(),
        stderr_rest: Vec::new(),
        stderr_end: Vec::new(),
        text: PrintedText::new(),
        bundle: Bundle::new(),
        bundle_due: None,
        for_evcxr: Vec::new(),
        stopped: false,
        panics: Vec::new(),
        tests: Vec::new(),
        times: Times::default(),
    };
    tokio::task::spawn_blocking(transcript::remove_old);
    tokio::spawn(async move {
        loop {
            let deadline = [console.text.due(), console.bundle_due, console.stdin.due()];
            let deadline = deadline.into_iter().flatten().min();
            tokio::select! {
                result = console.stdout.readable() => if result.is_err() { return },
                result = console.stderr.readable() => if result.is_err() { return },
                Some(call) = displays.recv() => console.on_request(call).await,
                Some(call) = child.recv() => console.on_child(call).await,
                command = commands.recv() => match command {
                    Some(command) => console.on_command(command).await,
                    None => return,
                },
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    console.on_deadline().await;
                }
            }
            console.read_pipes().await;
        }
    });
    Ok(())
}

impl Console {
    /// Reads the bytes that are in the pipes now.
    pub(super) async fn read_pipes(&mut self) {
        let mut buffer = vec![0; pipe::READ];
        // 64 reads are more than the pipes hold: the output that is there now is read completely,
        // even while a background thread continues to print.
        for _ in 0..64 {
            let stdout = pipe::read_now(&self.stdout, &mut buffer);
            for event in self.scanner.feed(&buffer[..stdout]) {
                self.on_event(event).await;
            }
            let stderr = pipe::read_now(&self.stderr, &mut buffer);
            self.on_stderr(&buffer[..stderr]);
            if self.text.is_piece() {
                self.publish_text().await;
            }
            if stdout == 0 && stderr == 0 {
                break;
            }
        }
        if self.scanner.holds_text() {
            self.text.wait();
        }
    }

    /// Publishes output that nothing followed for a while.
    async fn on_deadline(&mut self) {
        let now = Instant::now();
        if self.text.due().is_some_and(|due| due <= now) {
            if let Some(text) = self.scanner.release() {
                self.print(&text).await;
            }
            self.publish_text().await;
        }
        if self.bundle_due.is_some_and(|due| due <= now) {
            self.publish_bundle(false).await;
        }
        if self.stdin.due().is_some_and(|due| due <= now) && self.stdin.is_wanted() {
            // Text that was printed before is the prompt.
            self.publish_all().await;
            self.stdin.pass_on(self.ask(String::new(), false), Refused::End);
        }
    }

    fn on_stderr(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.stderr_end.extend_from_slice(bytes);
        let old = self.stderr_end.len().saturating_sub(LAST_WORDS);
        self.stderr_end.drain(..old);
        self.stderr_rest.extend_from_slice(bytes);
        let whole = whole_characters(&self.stderr_rest);
        let text: Vec<u8> = self.stderr_rest.drain(..whole).collect();
        self.gather(Stream::Stderr, &String::from_utf8_lossy(&text));
    }

    async fn on_event(&mut self, event: Event) {
        match event {
            Event::Text(text) => self.print(&text).await,
            Event::Flush => self.publish_all().await,
            Event::Content(mime, text) => {
                if self.bundle.data().contains_key(&mime) {
                    self.publish_bundle(false).await;
                }
                let bundle = mem::take(&mut self.bundle);
                self.bundle = showing::with_content(bundle, &mime, text);
                let pause = if self.may_be_result() { LONG_PAUSE } else { PAUSE };
                self.bundle_due = Some(Instant::now() + pause);
            }
            Event::ForEvcxr(line) => {
                self.stopped |= line == PANIC_LINE || line == ERROR_LINE;
                self.for_evcxr.push(line);
            }
            Event::Input { prompt, password } => {
                self.publish_all().await;
                let answer = self.ask(prompt, password);
                self.stdin.pass_on(answer, Refused::EmptyLine);
            }
        }
    }

    async fn on_child(&mut self, (message, reply): Call<FromChild, Release>) {
        let mut release = Release::default();
        match message {
            FromChild::Started(process) => self.stdin.read_by(process),
            FromChild::Panicked(report) if self.running => self.panics.push(report),
            FromChild::Panicked(report) => {
                // This is a panic of a thread that outlived its cell.
                let text = format!("a thread panicked later:\n{}\n", report.message);
                self.gather(Stream::Stderr, &text);
            }
            FromChild::Ended(times) => {
                self.times = times;
                self.read_pipes().await;
                if let Some(rest) = self.scanner.finish() {
                    self.print(&rest).await;
                }
                release.forward = mem::take(&mut self.for_evcxr);
            }
        }
        let _ = reply.send(release);
    }

    async fn on_command(&mut self, command: Command) {
        self.read_pipes().await;
        match command {
            Command::Begin(cell, done) => {
                // Output after the end of the earlier cell still belongs to it.
                self.publish_all().await;
                self.text.begin();
                self.stdin.begin();
                self.for_evcxr.clear();
                self.stopped = false;
                self.panics.clear();
                self.tests.clear();
                self.stderr_end.clear();
                self.times = Times::default();
                self.cell = Some(cell);
                self.running = true;
                let _ = done.send(());
            }
            Command::Note(text, done) => {
                self.text.add(Stream::Stderr, &text);
                self.publish_text().await;
                let _ = done.send(());
            }
            Command::Print(cell, text, done) => {
                self.publish_all().await;
                self.cell = Some(cell);
                self.text.add(Stream::Stdout, &text);
                self.publish_text().await;
                let _ = done.send(());
            }
            Command::Publish(cell, content, done) => {
                self.publish_all().await;
                self.cell = Some(cell);
                self.publish(content).await;
                let _ = done.send(());
            }
            Command::Result(bundle, done) => {
                self.publish_all().await;
                self.bundle = bundle;
                self.publish_bundle(true).await;
                let _ = done.send(());
            }
            Command::Ask(cell, prompt, password, done) => {
                self.publish_all().await;
                self.cell = Some(cell);
                let _ = done.send(self.ask(prompt, password));
            }
            Command::End(done) => {
                let _ = done.send(self.end().await);
            }
        }
    }

    async fn end(&mut self) -> Summary {
        if let Some(rest) = self.scanner.finish() {
            self.print(&rest).await;
        }
        let rest = mem::take(&mut self.stderr_rest);
        self.gather(Stream::Stderr, &String::from_utf8_lossy(&rest));
        self.publish_text().await;
        self.publish_bundle(self.may_be_result()).await;
        self.running = false;
        self.stdin.end();
        let panics = mem::take(&mut self.panics);
        let tests = mem::take(&mut self.tests);
        let last_words = String::from_utf8_lossy(&mem::take(&mut self.stderr_end)).into_owned();
        Summary { stopped: self.stopped, panics, tests, last_words, times: self.times }
    }
}
