//! Finds evcxr's lines in the output of cells.

use std::mem;

use bootcamp_evaluator::evcxr_words::BEGIN_CONTENT;
use bootcamp_protocol::bundle::{LARGEST_BUNDLE, refusal};

use super::event::{Event, Mark, may_begin};
use super::marks::{MARK, end_of_content, find, start_of_mark, whole_characters, without_end};

/// The greatest length of the line of a mark. A longer line is text.
const LONGEST_LINE: usize = 64 * 1024;
/// The amount of memory that is kept for further output.
const KEPT: usize = 1 << 20;

/// Splits standard output into events. It does not matter how the output was cut into chunks.
///
/// evcxr's marks are also found in the middle of a line, because a cell may have printed text
/// without a newline before.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    pending: Vec<u8>,
    /// The length of the part of `pending` that has no end of the content block at its beginning.
    searched: usize,
    /// A content block that is too large to be kept: its MIME type, and the number of bytes of its
    /// text that were removed from `pending`.
    oversize: Option<(String, usize)>,
}

impl Scanner {
    /// Adds a chunk, and returns the events that are complete.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Vec<Event> {
        self.pending.extend_from_slice(chunk);
        let mut events = Vec::new();
        while self.step(&mut events) {}
        if self.pending.capacity() > KEPT && self.pending.len() < KEPT {
            self.pending.shrink_to(KEPT);
        }
        events
    }

    /// Says whether text is held back because a mark may start in it. A block that has begun does
    /// not count as text.
    pub(super) fn holds_text(&self) -> bool {
        let is_block =
            self.oversize.is_some() || self.pending.starts_with(BEGIN_CONTENT.as_bytes());
        !is_block && whole_characters(&self.pending) > 0
    }

    /// Returns the text that is held back. Call it when nothing followed for a while.
    pub(super) fn release(&mut self) -> Option<String> {
        self.holds_text().then(|| self.take_text(whole_characters(&self.pending)))
    }

    /// Ends the output of a cell, and returns the rest as text.
    pub(super) fn finish(&mut self) -> Option<String> {
        self.searched = 0;
        if let Some((mime, gone)) = self.oversize.take() {
            let bytes = gone + mem::take(&mut self.pending).len();
            return Some(refusal(&mime, bytes));
        }
        (!self.pending.is_empty()).then(|| self.take_text(self.pending.len()))
    }

    /// Takes one event from the front. Returns false if more input is needed.
    fn step(&mut self, events: &mut Vec<Event>) -> bool {
        if self.oversize.is_some() {
            return self.skip_content(events);
        }
        let start = find(&self.pending, MARK, 0).unwrap_or_else(|| start_of_mark(&self.pending));
        if start > 0 {
            // The text before the mark is taken. A character that is cut in two waits for its rest.
            let complete = start + MARK.len() <= self.pending.len();
            let end = if complete { start } else { whole_characters(&self.pending[..start]) };
            if end > 0 {
                events.push(Event::Text(self.take_text(end)));
            }
            return complete;
        }
        match self.read_mark() {
            Mark::Event(event, length) => {
                self.pending.drain(..length);
                self.searched = 0;
                events.push(event);
                true
            }
            Mark::None => {
                events.push(Event::Text(self.take_text(MARK.len())));
                true
            }
            Mark::Incomplete => false,
        }
    }

    /// Reads the mark at the beginning of `pending`.
    fn read_mark(&mut self) -> Mark {
        let line_end = self.pending.iter().position(|byte| *byte == b'\n');
        let line_bytes = &self.pending[..line_end.unwrap_or(self.pending.len())];
        if line_bytes.len() > LONGEST_LINE {
            return Mark::None;
        }
        let line = String::from_utf8_lossy(line_bytes).into_owned();
        if line_end.is_none() {
            return if may_begin(&line) { Mark::Incomplete } else { Mark::None };
        }
        let length = line_bytes.len() + 1;
        if let Some(mime) = line.strip_prefix(BEGIN_CONTENT) {
            return self.read_content(mime.trim(), length);
        }
        Event::of_line(line).map_or(Mark::None, |event| Mark::Event(event, length))
    }

    fn read_content(&mut self, mime: &str, start: usize) -> Mark {
        // The text of the block starts after the newline with which an end mark may also begin.
        let from = self.searched.max(start - 1);
        if let Some((end, length)) = end_of_content(&self.pending, from) {
            let text = &self.pending[start.min(end)..end];
            let event = if text.len() > LARGEST_BUNDLE {
                Event::too_large(mime, text.len())
            } else {
                Event::Content(mime.to_owned(), String::from_utf8_lossy(text).into_owned())
            };
            return Mark::Event(event, length);
        }
        self.searched = without_end(&self.pending);
        if self.searched > start + LARGEST_BUNDLE {
            self.pending.drain(..self.searched);
            self.oversize = Some((mime.to_owned(), self.searched - start));
            self.searched = 0;
        }
        Mark::Incomplete
    }

    /// Searches the end of a block that is too large.
    fn skip_content(&mut self, events: &mut Vec<Event>) -> bool {
        let end = end_of_content(&self.pending, 0);
        let gone = end.map_or_else(|| without_end(&self.pending), |(end, _)| end);
        let length = end.map_or(gone, |(_, length)| length);
        self.pending.drain(..length);
        let Some((mime, bytes)) = &mut self.oversize else { return false };
        *bytes += gone;
        if end.is_some() {
            events.push(Event::too_large(mime, *bytes));
            self.oversize = None;
        }
        end.is_some()
    }

    fn take_text(&mut self, length: usize) -> String {
        let text: Vec<u8> = self.pending.drain(..length).collect();
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bootcamp_evaluator::evcxr_words::PANIC_LINE;
    use proptest::prelude::*;

    fn scan(chunks: &[&[u8]]) -> Vec<Event> {
        let mut scanner = Scanner::default();
        let mut events: Vec<Event> = chunks.iter().flat_map(|chunk| scanner.feed(chunk)).collect();
        events.extend(scanner.finish().map(Event::Text));
        merged(events)
    }

    /// Joins consecutive texts.
    fn merged(events: Vec<Event>) -> Vec<Event> {
        let mut merged: Vec<Event> = Vec::new();
        for event in events {
            match (merged.last_mut(), event) {
                (Some(Event::Text(before)), Event::Text(text)) => before.push_str(&text),
                (_, event) => merged.push(event),
            }
        }
        merged
    }

    fn text(text: &str) -> Event {
        Event::Text(text.to_owned())
    }

    fn content(mime: &str, text: &str) -> Event {
        Event::Content(mime.to_owned(), text.to_owned())
    }

    #[test]
    fn a_print_without_a_newline_does_not_hide_a_mark() {
        let events = scan(&[b"no newlineEVCXR_PANIC_NOTIFICATION\n"]);
        assert_eq!(events, [text("no newline"), Event::ForEvcxr(PANIC_LINE.to_owned())]);
        let events = scan(&[b"one EVCXR_FLUSH_OUTPUT\ntwo"]);
        assert_eq!(events, [text("one "), Event::Flush, text("two")]);
    }

    #[test]
    fn content_may_have_many_lines_or_none() {
        let printed = b"a\nEVCXR_BEGIN_CONTENT text/html\n<b>\n</b>\nEVCXR_END_CONTENT\nb";
        assert_eq!(scan(&[printed]), [text("a\n"), content("text/html", "<b>\n</b>"), text("b")]);
        let empty = b"EVCXR_BEGIN_CONTENT text/plain\n\nEVCXR_END_CONTENT\n";
        assert_eq!(scan(&[empty]), [content("text/plain", "")]);
    }

    #[test]
    fn a_panic_ends_a_block() {
        let printed = b"EVCXR_BEGIN_CONTENT text/html\n<b>\nEVCXR_PANIC_NOTIFICATION\n";
        let panic = Event::ForEvcxr(PANIC_LINE.to_owned());
        assert_eq!(scan(&[printed]), [content("text/html", "<b>"), panic.clone()]);
        let printed = b"EVCXR_BEGIN_CONTENT a/b\nEVCXR_PANIC_NOTIFICATION\n\nEVCXR_END_CONTENT\n";
        let rest = text("\nEVCXR_END_CONTENT\n");
        assert_eq!(scan(&[printed]), [content("a/b", ""), panic, rest]);
    }

    #[test]
    fn a_block_that_is_too_large_is_replaced_and_not_kept() {
        let mut scanner = Scanner::default();
        assert_eq!(scanner.feed(b"EVCXR_BEGIN_CONTENT text/html\n"), []);
        let chunk = vec![b'x'; 64 * 1024];
        for _ in 0..32 * 16 {
            assert_eq!(scanner.feed(&chunk), []);
            assert_eq!(scanner.release(), None);
            assert!(scanner.pending.capacity() <= 2 * LARGEST_BUNDLE + 4 * chunk.len());
        }
        let expected = content("text/plain", &refusal("text/html", 32 << 20));
        assert_eq!(scanner.feed(b"\nEVCXR_END_CONTENT\nafter"), [expected, text("after")]);
        assert!(scanner.pending.capacity() <= KEPT);

        // The event is the same if the block comes in one chunk.
        let long = "x".repeat(LARGEST_BUNDLE + 1);
        let printed = format!("EVCXR_BEGIN_CONTENT a/b\n{long}\nEVCXR_END_CONTENT\n");
        let expected = [content("text/plain", &refusal("a/b", long.len()))];
        assert_eq!(scan(&[printed.as_bytes()]), expected);
        let (first, second) = printed.as_bytes().split_at(printed.len() - 40);
        assert_eq!(scan(&[first, second]), expected);
        let cut = scan(&[&printed.as_bytes()[..printed.len() - 10], &[b'x'; 100]]);
        assert!(matches!(&cut[..], [Event::Text(line)] if line.starts_with("(not shown")));
    }

    #[test]
    fn a_long_line_is_text_whatever_it_starts_with() {
        let printed = "EVCXR_INPUT_REQUEST:".to_owned() + &"x".repeat(2 * LONGEST_LINE);
        let mut scanner = Scanner::default();
        let chunks = printed.as_bytes().chunks(1000);
        let events = merged(chunks.flat_map(|chunk| scanner.feed(chunk)).collect());
        assert_eq!(events, [text(&printed)]);
    }

    #[test]
    fn text_that_looks_like_a_mark_is_text() {
        for printed in
            ["EVCXR_", "EVCXR_OTHER\n", "E", "EVCXR_BEGIN_CONTENT text/plain\nnever ends"]
        {
            assert_eq!(scan(&[printed.as_bytes()]), [text(printed)]);
        }
    }

    #[test]
    fn text_held_back_is_released_but_a_block_is_not() {
        let mut scanner = Scanner::default();
        assert_eq!(scanner.feed("WHERE".as_bytes()), [text("WHER")]);
        assert_eq!(scanner.release(), Some("E".to_owned()));
        assert_eq!(scanner.release(), None);
        assert_eq!(scanner.feed(b"EVCXR_BEGIN_CONTENT text/html\nx"), []);
        assert_eq!(scanner.release(), None);
    }

    proptest! {
        /// Checks that the events are the same and no text is lost, however the bytes are cut.
        #[test]
        fn chunks_do_not_matter(
            parts in prop::collection::vec(
                prop_oneof![
                    "[a-zE_é日\n]{0,12}",
                    Just("EVCXR_".to_owned()),
                    Just("EVCXR_PANIC_NOTIFICATION\n".to_owned()),
                    Just("EVCXR_BEGIN_CONTENT text/html\n".to_owned()),
                    Just("\nEVCXR_END_CONTENT\n".to_owned()),
                    Just("EVCXR_INPUT_REQUEST:q\n".to_owned()),
                    Just("EVCXR_FLUSH_OUTPUT\n".to_owned()),
                ],
                0..12,
            ),
            size in 1usize..9,
        ) {
            let printed = parts.concat();
            let whole = scan(&[printed.as_bytes()]);
            let chunks: Vec<&[u8]> = printed.as_bytes().chunks(size).collect();
            prop_assert_eq!(&scan(&chunks), &whole);
            let has_marks = whole.iter().any(|event| !matches!(event, Event::Text(_)));
            if !has_marks && !printed.is_empty() {
                prop_assert_eq!(whole, vec![Event::Text(printed)]);
            }
        }

        #[test]
        fn bytes_that_are_no_text_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            scan(&[&bytes]);
        }
    }
}
