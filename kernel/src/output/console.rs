//! The task that reads the child's pipes and sockets and publishes in order.

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use bootcamp_cell::Bundle;
use bootcamp_cell::channel::{Reply, Request};
use jupyter_protocol::{
    DisplayData, ExecuteResult, ExecutionCount, JupyterMessageContent, Media, MediaType,
    StreamContent, Transient,
};
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::scanner::{Event, Scanner, whole_characters};
use super::socket::{self, Call};
use super::{CellOutput, Command, Summary};
use crate::child::{FromChild, Release, Report, Times};
use crate::evaluator::{ERROR_LINE, PANIC_LINE};
use crate::server::{Asker, Publisher};
use crate::work::Work;

/// How long printed text waits for more before it is published.
const GATHER: Duration = Duration::from_millis(30);
/// How much text is published at once without waiting.
const PIECE: usize = 64 * 1024;

/// One of the two streams that Jupyter knows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stream {
    Stdout,
    Stderr,
}

struct Console {
    stdout: pipe::Receiver,
    stderr: pipe::Receiver,
    stdin: Arc<Mutex<pipe::Sender>>,
    publisher: Publisher,
    asker: Asker,
    cell: Option<CellOutput>,
    /// Whether the cell has not ended yet.
    running: bool,
    scanner: Scanner,
    /// Bytes of standard error that do not end with a whole character.
    stderr_rest: Vec<u8>,
    /// Text in order, not yet published.
    gathered: Vec<(Stream, String)>,
    gather_until: Option<Instant>,
    /// Content blocks that belong together: one thing in several formats.
    bundle: Bundle,
    for_evcxr: Vec<String>,
    /// Whether generated code said that a panic or a failed `?` ended the cell.
    stopped: bool,
    panics: Vec<Report>,
    times: Times,
}

pub(super) fn start(
    work: &Arc<Work>,
    mut commands: mpsc::Receiver<Command>,
    publisher: Publisher,
    asker: Asker,
) -> io::Result<()> {
    let mut displays = socket::listen::<Request, Reply>(&work.path("channel"))?;
    let mut child = socket::listen::<FromChild, Release>(&work.path("runtime"))?;
    // Opened for both directions, a pipe neither waits for its other end nor ends with it.
    let mut options = pipe::OpenOptions::new();
    options.read_write(true);
    let mut console = Console {
        stdout: options.open_receiver(work.path("stdout"))?,
        stderr: options.open_receiver(work.path("stderr"))?,
        stdin: Arc::new(Mutex::new(options.open_sender(work.path("stdin"))?)),
        publisher,
        asker,
        cell: None,
        running: false,
        scanner: Scanner::default(),
        stderr_rest: Vec::new(),
        gathered: Vec::new(),
        gather_until: None,
        bundle: Bundle::new(),
        for_evcxr: Vec::new(),
        stopped: false,
        panics: Vec::new(),
        times: Times::default(),
    };
    tokio::spawn(async move {
        loop {
            let deadline = console.gather_until;
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
                    let text = console.scanner.release();
                    console.gather(Stream::Stdout, text.unwrap_or_default());
                    console.publish_text().await;
                }
            }
            console.read_pipes().await;
        }
    });
    Ok(())
}

impl Console {
    /// Reads what is in the pipes now.
    async fn read_pipes(&mut self) {
        let mut buffer = vec![0; PIECE];
        // More than the pipes hold: whoever waits for what is there now gets it, also
        // while a background thread goes on printing.
        for _ in 0..64 {
            let stdout = self.stdout.try_read(&mut buffer).unwrap_or(0);
            for event in self.scanner.feed(&buffer[..stdout]) {
                self.on_event(event).await;
            }
            let stderr = self.stderr.try_read(&mut buffer).unwrap_or(0);
            self.on_stderr(&buffer[..stderr]);
            let waiting: usize = self.gathered.iter().map(|(_, text)| text.len()).sum();
            if waiting >= PIECE {
                self.publish_text().await;
            }
            if stdout == 0 && stderr == 0 {
                return;
            }
        }
    }

    fn on_stderr(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.stderr_rest.extend_from_slice(bytes);
        let whole = whole_characters(&self.stderr_rest);
        let text: Vec<u8> = self.stderr_rest.drain(..whole).collect();
        self.gather(Stream::Stderr, String::from_utf8_lossy(&text).into_owned());
    }

    async fn on_event(&mut self, event: Event) {
        match event {
            Event::Text(text) => {
                self.publish_bundle(false).await;
                self.gather(Stream::Stdout, text);
            }
            Event::Content(mime, text) => {
                if self.bundle.data().contains_key(&mime) {
                    self.publish_bundle(false).await;
                }
                let bundle = mem::take(&mut self.bundle);
                self.bundle = with_content(bundle, &mime, text);
            }
            Event::ForEvcxr(line) => {
                self.stopped |= line == PANIC_LINE || line == ERROR_LINE;
                self.for_evcxr.push(line);
            }
            Event::Input { prompt, password } => {
                self.publish_all().await;
                let answer = self.ask(prompt, password);
                let stdin = Arc::clone(&self.stdin);
                tokio::spawn(async move {
                    // A question that was given up has nobody who reads an answer.
                    let Ok(answer) = answer.await else { return };
                    // evcxr's protocol knows no refusal: the cell reads an empty line.
                    let line = answer.unwrap_or_default();
                    let _ = stdin.lock().await.write_all(format!("{line}\n").as_bytes()).await;
                });
            }
        }
    }

    async fn on_request(&mut self, (request, reply): Call<Request, Reply>) {
        self.read_pipes().await;
        self.publish_all().await;
        match request {
            Request::Display(bundle) => {
                self.publish_display(&bundle).await;
                let _ = reply.send(Reply::Displayed);
            }
            Request::Input { prompt, password } => {
                let answer = self.ask(prompt, password);
                tokio::spawn(async move {
                    let _ = reply.send(match answer.await {
                        Ok(Ok(line)) => Reply::Input(line),
                        Ok(Err(why)) => Reply::Refused(why),
                        Err(_) => Reply::Refused("the question was given up".to_owned()),
                    });
                });
            }
        }
    }

    async fn on_child(&mut self, (message, reply): Call<FromChild, Release>) {
        let mut release = Release::default();
        match message {
            FromChild::Panicked(report) if self.running => self.panics.push(report),
            FromChild::Panicked(report) => {
                // Of a thread that outlived its cell.
                let text = format!("a thread panicked later:\n{}\n", report.message);
                self.gather(Stream::Stderr, text);
            }
            FromChild::Ended(times) => {
                self.times = times;
                self.read_pipes().await;
                let rest = self.scanner.finish().unwrap_or_default();
                if !rest.is_empty() {
                    self.publish_bundle(false).await;
                    self.gather(Stream::Stdout, rest);
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
                // What came after the end of the cell before still belongs to it.
                self.publish_all().await;
                self.for_evcxr.clear();
                self.stopped = false;
                self.panics.clear();
                self.times = Times::default();
                self.cell = Some(cell);
                self.running = true;
                let _ = done.send(());
            }
            Command::Note(text, done) => {
                self.gather(Stream::Stderr, text);
                self.publish_text().await;
                let _ = done.send(());
            }
            Command::Result(bundle, done) => {
                self.publish_all().await;
                self.bundle = bundle;
                self.publish_bundle(true).await;
                let _ = done.send(());
            }
            Command::End(done) => {
                let _ = done.send(self.end().await);
            }
        }
    }

    async fn end(&mut self) -> Summary {
        if let Some(rest) = self.scanner.finish() {
            self.publish_bundle(false).await;
            self.gather(Stream::Stdout, rest);
        }
        let rest = String::from_utf8_lossy(&mem::take(&mut self.stderr_rest)).into_owned();
        self.gather(Stream::Stderr, rest);
        self.publish_text().await;
        let is_result =
            !self.stopped && self.cell.as_ref().is_some_and(|cell| cell.ends_in_expression);
        self.publish_bundle(is_result).await;
        self.running = false;
        let panics = mem::take(&mut self.panics);
        Summary { stopped: self.stopped, panics, times: self.times }
    }

    fn gather(&mut self, stream: Stream, text: String) {
        if text.is_empty() {
            return;
        }
        match self.gathered.last_mut() {
            Some((last, gathered)) if *last == stream => gathered.push_str(&text),
            _ => self.gathered.push((stream, text)),
        }
        self.gather_until.get_or_insert_with(|| Instant::now() + GATHER);
    }

    async fn publish_all(&mut self) {
        self.publish_text().await;
        self.publish_bundle(false).await;
    }

    async fn publish_text(&mut self) {
        self.gather_until = None;
        for (stream, text) in mem::take(&mut self.gathered) {
            let content = match stream {
                Stream::Stdout => StreamContent::stdout(&text),
                Stream::Stderr => StreamContent::stderr(&text),
            };
            self.publish(content.into()).await;
        }
    }

    /// Publishes the content blocks that came since the last text.
    async fn publish_bundle(&mut self, is_result: bool) {
        let bundle = mem::take(&mut self.bundle);
        // A loop is an expression too, and its value `()` tells nobody anything.
        let is_unit = bundle.data().len() == 1 && bundle.get("text/plain") == Some("()");
        if bundle.is_empty() || is_unit {
            return;
        }
        self.publish_text().await;
        if !is_result {
            return self.publish_display(&bundle).await;
        }
        let count = self.cell.as_ref().map_or(0, |cell| cell.execution_count);
        let mut result = ExecuteResult::new(ExecutionCount::new(count), media(&bundle));
        result.metadata = bundle.metadata().clone();
        // Front ends do not take `null` for it.
        result.transient = Some(Transient::default());
        self.publish(result.into()).await;
    }

    async fn publish_display(&self, bundle: &Bundle) {
        let mut display = DisplayData::new(media(bundle));
        display.metadata = bundle.metadata().clone();
        self.publish(display.into()).await;
    }

    async fn publish(&self, content: JupyterMessageContent) {
        if let Some(cell) = self.cell.as_ref().filter(|cell| !cell.silent) {
            self.publisher.publish(content, &cell.parent).await;
        }
    }

    fn ask(&self, prompt: String, password: bool) -> oneshot::Receiver<Result<String, String>> {
        let parent = self.cell.as_ref().map(|cell| cell.parent.clone());
        self.asker.ask(parent, prompt, password)
    }
}

fn with_content(bundle: Bundle, mime: &str, text: String) -> Bundle {
    if mime.contains("json")
        && let Ok(value) = serde_json::from_str(&text)
    {
        return bundle.json(mime, value);
    }
    bundle.text(mime, text)
}

/// Every format as it is: the known ones have types of their own on the wire's Rust side
/// and would refuse what does not fit these.
fn media(bundle: &Bundle) -> Media {
    let formats = bundle.data().iter();
    Media::new(
        formats.map(|(mime, value)| MediaType::Other((mime.clone(), value.clone()))).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_format_of_an_unexpected_shape_goes_with_the_others() {
        let bundle = Bundle::new()
            .json("application/vnd.dataresource+json", json!({ "a": 1 }))
            .json("text/html", json!(["no", "text"]))
            .text("text/plain", "plain");
        let sent = serde_json::to_value(media(&bundle)).unwrap();
        assert_eq!(sent["application/vnd.dataresource+json"], json!({ "a": 1 }));
        assert_eq!(sent["text/plain"], "plain");
    }
}
