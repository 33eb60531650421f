//! Pictures of functions, points and walks.
//!
//! Each function returns a [`Plot`]. As the last expression of a cell it is shown;
//! [`Plot::show`] shows it at once, so that a cell may show several.
//!
//! ```
//! use bootcamp::prelude::*;
//!
//! let points = random_walker(&Mixture::bootcamp(), 1000, [0.0, 0.0], 100, &mut rng(1));
//! let plot = plot_points(&points).title("The walker's points");
//! assert!(plot.svg().contains("900 points"));
//! ```

mod animation;
mod axis;
mod canvas;
mod chains;
mod colour;
mod curves;
mod field;
mod figure;
mod geometry;
mod layout;
mod legend;
mod letters;
mod mixing;
mod path;
mod pen;
mod plain;
mod png;
mod raster;
mod rates;
mod scale;
mod shades;
mod speedup;
mod steps;
mod svg;
mod weights;

use std::fmt;
use std::mem::ManuallyDrop;

use bootcamp_cell::Bundle;

use crate::Density;

pub use animation::{Animation, animate_walk};
use axis::Axis;
pub use chains::{plot_running_mean, plot_trace};
use curves::Curves;
use field::Field;
pub use field::{plot_density, plot_histogram, plot_points};
pub use mixing::{plot_autocorrelation, plot_ranks, plot_rhat};
use path::Trail;
pub use path::plot_path;
pub use rates::plot_rates;
use scale::Scale;
pub use speedup::plot_speedup;
use steps::Walk;
pub use steps::plot_steps;
pub use weights::plot_weights;

/// A picture, as SVG, as PNG and as text.
///
/// It is drawn on a white card, so it can be read in light and in dark themes, with
/// the colours of viridis, which colour-blind people can tell apart.
///
/// ```
/// use bootcamp::plot_points;
///
/// let plot = plot_points(&[[0.5, 0.2].into()]).title("One point").size(400, 360);
/// assert!(plot.svg().starts_with("<svg"));
/// assert_eq!(plot.png()[1..4], *b"PNG");
/// ```
pub struct Plot(ManuallyDrop<Box<Parts>>);

/// What is in a plot.
#[derive(Clone)]
struct Parts {
    title: String,
    /// The line below the title.
    caption: String,
    /// The first line of the text picture.
    summary: String,
    /// Width and height in CSS pixels.
    size: (u32, u32),
    x: Axis,
    y: Axis,
    /// A second axis for y.
    right: Option<Axis>,
    /// What the colours mean, where a colour bar says so.
    scale: Option<Scale>,
    /// A function under the drawing.
    under: Option<Field>,
    content: Content,
}

impl Parts {
    /// The unit square without a text.
    fn new(content: Content) -> Self {
        Self {
            title: String::new(),
            caption: String::new(),
            summary: String::new(),
            size: layout::DEFAULT_SIZE,
            x: Axis::unit("x"),
            y: Axis::unit("y"),
            right: None,
            scale: None,
            under: None,
            content,
        }
    }
}

/// What lies between the axes.
#[derive(Clone)]
enum Content {
    Field(Field),
    Trail(Trail),
    Walk(Walk),
    Curves(Curves),
}

impl Content {
    fn keys(&self) -> Vec<legend::Key> {
        match self {
            Self::Field(_) | Self::Trail(_) => Vec::new(),
            Self::Walk(walk) => walk.keys(),
            Self::Curves(curves) => curves.keys(),
        }
    }
}

impl Plot {
    fn new(parts: Parts) -> Self {
        Self(ManuallyDrop::new(Box::new(parts)))
    }

    /// With another title. Characters beyond the Latin, Greek and common mathematical
    /// ones are shown as boxes in the PNG.
    ///
    /// ```
    /// use bootcamp::plot_path;
    ///
    /// assert!(plot_path(&[]).title("Nothing <yet>").svg().contains("Nothing &lt;yet&gt;"));
    /// ```
    #[must_use]
    pub fn title(self, title: impl AsRef<str>) -> Self {
        self.titled(title.as_ref())
    }

    fn titled(mut self, title: &str) -> Self {
        // Control characters are not allowed in SVG, and a title is one line.
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        self.0.title = title.chars().map(clean).collect();
        self
    }

    /// With another size in CSS pixels, between 240 and 2000. The PNG has twice as
    /// many pixels each way, so that it looks sharp.
    ///
    /// ```
    /// use bootcamp::plot_path;
    ///
    /// let bundle = plot_path(&[]).size(400, 360).bundle();
    /// assert_eq!(bundle.metadata()["image/png"]["width"], 400);
    /// ```
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.0.size = (width.clamp(240, 2000), height.clamp(240, 2000));
        self
    }

    /// A walk drawn over the function it walks on, in pale blue: for [`plot_path`] and
    /// [`plot_steps`]. Other plots stay as they are.
    ///
    /// ```
    /// use bootcamp::{Mixture, plot_path};
    ///
    /// let f = Mixture::bootcamp();
    /// let plot = plot_path(&[]);
    /// assert!(plot.clone().over(&f).svg().len() > plot.svg().len());
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "so that a closure needs no `&`")]
    #[must_use]
    pub fn over(self, f: impl Density) -> Self {
        self.above(&|x, y| f.at(x, y))
    }

    /// The part that does not depend on the type of the function.
    fn above(mut self, f: &dyn Fn(f64, f64) -> f64) -> Self {
        if matches!(self.0.content, Content::Trail(_) | Content::Walk(_)) {
            self.0.under = Some(Field::of(f));
        }
        self
    }

    /// Shows the picture under the running cell, at once.
    ///
    /// ```
    /// let plot = bootcamp::plot_path(&[]);
    /// plot.show();
    /// assert!(plot.svg().contains("no points yet"));
    /// ```
    pub fn show(&self) {
        bootcamp_cell::display(&self.bundle());
    }

    /// The kernel calls this for the last expression of a cell.
    ///
    /// ```
    /// bootcamp::plot_path(&[]).evcxr_display();
    /// assert_eq!(bootcamp::plot_path(&[]).bundle().data().len(), 3);
    /// ```
    pub fn evcxr_display(&self) {
        self.show();
    }

    /// The picture in three formats: `image/png`, `image/svg+xml` and `text/plain`.
    ///
    /// ```
    /// let bundle = bootcamp::plot_path(&[]).bundle();
    /// assert!(bundle.get("text/plain").unwrap().starts_with("path of 0 points"));
    /// ```
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        let (width, height) = self.0.size;
        let (png, svg) = rayon::join(|| self.png(), || self.svg());
        Bundle::new()
            .bytes("image/png", &png)
            .size("image/png", width, height)
            .text("image/svg+xml", svg)
            .text("text/plain", self.plain())
    }

    /// The picture as an SVG document.
    ///
    /// ```
    /// let svg = bootcamp::plot_density(|x: f64, y: f64| x * y).svg();
    /// assert!(svg.len() < 60_000 && svg.ends_with("</svg>\n"));
    /// ```
    #[must_use]
    pub fn svg(&self) -> String {
        svg::render(&self.0)
    }

    /// The picture as a PNG file, with twice the [size](Self::size) in pixels.
    ///
    /// ```
    /// let png = bootcamp::plot_path(&[]).size(300, 250).png();
    /// assert_eq!(png[16..24], [0, 0, 2, 88, 0, 0, 1, 244]); // 600 x 500
    /// ```
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        png::render(&self.0)
    }

    /// The picture as a few lines of characters, for terminals and screen readers.
    ///
    /// ```
    /// let text = bootcamp::plot_density(|x: f64, _: f64| x).plain();
    /// assert_eq!(text.lines().count(), 29);
    /// ```
    #[must_use]
    pub fn plain(&self) -> String {
        plain::render(&self.0)
    }
}

impl Clone for Plot {
    fn clone(&self) -> Self {
        Self::new(Parts::clone(&self.0))
    }
}

/// Written out, so that a cell that shows a plot does not compile how each part is dropped:
/// a tenth of its time.
impl Drop for Plot {
    #[inline(never)]
    fn drop(&mut self) {
        // SAFETY: nothing else drops the parts, and nobody can use them after this.
        unsafe { ManuallyDrop::drop(&mut self.0) }
    }
}

impl fmt::Debug for Plot {
    /// The title and one line: the thousands of numbers of a picture help nobody.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Plot")
            .field("title", &self.0.title)
            .field("summary", &self.0.summary)
            .finish_non_exhaustive()
    }
}
