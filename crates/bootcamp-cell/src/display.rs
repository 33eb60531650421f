//! Showing a bundle.

use crate::Bundle;
use crate::channel::{self, Request};

/// Shows a bundle under the running cell, at once and in order with what was printed.
///
/// Without a bootcamp kernel the bundle is written in the text protocol of
/// [`evcxr_runtime`], which the stock evcxr kernel shows when the cell ends.
pub fn display(bundle: &Bundle) {
    if bundle.is_empty() {
        return;
    }
    // An error means that the kernel is gone, and this process with it: print then.
    if let Ok(Some(_)) = channel::call(&Request::Display(bundle.clone())) {
        return;
    }
    for (mime, content) in bundle.data() {
        let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
        evcxr_runtime::mime_type(mime.as_str()).text(text);
    }
}
