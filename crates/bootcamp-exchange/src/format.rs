//! What writers and readers of values agree on.

/// The most that a value may take, in bytes.
pub(crate) const MOST: usize = 1 << 30;
/// What ends a text of several.
pub(crate) const SEPARATOR: char = '\u{1e}';
