//! What the colours and marks of a plot stand for.

use super::colour::{Colour, INK};
use super::geometry::Anchor;
use super::letters;
use super::pen::Pen;

/// The height of a row of keys.
pub(super) const ROW: i32 = 20;
/// The width of a mark and of the space after a text.
const MARK: i32 = 22;
const SPACE: i32 = 18;

/// One entry of a legend.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) colour: Colour,
    pub(super) mark: Mark,
}

/// How a key is drawn.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Line,
    Dashes,
    Block,
    /// A quarter of the colour.
    Shade,
    Disc,
    /// A disc without a rim.
    Dot,
    Cross,
}

/// Each key with its upper left corner, in rows from the left.
pub(super) fn placed(keys: Vec<Key>, corner: (i32, i32), width: i32) -> Vec<((i32, i32), Key)> {
    let (mut x, mut y) = corner;
    let place = |key: Key| {
        let needed = MARK + 6 + letters::width(&key.name, 12.0).ceil() as i32;
        if x > corner.0 && x + needed > corner.0 + width {
            (x, y) = (corner.0, y + ROW);
        }
        let at = (x, y);
        x += needed + SPACE;
        (at, key)
    };
    keys.into_iter().map(place).collect()
}

pub(super) fn draw(pen: &mut Pen, keys: &[((i32, i32), Key)], right: i32) {
    for ((x, y), Key { name, colour, mark }) in keys {
        let middle = f64::from(y + ROW / 2);
        let (left, end) = (f64::from(*x), f64::from(x + MARK));
        let center = (f64::midpoint(left, end), middle);
        match mark {
            Mark::Line => pen.line(&[(left, middle), (end, middle)], *colour, 2.0),
            Mark::Dashes => pen.dashes(&[(left, middle), (end, middle)], *colour),
            Mark::Block => {
                pen.block((left + 5.0, middle - 6.0), (end - 5.0, middle + 6.0), *colour);
            }
            Mark::Shade => pen.shade(
                &[
                    (left, middle - 6.0),
                    (end, middle - 6.0),
                    (end, middle + 6.0),
                    (left, middle + 6.0),
                ],
                *colour,
            ),
            Mark::Disc => pen.disc(center, 4.0, *colour),
            Mark::Dot => pen.lines(&[[center, center]], *colour, 7.0),
            Mark::Cross => pen.lines(&cross(center), *colour, 1.5),
        }
        let room = f64::from(right - x - MARK - 6);
        let (text, size) = letters::fitted(name, 12.0, room.max(1.0));
        pen.text(&text, (x + MARK + 6, y + ROW / 2), size, INK, Anchor::After);
    }
}

/// The two lines of a cross.
pub(super) fn cross((x, y): (f64, f64)) -> [[(f64, f64); 2]; 2] {
    const ARM: f64 = 3.0;
    [[(x - ARM, y - ARM), (x + ARM, y + ARM)], [(x - ARM, y + ARM), (x + ARM, y - ARM)]]
}
