//! Checks of a cell's code without compiling it.

use bootcamp_evaluator::Failure;

/// More code than this is data. evcxr would take minutes for it.
const MOST_CODE: usize = 4 << 20;

pub(crate) fn too_long(code: &str) -> Option<Failure> {
    (code.len() > MOST_CODE).then(|| {
        let why = format!(
            "the cell has {} MB of code, {} MB are the most: keep data in a file and read it with \
             std::fs::read_to_string",
            code.len() >> 20,
            MOST_CODE >> 20
        );
        Failure::plain("TooLong", &why)
    })
}

/// Returns the name that a cell asks about, as in `?String::from_utf8`.
pub(crate) fn question(code: &str) -> Option<&str> {
    let name = code.trim().strip_prefix('?')?.trim();
    (!name.is_empty() && !name.contains('\n')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_line_that_begins_with_its_mark() {
        assert_eq!(question(" ? Vec::new\n"), Some("Vec::new"));
        assert_eq!(question("Some(1)?"), None);
        assert_eq!(question("?"), None);
        assert_eq!(question("?a\nb"), None);
    }
}
