//! What the last expression of a cell shows.

use std::fmt;
use std::io::{self, Write as _};

use bootcamp_protocol::evcxr::{BEGIN_CONTENT, END_CONTENT};

/// Shows any value that has a debug format.
///
/// evcxr first compiles a cell's last expression with a call of `evcxr_display`, and, when
/// the type has no such method, a second time with the debug format. In scope of a cell,
/// this trait makes the first compilation do for both; a type's own `evcxr_display` still
/// wins.
///
/// ```
/// use bootcamp_runtime::last_expression::ShowDebug as _;
///
/// [1, 2].evcxr_display(); // shows [1, 2]
/// # assert_eq!(format!("{:?}", [1, 2]), "[1, 2]");
/// ```
pub trait ShowDebug {
    /// Shows the value as the result of the cell.
    fn evcxr_display(&self);
}

impl<T: fmt::Debug + ?Sized> ShowDebug for T {
    #[inline]
    fn evcxr_display(&self) {
        show(format_args!("{self:?}"));
    }
}

/// Writes a result where evcxr's own generated code writes it.
#[inline(never)]
fn show(text: fmt::Arguments<'_>) {
    // The whole text first: what a debug format prints itself comes before the result.
    let text = text.to_string();
    // Nobody listens any more where this fails.
    let _ = write!(io::stdout().lock(), "{BEGIN_CONTENT}text/plain\n{text}{END_CONTENT}");
}
