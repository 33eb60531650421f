//! Places in a plot, in CSS pixels.

/// A position in CSS pixels.
pub(super) type Place = (f64, f64);

/// How a text lies about its position.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// Right of and below the position.
    Heading,
    /// Centred below the position.
    Below,
    /// Left of the position.
    Before,
    /// Right of the position.
    After,
    /// Centred on the position, read from below.
    Upwards,
}

/// Pixels of a bitmap, and units of an SVG, per CSS pixel: half a CSS pixel is fine enough
/// for a line, and whole numbers are short.
pub(super) const SCALE: i32 = 2;

/// A rectangle in CSS pixels; y grows downwards.
#[derive(Clone, Copy)]
pub(super) struct Rect {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Rect {
    pub(super) fn width(self) -> i32 {
        self.right - self.left
    }

    pub(super) fn height(self) -> i32 {
        self.bottom - self.top
    }

    /// The position so many widths from the left, and heights from the bottom.
    pub(super) fn at(self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = f64::from(self.left) + x * f64::from(self.width());
        (across, f64::from(self.bottom) - y * f64::from(self.height()))
    }

    pub(super) fn middle(self) -> (i32, i32) {
        (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom))
    }
}
