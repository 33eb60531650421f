//! Where the parts of a plot lie.

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
}

/// The space that texts need around the axes, in CSS pixels.
const LEFT: i32 = 62;
const TOP: i32 = 62;
const RIGHT: i32 = 98;
const BOTTOM: i32 = 50;

/// The size at which the axes of a plot make a square of 400 x 400.
pub(super) const DEFAULT_SIZE: (u32, u32) = (560, 512);

/// Where the axes and the colour bar of a card of this size lie.
pub(super) struct Layout {
    pub(super) axes: Rect,
    pub(super) bar: Rect,
}

impl Layout {
    pub(super) fn new((width, height): (u32, u32)) -> Self {
        let axes = Rect {
            left: LEFT,
            top: TOP,
            right: width.cast_signed() - RIGHT,
            bottom: height.cast_signed() - BOTTOM,
        };
        let bar = Rect { left: axes.right + 16, right: axes.right + 30, ..axes };
        Self { axes, bar }
    }
}
