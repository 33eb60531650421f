//! What the kernel is told of variables, for `%whos`.

use serde::{Deserialize, Serialize};

/// The format in which the kernel is told of variables: a list of [`Variable`].
pub const MIME_TYPE: &str = "application/vnd.bootcamp.variables+json";

/// What is known of a variable, beside its type.
///
/// ```
/// use bootcamp_protocol::variables::Variable;
///
/// let steps = Variable { name: "steps".to_owned(), size: 4, ..Variable::default() };
/// assert!(serde_json::to_string(&steps)?.starts_with(r#"{"name":"steps","size":4,"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The bytes of the variable itself.
    pub size: usize,
    /// How many elements it has, or bytes of text, where it is a collection.
    pub length: Option<usize>,
    /// The bytes that it has allocated, where they are known: without what its elements own.
    pub heap: Option<usize>,
    /// The begin of its debug format; `-` where there is none.
    pub preview: String,
}
