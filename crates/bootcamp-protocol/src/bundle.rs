//! The MIME bundle: one thing to show, in several formats.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How many bytes of formats a bundle has at most: a notebook with more of them is slow to
/// open, save and show. In the place of a larger one, a line of text says why.
pub const LARGEST_BUNDLE: usize = 10 << 20;

/// The line in the place of what was too large.
///
/// ```
/// use bootcamp_protocol::bundle::refusal;
///
/// let line = refusal("text/html", 52 << 20);
/// assert_eq!(line, "(not shown: 52 MB of text/html; a notebook takes 10 MB at once)");
/// ```
#[must_use]
pub fn refusal(formats: &str, bytes: usize) -> String {
    let (size, limit) = (bytes >> 20, LARGEST_BUNDLE >> 20);
    format!("(not shown: {size} MB of {formats}; a notebook takes {limit} MB at once)")
}

/// One thing to show, in one or more formats; the front end shows the richest it can.
///
/// The keys are MIME types as in Jupyter's
/// [`display_data`](https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data)
/// message. Give every bundle a `text/plain`: terminals and screen readers use it.
///
/// ```
/// use bootcamp_protocol::Bundle;
///
/// let bundle = Bundle::new()
///     .bytes("image/png", &[0x89, b'P', b'N', b'G'])
///     .size("image/png", 640, 480)
///     .text("text/plain", "a plot");
/// assert_eq!(bundle.get("image/png"), Some("iVBORw=="));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

impl Bundle {
    /// An empty bundle.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a format that is text: `text/plain`, `text/html`, `image/svg+xml`, ...
    #[must_use]
    pub fn text(mut self, mime: &str, text: impl Into<String>) -> Self {
        self.data.insert(mime.to_owned(), Value::String(text.into()));
        self
    }

    /// Adds a binary format such as `image/png`. It is stored as base64.
    #[must_use]
    pub fn bytes(self, mime: &str, bytes: &[u8]) -> Self {
        let encoded = STANDARD.encode(bytes);
        self.text(mime, encoded)
    }

    /// Adds a format that is a JSON value, such as `application/vnd.vegalite.v5+json`.
    #[must_use]
    pub fn json(mut self, mime: &str, value: Value) -> Self {
        self.data.insert(mime.to_owned(), value);
        self
    }

    /// Says how large a picture is to be shown, in CSS pixels. A picture with twice as
    /// many pixels of its own looks sharp on a high-density screen.
    #[must_use]
    pub fn size(mut self, mime: &str, width: u32, height: u32) -> Self {
        self.metadata.insert(mime.to_owned(), json!({ "width": width, "height": height }));
        self
    }

    /// The text (or base64) of one format; `None` where it is absent or a JSON value.
    #[must_use]
    pub fn get(&self, mime: &str) -> Option<&str> {
        self.data.get(mime).and_then(Value::as_str)
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// MIME type to content: the `data` of a `display_data` message.
    #[must_use]
    pub fn data(&self) -> &Map<String, Value> {
        &self.data
    }

    /// MIME type to hints: the `metadata` of a `display_data` message.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// The `data` and the `metadata` of a message, without a copy.
    ///
    /// ```
    /// use bootcamp_protocol::Bundle;
    ///
    /// let (data, metadata) = Bundle::new().text("text/plain", "a dot").into_parts();
    /// assert_eq!((data.len(), metadata.len()), (1, 0));
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (Map<String, Value>, Map<String, Value>) {
        (self.data, self.metadata)
    }

    /// The bundle, or where it is [too large](LARGEST_BUNDLE), one that says why it is not shown.
    ///
    /// ```
    /// use bootcamp_protocol::Bundle;
    ///
    /// let bundle = Bundle::new().text("text/plain", "a dot");
    /// assert_eq!(*bundle.within_limit(), bundle);
    /// ```
    #[must_use]
    pub fn within_limit(&self) -> Cow<'_, Self> {
        let length =
            |value: &Value| value.as_str().map_or_else(|| value.to_string().len(), str::len);
        let bytes = self.data.values().map(length).sum();
        if bytes <= LARGEST_BUNDLE {
            return Cow::Borrowed(self);
        }
        let formats: Vec<&str> = self.data.keys().map(String::as_str).collect();
        Cow::Owned(Self::new().text("text/plain", refusal(&formats.join(", "), bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_is_too_large_is_replaced_by_a_line() {
        let html = "x".repeat(LARGEST_BUNDLE - 2);
        let bundle = Bundle::new().text("text/html", html).text("text/plain", "ok");
        assert_eq!(*bundle.within_limit(), bundle);
        let bundle = bundle.json("application/json", json!([1, 2]));
        let line = "(not shown: 10 MB of application/json, text/html, text/plain; \
            a notebook takes 10 MB at once)";
        assert_eq!(*bundle.within_limit(), Bundle::new().text("text/plain", line));
    }
}
