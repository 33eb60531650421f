//! Finds evcxr's marks in bytes that may be cut anywhere.

use bootcamp_evaluator::evcxr_words::{self, END_CONTENT, PANIC_LINE};

/// The beginning of every mark.
pub(super) const MARK: &[u8] = evcxr_words::MARK.as_bytes();
/// The end of a content block.
const END: &[u8] = END_CONTENT.as_bytes();

/// Returns the first place where `wanted` starts.
pub(super) fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let text = text.get(from..)?;
    text.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// Returns the place where an incomplete mark may start at the end, or the length if there is none.
pub(super) fn start_of_mark(text: &[u8]) -> usize {
    let longest = MARK.len().min(text.len() + 1) - 1;
    (1..=longest)
        .rev()
        .find(|length| text.ends_with(&MARK[..*length]))
        .map_or(text.len(), |length| text.len() - length)
}

/// Returns the length without an incomplete character at the end, which has at most three bytes.
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

/// Returns where the text of a content block ends, and where the text after the block starts.
pub(super) fn end_of_content(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let end = find(text, END, from).map(|at| (at, at + END.len()));
    // A panic while the block is written leaves it without an end.
    let panic = find(text, broken().as_bytes(), from).map(|at| (at, at + 1));
    end.into_iter().chain(panic).min()
}

/// Returns the length of the part of an unfinished text that cannot belong to an end mark.
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
