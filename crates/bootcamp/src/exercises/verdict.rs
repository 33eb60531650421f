//! What a check says.

use std::fmt;

use bootcamp_cell::Bundle;
use bootcamp_cell::html::escaped;

/// What a check says about an exercise; the text is the whole message.
///
/// ```
/// use bootcamp::exercises::{Verdict, check_exercise_1};
///
/// let verdict = check_exercise_1(&[]);
/// let text = "Exercise 1: not attempted yet. \
///             Put your points into `points` and run this cell again.";
/// assert_eq!(verdict, Verdict::NotAttempted(text.to_owned()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is nothing to check yet.
    NotAttempted(String),
    /// Nothing wrong was found.
    Correct(String),
    /// Something is wrong; the text says what.
    Incorrect(String),
}

impl Verdict {
    pub(super) fn not_attempted(exercise: impl fmt::Display, what_to_do: &str) -> Self {
        Self::NotAttempted(format!("Exercise {exercise}: not attempted yet. {what_to_do}"))
    }

    pub(super) fn correct(exercise: impl fmt::Display, praise: &str) -> Self {
        Self::Correct(format!("Exercise {exercise}: correct. {praise}"))
    }

    pub(super) fn incorrect(exercise: impl fmt::Display, fault: &str) -> Self {
        Self::Incorrect(format!("Exercise {exercise}: not yet. {fault}"))
    }

    /// Whether nothing wrong was found.
    ///
    /// ```
    /// assert!(!bootcamp::exercises::check_exercise_3(&[]).is_correct());
    /// ```
    #[must_use]
    pub fn is_correct(&self) -> bool {
        matches!(self, Self::Correct(_))
    }

    fn message(&self) -> &str {
        let (Self::NotAttempted(text) | Self::Correct(text) | Self::Incorrect(text)) = self;
        text
    }

    /// The message as `text/plain` and as `text/html`.
    ///
    /// ```
    /// let bundle = bootcamp::exercises::check_exercise_1(&[]).bundle();
    /// assert!(bundle.get("text/html").unwrap().contains("not attempted yet"));
    /// ```
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        // Dark on light, whatever the theme; the texts differ too, not the colours alone.
        let (edge, ground) = match self {
            Self::NotAttempted(_) => ("#6b6b6b", "#f3f3f3"),
            Self::Correct(_) => ("#1b7837", "#edf7ee"),
            Self::Incorrect(_) => ("#b35806", "#fdf3e7"),
        };
        let text = self.message();
        let html = format!(
            "<div style=\"color:#1f1f1f;background:{ground};border-left:5px solid {edge};\
             padding:0.5em 0.9em\">{}</div>",
            to_html(text)
        );
        Bundle::new().text("text/plain", text).text("text/html", html)
    }

    /// The kernel calls this for the last expression of a cell.
    ///
    /// ```
    /// let verdict = bootcamp::exercises::check_exercise_1(&[]);
    /// verdict.evcxr_display();
    /// assert_eq!(verdict.bundle().get("text/plain"), Some(verdict.to_string().as_str()));
    /// ```
    pub fn evcxr_display(&self) {
        bootcamp_cell::display(&self.bundle());
    }
}

/// Escapes text for HTML; what stands between backticks becomes code.
fn to_html(text: &str) -> String {
    let escaped = escaped(text);
    // Every second part stood between two backticks.
    let parts = escaped.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { part.to_owned() }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{text}</code>")
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl fmt::Debug for Verdict {
    /// The same as `Display`: a notebook may show either.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}
