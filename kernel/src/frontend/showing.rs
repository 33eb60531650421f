//! The messages that show a bundle.

use bootcamp_protocol::Bundle;
use jupyter_protocol::{
    DisplayData, ExecuteResult, ExecutionCount, Media, MediaType, Transient, UpdateDisplayData,
};
use serde_json::{Map, Value};

pub(crate) fn display(bundle: Bundle, id: Option<String>) -> DisplayData {
    let (data, metadata) = bundle.into_parts();
    let transient = id.map(|id| Transient { display_id: Some(id) });
    DisplayData { data: media(data), metadata, transient }
}

pub(crate) fn update(bundle: Bundle, id: String) -> UpdateDisplayData {
    let (data, metadata) = bundle.into_parts();
    let transient = Transient { display_id: Some(id) };
    UpdateDisplayData { data: media(data), metadata, transient }
}

pub(crate) fn result(bundle: Bundle, count: usize) -> ExecuteResult {
    let (data, metadata) = bundle.into_parts();
    let mut result = ExecuteResult::new(ExecutionCount::new(count), media(data));
    result.metadata = metadata;
    // Front ends do not accept `null` here.
    result.transient = Some(Transient::default());
    result
}

/// Adds a format that a cell printed as text.
pub(crate) fn with_content(bundle: Bundle, mime: &str, text: String) -> Bundle {
    if mime.contains("json")
        && let Ok(value) = serde_json::from_str(&text)
    {
        return bundle.json(mime, value);
    }
    bundle.text(mime, text)
}

/// Keeps every format as it is. The protocol's own types for known formats would refuse content
/// that does not fit them.
fn media(data: Map<String, Value>) -> Media {
    Media::new(data.into_iter().map(MediaType::Other).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_format_of_an_unexpected_shape_goes_with_the_others() {
        let bundle = Bundle::new()
            .json("application/vnd.dataresource+json", json!({ "a": 1 }))
            .json("text/html", json!(["no", "text"]))
            .text("text/plain", "plain");
        let sent = serde_json::to_value(display(bundle, None).data).unwrap();
        assert_eq!(sent["application/vnd.dataresource+json"], json!({ "a": 1 }));
        assert_eq!(sent["text/plain"], "plain");
    }
}
