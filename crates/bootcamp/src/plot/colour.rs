//! The colours of all plots.

use plotters::style::RGBColor;

/// Titles, axes and numbers.
pub(super) const INK: RGBColor = RGBColor(0x1f, 0x1f, 0x1f);
/// Captions.
pub(super) const SOFT: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// The card that a plot is drawn on.
pub(super) const CARD: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// A value that is not a number.
const MISSING: RGBColor = RGBColor(0xc4, 0xc4, 0xc4);

/// The palette index of a value that is not a number.
pub(super) const MISSING_INDEX: u8 = 255;
/// The palette index of the largest value.
pub(super) const TOP_INDEX: u8 = 254;

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
pub(super) fn palette(index: u8) -> RGBColor {
    if index == MISSING_INDEX {
        return MISSING;
    }
    let position = f64::from(index) / f64::from(TOP_INDEX) * (VIRIDIS.len() - 1) as f64;
    let below = (position as usize).min(VIRIDIS.len() - 2);
    let share = position - below as f64;
    let channel = |shift: u32| {
        let of = |at: usize| f64::from(VIRIDIS[at] >> shift & 0xff);
        (of(below) * (1.0 - share) + of(below + 1) * share).round() as u8
    };
    RGBColor(channel(16), channel(8), channel(0))
}

/// All 256 colours as red, green, blue, as a PNG's palette has them.
pub(super) fn palette_bytes() -> Vec<u8> {
    let colours = (0..=u8::MAX).map(palette);
    colours.flat_map(|RGBColor(red, green, blue)| [red, green, blue]).collect()
}
