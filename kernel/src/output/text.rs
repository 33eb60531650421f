//! Gathers printed text, and limits it to the amount that a front end can take.

use std::mem;
use std::time::Duration;

use jupyter_protocol::{Stdio, StreamContent};
use tokio::time::Instant;

use super::transcript::Transcript;

/// The time that text waits for more text, and the shortest time for one message: a flood becomes
/// thirty messages a second.
const INTERVAL: Duration = Duration::from_millis(33);
/// The amount of text that is sent without waiting, so that the kernel uses little memory. A cell
/// shows at most ten such pieces.
const PIECE: usize = 1 << 20;

/// The greatest number of waiting pieces. The two streams of a cell are two pipes. If a cell
/// changes between them more often, only the order within each stream is kept.
const CHANGES: usize = 4;

/// One of the two streams that Jupyter knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

/// Text that is not published yet, in order.
#[derive(Debug)]
pub(super) struct PrintedText {
    pieces: Vec<(Stream, String)>,
    length: usize,
    /// The time at which the text is to be published, if there is any.
    due: Option<Instant>,
    /// The time before which no other message may be sent.
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

    /// Adds text that a cell printed, as far as it is shown.
    pub(super) fn print(&mut self, stream: Stream, text: &str) {
        let (shown, remark) = self.transcript.take(text);
        self.add(stream, shown);
        self.add(stream, &remark.unwrap_or_default());
    }

    /// Adds text of the kernel, which is shown completely.
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

    /// Sets the time that [`due`](Self::due) returns.
    pub(super) fn wait(&mut self) {
        let until = || (Instant::now() + INTERVAL).max(self.rests_until);
        self.due.get_or_insert_with(until);
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Says whether there is so much text that it should not wait.
    pub(super) fn is_piece(&self) -> bool {
        self.length >= PIECE
    }

    /// Starts a new transcript: further text belongs to another cell.
    pub(super) fn begin(&mut self) {
        self.transcript = Transcript::new();
    }

    /// Notes that the output of the cell was cleared.
    pub(super) fn clear(&mut self) {
        self.transcript.clear();
    }

    /// Removes all text and returns it as messages.
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

        // After four messages, the pause is four times as long.
        text.print(Stream::Stdout, "more");
        assert!(text.due().is_some_and(|due| due > Instant::now() + INTERVAL * 2));
    }
}
