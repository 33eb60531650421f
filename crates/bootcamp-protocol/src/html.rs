//! Text inside of HTML and SVG.

/// Writes a text so that HTML and XML show it as it is, between tags or in quotes.
///
/// ```
/// use bootcamp_protocol::html::escaped;
///
/// assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
/// ```
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
