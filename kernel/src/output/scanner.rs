//! Finding evcxr's lines in what a cell prints.

use crate::evaluator::{ERROR_LINE, LOST_LINE, PANIC_LINE};

const MARK: &[u8] = b"EVCXR_";
const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const END: &[u8] = b"\nEVCXR_END_CONTENT\n";
const INPUT: &str = "EVCXR_INPUT_REQUEST:";
const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";

/// A part of what a cell printed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Text(String),
    /// A block of content: its MIME type and text.
    Content(String, String),
    Input {
        prompt: String,
        password: bool,
    },
    /// A line that generated code prints for evcxr.
    ForEvcxr(String),
}

/// Splits standard output into events, however it was cut into chunks.
///
/// evcxr's marks are found also when they do not start a line: a cell may have printed
/// something without a newline before.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    pending: Vec<u8>,
    /// How much of `pending` holds no end of the content block that starts it.
    searched: usize,
}

impl Scanner {
    /// Takes a chunk; gives what is complete.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Vec<Event> {
        self.pending.extend_from_slice(chunk);
        let mut events = Vec::new();
        while self.step(&mut events) {}
        events
    }

    /// Gives the text that is held back because a mark may start in it. To be called when
    /// nothing followed for a while; a block that has begun is still held.
    pub(super) fn release(&mut self) -> Option<String> {
        let whole = whole_characters(&self.pending);
        let text = &self.pending[..whole];
        if text.is_empty() || text.starts_with(BEGIN.as_bytes()) {
            return None;
        }
        Some(self.take_text(whole))
    }

    /// Ends the output of a cell: everything is text now.
    pub(super) fn finish(&mut self) -> Option<String> {
        self.searched = 0;
        (!self.pending.is_empty()).then(|| self.take_text(self.pending.len()))
    }

    /// Takes one event off the front; false when more input is needed.
    fn step(&mut self, events: &mut Vec<Event>) -> bool {
        let start = find(&self.pending, MARK, 0).unwrap_or_else(|| start_of_mark(&self.pending));
        if start > 0 {
            // The text before the mark; characters that are cut in two wait for the rest.
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

    /// Reads the mark that `pending` starts with.
    fn read_mark(&mut self) -> Mark {
        let line_end = self.pending.iter().position(|byte| *byte == b'\n');
        let line_bytes = &self.pending[..line_end.unwrap_or(self.pending.len())];
        let line = String::from_utf8_lossy(line_bytes).into_owned();
        if line_end.is_none() {
            let may_come = [PANIC_LINE, ERROR_LINE, LOST_LINE, BEGIN, INPUT, PASSWORD]
                .iter()
                .any(|mark| mark.starts_with(&line) || line.starts_with(mark));
            return if may_come { Mark::Incomplete } else { Mark::None };
        }
        let length = line_bytes.len() + 1;
        if let Some(mime) = line.strip_prefix(BEGIN) {
            return self.read_content(mime.trim(), length);
        }
        let event = if line == PANIC_LINE || line == ERROR_LINE || line.starts_with(LOST_LINE) {
            Event::ForEvcxr(line)
        } else if let Some(prompt) = line.strip_prefix(PASSWORD) {
            Event::Input { prompt: prompt.to_owned(), password: true }
        } else if let Some(prompt) = line.strip_prefix(INPUT) {
            Event::Input { prompt: prompt.to_owned(), password: false }
        } else {
            return Mark::None;
        };
        Mark::Event(event, length)
    }

    fn read_content(&mut self, mime: &str, start: usize) -> Mark {
        // The block's text starts after the newline that the end mark also begins with.
        let from = self.searched.max(start - 1);
        let end = find(&self.pending, END, from).map(|at| (at, at + END.len()));
        // A panic while the block was written leaves it without an end.
        let broken = format!("\n{PANIC_LINE}\n");
        let panic = find(&self.pending, broken.as_bytes(), from).map(|at| (at, at + 1));
        if let Some((end, length)) = end.into_iter().chain(panic).min() {
            let text = String::from_utf8_lossy(&self.pending[start.min(end)..end]).into_owned();
            return Mark::Event(Event::Content(mime.to_owned(), text), length);
        }
        self.searched = self.pending.len().saturating_sub(broken.len());
        Mark::Incomplete
    }

    fn take_text(&mut self, length: usize) -> String {
        let text: Vec<u8> = self.pending.drain(..length).collect();
        String::from_utf8_lossy(&text).into_owned()
    }
}

enum Mark {
    Event(Event, usize),
    Incomplete,
    None,
}

fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let text = text.get(from..)?;
    text.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// Where a mark may start whose rest has not come yet; the length where none does.
fn start_of_mark(text: &[u8]) -> usize {
    let longest = MARK.len().min(text.len() + 1) - 1;
    (1..=longest)
        .rev()
        .find(|length| text.ends_with(&MARK[..*length]))
        .map_or(text.len(), |length| text.len() - length)
}

/// The length without a character that is cut at the end: of at most three bytes.
pub(super) fn whole_characters(text: &[u8]) -> usize {
    let is_cut = |tail: &[u8]| {
        std::str::from_utf8(tail)
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    let length = text.len();
    (1..=length.min(3))
        .map(|bytes| length - bytes)
        .find(|at| is_cut(&text[*at..]))
        .unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scan(chunks: &[&[u8]]) -> Vec<Event> {
        let mut scanner = Scanner::default();
        let mut events: Vec<Event> = chunks.iter().flat_map(|chunk| scanner.feed(chunk)).collect();
        events.extend(scanner.finish().map(Event::Text));
        merged(events)
    }

    /// Joins texts that follow each other.
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
    fn questions_are_found() {
        let input = |prompt: &str, password| Event::Input { prompt: prompt.to_owned(), password };
        assert_eq!(scan(&[b"EVCXR_INPUT_REQUEST:name: \n"]), [input("name: ", false)]);
        assert_eq!(scan(&[b"EVCXR_INPUT_REQUEST_PASSWORD:pin\n"]), [input("pin", true)]);
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

    #[test]
    fn much_that_is_no_text_is_no_matter() {
        let bytes = vec![0xff; 1 << 20];
        assert_eq!(whole_characters(&bytes), bytes.len());
        assert_eq!(scan(&[&bytes]).len(), 1);
        let cut = "日".as_bytes();
        assert_eq!([1, 2, 3].map(|end| whole_characters(&cut[..end])), [0, 0, 3]);
    }

    proptest! {
        /// However the bytes are cut, the events are the same and no text is lost.
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
