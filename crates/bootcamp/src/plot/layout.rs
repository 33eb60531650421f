//! Where the parts of a plot lie.

use super::geometry::Rect;
use super::legend::{self, Key};
use super::{Parts, letters};

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
