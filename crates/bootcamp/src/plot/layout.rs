//! Where the parts of a plot lie.

use super::legend::{self, Key};
use super::{Parts, letters};

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

/// The space that texts need around the axes, in CSS pixels.
const LEFT: i32 = 62;
const TOP: i32 = 62;
const RIGHT: i32 = 98;
const BOTTOM: i32 = 50;
/// On the right where there is neither a colour bar nor a second axis.
const MARGIN: i32 = 24;

/// The height that a legend leaves to the axes.
const LEAST: i32 = 100;

/// The size at which the axes of a plot make a square of 400 x 400.
pub(super) const DEFAULT_SIZE: (u32, u32) = (560, 512);
/// The size of curves and bars.
pub(super) const WIDE_SIZE: (u32, u32) = (640, 400);

/// Where the axes, the colour bar and the legend of a plot lie.
pub(super) struct Layout {
    pub(super) axes: Rect,
    pub(super) bar: Rect,
    /// The upper left corner of each key of the legend.
    pub(super) keys: Vec<((i32, i32), Key)>,
}

impl Layout {
    pub(super) fn new(plot: &Parts) -> Self {
        let (width, height) = (plot.size.0.cast_signed(), plot.size.1.cast_signed());
        let wide = |text: &str| letters::width(text, 12.0).ceil() as i32;
        let numbers = plot.y.ticks().iter().map(|tick| wide(&tick.1)).max().unwrap_or(0);
        let left = LEFT.max(numbers + 35);
        let right = if plot.scale.is_some() || plot.right.is_some() {
            RIGHT
        } else {
            // The last number is centred at the end.
            let last = plot.x.ticks().pop().filter(|tick| tick.0 > 0.9);
            MARGIN.max(last.map_or(0, |tick| wide(&tick.1) / 2 + 6))
        };
        let mut keys = legend::placed(plot.content.keys(), (left, TOP - 6), width - left - 12);
        // On a small card the axes are worth more than the last names.
        keys.retain(|((_, y), _)| y + legend::ROW + LEAST <= height - BOTTOM);
        let top = keys.last().map_or(TOP, |((_, y), _)| y + legend::ROW + 6);
        let axes = Rect { left, top, right: width - right, bottom: height - BOTTOM };
        let bar = Rect { left: axes.right + 16, right: axes.right + 30, ..axes };
        Self { axes, bar, keys }
    }
}
