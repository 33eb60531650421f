//! What a panic carries: a text, or the kind of an error and its text.

use std::any::Any;

/// The kind of a panic and its text.
///
/// ```
/// use std::panic::{catch_unwind, panic_any};
///
/// use bootcamp_cell::payload::text_of;
///
/// let payload = |panic: fn()| text_of(&*catch_unwind(panic).unwrap_err());
/// assert_eq!(payload(|| panic!("boom")), ("panic".to_owned(), "boom".to_owned()));
/// let (kind, _) = payload(|| panic_any(("ShellError", "`exit 3` ended".to_owned())));
/// assert_eq!(kind, "ShellError");
/// ```
#[must_use]
pub fn text_of(payload: &dyn Any) -> (String, String) {
    if let Some((kind, message)) = payload.downcast_ref::<(&'static str, String)>() {
        return ((*kind).to_owned(), message.clone());
    }
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    ("panic".to_owned(), text.unwrap_or("a value that is not text").to_owned())
}
