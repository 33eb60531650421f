//! The files that a kernel and the process of its cells leave for each other, and who reads them.

use serde::{Deserialize, Serialize};

use crate::Bundle;

/// The file, beside the channel, from which an engine's cell takes a value.
pub const INPUT: &str = "input";
/// The file, beside the channel, in which an engine's cell leaves a value.
pub const OUTPUT: &str = "output";

/// The function of the prebuilt `bootcamp` that runs the list in [`INPUT`]: a line with a
/// [`Function`](crate::Function) in JSON, then its arguments. It leaves in [`OUTPUT`] a 0 and the
/// outcomes, or a 1 and why there are none.
pub const TASK: &str = "bootcamp_cell_task";

/// What a cell printed and showed: in JSON, the content of the file that the kernel keeps for
/// `%%capture name`.
///
/// ```
/// use bootcamp_protocol::Captured;
///
/// let captured = Captured { stdout: "1\n".to_owned(), ..Captured::default() };
/// let text = serde_json::to_string(&captured)?;
/// assert_eq!(text, r#"{"stdout":"1\n","stderr":"","outputs":[]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Captured {
    /// What was printed to standard output.
    pub stdout: String,
    /// What was printed to standard error.
    pub stderr: String,
    /// What was displayed, and the result, in order.
    pub outputs: Vec<Bundle>,
}
