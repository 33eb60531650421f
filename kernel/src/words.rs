//! The words of a piece of code.

/// Everything that could be a name or a keyword, also inside of strings and comments: a
/// format string names variables, too.
pub(crate) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
