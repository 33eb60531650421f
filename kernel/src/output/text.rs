//! Printed text on its way: gathered, and no more of it than a front end can take.

use std::mem;
use std::time::Duration;

use jupyter_protocol::{Stdio, StreamContent};
use tokio::time::Instant;

use super::transcript::Transcript;

/// How long text waits for more, and how much time a message takes at least: a flood is
/// thirty messages a second.
const INTERVAL: Duration = Duration::from_millis(33);
/// How much text goes without waiting, so that the kernel stays small. A cell shows ten such
/// pieces.
const PIECE: usize = 1 << 20;

/// How many pieces wait at most. Where a cell changes more often between its two streams,
/// which are two pipes, each keeps its own order only.
const CHANGES: usize = 4;

/// One of the two streams that Jupyter knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

/// Text in order, not yet published.
#[derive(Debug)]
pub(super) struct PrintedText {
    pieces: Vec<(Stream, String)>,
    length: usize,
    /// When the text is to be published, if there is any.
    due: Option<Instant>,
    /// The time before which there is no room for another message.
    rests_until: Instant,
    transcript: Transcript,
}

impl PrintedText {
    pub(super) fn new() -> Self {
        Self {
            pieces: Vec::new(),
            length: 0,
            due: None,
            rests_until: Instant::now(),
            transcript: Transcript::new(),
        }
    }

    /// Takes what a cell printed, as far as it is shown.
    pub(super) fn print(&mut self, stream: Stream, text: &str) {
        let (shown, remark) = self.transcript.take(text);
        self.add(stream, shown);
        self.add(stream, &remark.unwrap_or_default());
    }

    /// Takes what the kernel says: all of it is shown.
    pub(super) fn add(&mut self, stream: Stream, text: &str) {
        if text.is_empty() {
            return;
        }
        self.length += text.len();
        let same = self.pieces.iter().rposition(|(other, _)| *other == stream);
        let is_near = |at: &usize| at + 1 == self.pieces.len() || self.pieces.len() >= CHANGES;
        match same.filter(is_near) {
            Some(at) => self.pieces[at].1.push_str(text),
            None => self.pieces.push((stream, text.to_owned())),
        }
        self.wait();
    }

    /// Sets the time at which [`due`](Self::due) is.
    pub(super) fn wait(&mut self) {
        let until = || (Instant::now() + INTERVAL).max(self.rests_until);
        self.due.get_or_insert_with(until);
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether there is so much that it should not wait.
    pub(super) fn is_piece(&self) -> bool {
        self.length >= PIECE
    }

    /// From now on text belongs to another cell.
    pub(super) fn begin(&mut self) {
        self.transcript = Transcript::new();
    }

    /// The notebook was cleared.
    pub(super) fn clear(&mut self) {
        self.transcript.clear();
    }

    /// Gives what there is.
    pub(super) fn take(&mut self) -> Vec<StreamContent> {
        self.due = None;
        self.length = 0;
        let pieces = mem::take(&mut self.pieces);
        let messages = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        self.rests_until = Instant::now() + INTERVAL * messages;
        let name = |stream| match stream {
            Stream::Stdout => Stdio::Stdout,
            Stream::Stderr => Stdio::Stderr,
        };
        let content = |(stream, text)| StreamContent { name: name(stream), text };
        pieces.into_iter().map(content).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn streams_that_alternate_do_not_make_a_message_for_each_line() {
        let mut text = PrintedText::new();
        for line in 0..100 {
            text.print(Stream::Stdout, &format!("out {line}\n"));
            text.print(Stream::Stderr, &format!("err {line}\n"));
        }
        assert!(text.due().is_some_and(|due| due <= Instant::now() + INTERVAL));
        let messages = text.take();
        assert!(messages.len() <= CHANGES, "{messages:?}");
        let all: String = messages.iter().map(|content| &content.text[..]).collect();
        assert_eq!(all.lines().filter(|line| line.starts_with("out")).count(), 100);
        assert_eq!(all.lines().filter(|line| line.starts_with("err")).count(), 100);

        // Four messages, and a rest of four times as long.
        text.print(Stream::Stdout, "more");
        assert!(text.due().is_some_and(|due| due > Instant::now() + INTERVAL * 2));
    }
}
