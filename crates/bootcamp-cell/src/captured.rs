//! What a cell printed and showed, kept in a variable.

use std::fs::File;
use std::io::{self, BufReader, Write as _};

use bootcamp_protocol::Bundle;
use serde::{Deserialize, Serialize};

use crate::display;

/// What `%%capture name` keeps of a cell.
///
/// ```
/// use bootcamp_cell::{Bundle, Captured};
///
/// let captured = Captured {
///     stdout: "burning in\n".to_owned(),
///     outputs: vec![Bundle::new().text("text/plain", "a plot")],
///     ..Captured::default()
/// };
/// assert_eq!(captured.stdout.lines().count(), 1);
/// assert_eq!(captured.outputs[0].get("text/plain"), Some("a plot"));
/// captured.show(); // prints the line and shows the plot
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

impl Captured {
    /// Prints and shows all of it under the running cell: standard output, standard error, then
    /// the displays.
    pub fn show(&self) {
        // Nobody listens any more where one of these fails.
        let _ = io::stdout().write_all(self.stdout.as_bytes());
        let _ = io::stdout().flush();
        let _ = io::stderr().write_all(self.stderr.as_bytes());
        self.outputs.iter().for_each(display);
    }

    /// Reads what the kernel has kept in a file for `%%capture`.
    ///
    /// # Panics
    /// If the file is gone, or another program has changed it.
    ///
    /// ```
    /// use bootcamp_cell::Captured;
    ///
    /// let file = std::env::temp_dir().join(format!("captured-{}", std::process::id()));
    /// std::fs::write(&file, r#"{"stdout":"1\n","stderr":"","outputs":[]}"#).unwrap();
    /// assert_eq!(Captured::read(file.to_str().unwrap()).stdout, "1\n");
    /// # std::fs::remove_file(file).unwrap();
    /// ```
    #[must_use]
    #[track_caller]
    pub fn read(path: &str) -> Self {
        let opened = File::open(path).map(BufReader::new);
        let captured =
            opened.and_then(|file| serde_json::from_reader(file).map_err(io::Error::from));
        let bootcamp_protocol::Captured { stdout, stderr, outputs } =
            captured.unwrap_or_else(|error| panic!("what was captured cannot be read: {error}"));
        Self { stdout, stderr, outputs }
    }
}
