//! The colours of all plots.

/// Red, green and blue.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// Titles, axes and numbers.
pub(super) const INK: Colour = Colour(0x1f, 0x1f, 0x1f);
/// Captions.
pub(super) const SOFT: Colour = Colour(0x59, 0x59, 0x59);
/// The card that a plot is drawn on.
pub(super) const CARD: Colour = Colour(0xff, 0xff, 0xff);
/// The lines of a grid, and what is only a reference.
pub(super) const FAINT: Colour = Colour(0xe3, 0xe3, 0xe3);
/// Where a backdrop is highest: dark lines are seen on it.
const DEEP: Colour = Colour(0x9c, 0xb6, 0xd2);
/// What a walker accepted, and what it rejected: blue and vermilion differ for everybody.
pub(super) const ACCEPTED: Colour = SERIES[0];
pub(super) const REJECTED: Colour = SERIES[1];

/// The colours of Okabe and Ito that are dark enough for a line on white.
const SERIES: [Colour; 7] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0xe6, 0x9f, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0x1f, 0x1f, 0x1f),
];

/// A value that is not a number.
const MISSING: Colour = Colour(0xc4, 0xc4, 0xc4);

/// The palette index of the largest value. A heat map and the shades of its letters are
/// 256 colours together: the PNG needs one byte per pixel.
pub(super) const TOP_INDEX: u8 = 219;
/// The palette index of a value that is not a number.
pub(super) const MISSING_INDEX: u8 = TOP_INDEX + 1;

/// Every fifth of the 256 colours of viridis (matplotlib, CC0); a straight line between
/// them is never off by 1/255 or more.
#[expect(clippy::unreadable_literal, reason = "a colour is six hexadecimal digits")]
const VIRIDIS: [u32; 52] = [
    0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781,
    0x433d84, 0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e,
    0x2e6d8e, 0x2c718e, 0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c,
    0x1f978b, 0x1e9c89, 0x1fa188, 0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74,
    0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e, 0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37,
    0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419, 0xf1e51d, 0xfde725,
];

/// The colour of a palette index: viridis from 0 to [`TOP_INDEX`], then grey.
pub(super) fn palette(index: u8) -> Colour {
    if index >= MISSING_INDEX {
        return MISSING;
    }
    let position = f64::from(index) / f64::from(TOP_INDEX) * (VIRIDIS.len() - 1) as f64;
    let below = (position as usize).min(VIRIDIS.len() - 2);
    let share = position - below as f64;
    let channel = |shift: u32| {
        let of = |at: usize| f64::from(VIRIDIS[at] >> shift & 0xff);
        (of(below) * (1.0 - share) + of(below + 1) * share + 0.5) as u8
    };
    Colour(channel(16), channel(8), channel(0))
}

/// The palette index of the deepest colour under a line: few, for what is drawn above.
pub(super) const BACKDROP_TOP: u8 = 48;

/// The colours under a line: from the card's white to a light blue.
pub(super) fn backdrop(index: u8) -> Colour {
    if index > BACKDROP_TOP { CARD } else { mixed(CARD, DEEP, index, BACKDROP_TOP) }
}

/// So many parts of `of` of the second colour, the rest of the first.
pub(super) fn mixed(first: Colour, second: Colour, parts: u8, of: u8) -> Colour {
    let (parts, of) = (u32::from(parts), u32::from(of));
    let channel = |first: u8, second: u8| {
        ((u32::from(first) * (of - parts) + u32::from(second) * parts + of / 2) / of) as u8
    };
    Colour(channel(first.0, second.0), channel(first.1, second.1), channel(first.2, second.2))
}

/// Whether so many series have a name and a colour of their own, or share a colour bar.
pub(super) fn few(series: usize) -> bool {
    series <= SERIES.len()
}

/// The colour of one series of several.
pub(super) fn series(number: usize, of: usize) -> Colour {
    if few(of) {
        return SERIES[number];
    }
    palette((number * usize::from(LINE_TOP) / (of - 1)) as u8)
}

/// The palette index where a line on white ends: the yellow end of viridis is too light.
pub(super) const LINE_TOP: u8 = TOP_INDEX / 8 * 7;
