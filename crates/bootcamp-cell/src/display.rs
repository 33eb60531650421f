//! Showing a bundle.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use bootcamp_protocol::{Bundle, Request};

use crate::channel;

/// Shows a bundle under the running cell, at once and in order with what was printed.
///
/// In the place of a bundle that is [too large](crate::bundle::LARGEST_BUNDLE), a line says so.
///
/// Without a bootcamp kernel the bundle is written in the text protocol of
/// [`evcxr_runtime`], which the stock evcxr kernel shows when the cell ends.
///
/// ```
/// use bootcamp_cell::{Bundle, display};
///
/// let bundle = Bundle::new().text("text/plain", "a red dot");
/// display(&bundle);
/// # assert!(!bundle.is_empty());
/// ```
pub fn display(bundle: &Bundle) {
    show(bundle, None);
}

/// As [`display`], and gives a handle that puts something else in its place later.
///
/// The handle works in every thread and in later cells.
///
/// ```
/// use bootcamp_cell::{Bundle, display_with_id};
///
/// let text = |text: &str| Bundle::new().text("text/plain", text);
/// let status = display_with_id(&text("burning in ..."));
/// std::thread::scope(|scope| {
///     scope.spawn(|| status.update(&text("sampling ...")));
/// });
/// status.update(&text("done"));
/// assert_ne!(status.id(), display_with_id(&text("another one")).id());
/// ```
#[must_use = "the handle is what replaces the display later"]
pub fn display_with_id(bundle: &Bundle) -> DisplayHandle {
    let handle = DisplayHandle { id: new_id() };
    show(bundle, Some(handle.id.clone()));
    handle
}

/// Something that was shown and can be replaced: see [`display_with_id`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayHandle {
    id: String,
}

impl DisplayHandle {
    /// Shows this bundle in the place of the one before, wherever that is shown.
    ///
    /// Without a bootcamp kernel it is displayed once more; the stock evcxr kernel shows
    /// a cell's last display only.
    ///
    /// ```
    /// use bootcamp_cell::{Bundle, display_with_id};
    ///
    /// let count = |n: usize| Bundle::new().text("text/plain", format!("{n} walkers"));
    /// let handle = display_with_id(&count(0));
    /// for n in 1..=3 {
    ///     handle.update(&count(n));
    /// }
    /// assert_eq!(count(3).get("text/plain"), Some("3 walkers"));
    /// ```
    pub fn update(&self, bundle: &Bundle) {
        let bundle = bundle.within_limit();
        if bundle.is_empty() {
            return;
        }
        let request = Request::Update { bundle: bundle.clone().into_owned(), id: self.id.clone() };
        if !matches!(channel::call(&request), Ok(Some(_))) {
            print(&bundle);
        }
    }

    /// As [`update`](Self::update), with no regard to what is printed around it.
    pub(crate) fn update_unordered(&self, bundle: Bundle) {
        // Whoever counts progress has no use for the news that the kernel is gone.
        let _ = channel::call_unflushed(&Request::Update { bundle, id: self.id.clone() });
    }

    /// The name of the display in Jupyter's messages (`transient.display_id`).
    ///
    /// ```
    /// use bootcamp_cell::{Bundle, display_with_id};
    ///
    /// let handle = display_with_id(&Bundle::new().text("text/plain", "a table"));
    /// assert!(!handle.id().is_empty());
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Takes away everything that the running cell has shown and printed so far.
///
/// With `wait`, the old output stays until there is something new: an animation does not
/// flicker. Without a bootcamp kernel nothing is taken away.
///
/// ```
/// use bootcamp_cell::{Bundle, clear_output, display};
///
/// for step in 0..3 {
///     clear_output(true);
///     display(&Bundle::new().text("text/plain", format!("step {step}")));
/// }
/// # assert!(!bootcamp_cell::channel::is_open());
/// ```
pub fn clear_output(wait: bool) {
    // An error means that the kernel is gone, and what it showed is out of reach.
    let _ = channel::call(&Request::ClearOutput { wait });
}

fn show(bundle: &Bundle, id: Option<String>) {
    let bundle = bundle.within_limit();
    // A display that has an id is a place for what comes later.
    if bundle.is_empty() && id.is_none() {
        return;
    }
    let request = Request::Display { bundle: bundle.clone().into_owned(), id };
    // An error means that the kernel is gone, and this process with it: print then.
    if !matches!(channel::call(&request), Ok(Some(_))) {
        print(&bundle);
    }
}

fn print(bundle: &Bundle) {
    for (mime, content) in bundle.data() {
        let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
        evcxr_runtime::mime_type(mime.as_str()).text(text);
    }
}

/// A name that no display has, be it of a kernel that ran the same notebook before.
fn new_id() -> String {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let process = PROCESS.get_or_init(|| RandomState::new().hash_one(std::process::id()));
    format!("{process:016x}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
