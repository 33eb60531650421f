//! Looking for evcxr's marks in bytes that may be cut anywhere.

use bootcamp_evaluator::evcxr_words::{self, END_CONTENT, PANIC_LINE};

/// What every mark starts with.
pub(super) const MARK: &[u8] = evcxr_words::MARK.as_bytes();
/// What ends a content block.
const END: &[u8] = END_CONTENT.as_bytes();

/// Where something starts for the first time.
pub(super) fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let text = text.get(from..)?;
    text.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// Where a mark may start whose rest has not come yet; the length where none does.
pub(super) fn start_of_mark(text: &[u8]) -> usize {
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

/// Where the text of a content block ends, and where what follows it starts.
pub(super) fn end_of_content(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let end = find(text, END, from).map(|at| (at, at + END.len()));
    // A panic while the block was written leaves it without an end.
    let panic = find(text, broken().as_bytes(), from).map(|at| (at, at + 1));
    end.into_iter().chain(panic).min()
}

/// How much of a text without an end cannot be a part of one.
pub(super) fn without_end(text: &[u8]) -> usize {
    text.len().saturating_sub(broken().len())
}

fn broken() -> String {
    format!("\n{PANIC_LINE}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cut_character_is_held_back() {
        let bytes = vec![0xff; 1 << 20];
        assert_eq!(whole_characters(&bytes), bytes.len());
        let cut = "日".as_bytes();
        assert_eq!([1, 2, 3].map(|end| whole_characters(&cut[..end])), [0, 0, 3]);
    }
}
