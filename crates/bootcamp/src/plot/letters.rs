//! Letters on a bitmap, and how wide they are.
//!
//! plotters' own letters ignore the bearings of the glyphs and stand at whole pixels.

use ab_glyph::{Font, FontRef, PxScaleFont, ScaleFont, point};
use plotters::style::RGBColor;

use super::pen::Anchor;

/// A text to be drawn.
pub(super) struct Label {
    pub(super) text: String,
    /// In CSS pixels.
    pub(super) at: (i32, i32),
    /// The font's em in CSS pixels.
    pub(super) size: f64,
    pub(super) colour: RGBColor,
    pub(super) anchor: Anchor,
}

/// Letters are this high above their base line, as a share of the em.
const CAPITAL: f32 = 0.73;

/// The font, with an em of so many pixels.
fn font(em: f32) -> PxScaleFont<FontRef<'static>> {
    let bytes = include_bytes!("../../assets/DejaVuSans-subset.ttf");
    let font = FontRef::try_from_slice(bytes).expect("the font in assets/ is readable");
    let scale = font.pt_to_px_scale(em * 0.75).unwrap_or_else(|| em.into());
    font.into_scaled(scale)
}

/// The places of the letters along the line, and where the line ends.
fn places(text: &str, font: &impl ScaleFont<FontRef<'static>>) -> (Vec<f32>, f32) {
    let mut end = 0.0;
    let mut previous = None;
    let place = |letter| {
        let glyph = font.glyph_id(letter);
        let start = end + previous.map_or(0.0, |previous| font.kern(previous, glyph));
        end = start + font.h_advance(glyph);
        previous = Some(glyph);
        start
    };
    (text.chars().map(place).collect(), end)
}

/// The width of a text in the unit of its em.
pub(super) fn width(text: &str, em: f64) -> f64 {
    f64::from(places(text, &font(em as f32)).1)
}

/// Draws a label on red, green, blue pixels, `width` in a row, `scale` per CSS pixel.
pub(super) fn draw(pixels: &mut [u8], width: usize, scale: i32, label: &Label) {
    let em = (label.size * f64::from(scale)) as f32;
    let font = font(em);
    let (places, end) = places(&label.text, &font);
    let start = match label.anchor {
        Anchor::Heading | Anchor::After => 0.0,
        Anchor::Below | Anchor::Upwards => -end / 2.0,
        Anchor::Before => -end,
    };
    let base = match label.anchor {
        Anchor::Heading | Anchor::Below => CAPITAL * em,
        Anchor::After | Anchor::Before | Anchor::Upwards => CAPITAL * em / 2.0,
    };
    let (x, y) = (label.at.0 * scale, label.at.1 * scale);
    for (letter, place) in label.text.chars().zip(places) {
        let glyph = font.glyph_id(letter);
        let glyph = glyph.with_scale_and_position(font.scale(), point(start + place, base));
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|along, down, cover| {
            let (along, down) =
                (corner.x as i32 + along.cast_signed(), corner.y as i32 + down.cast_signed());
            let (x, y) = match label.anchor {
                Anchor::Upwards => (x + down, y - along),
                _ => (x + along, y + down),
            };
            blend(pixels, width, (x, y), label.colour, cover);
        });
    }
}

fn blend(pixels: &mut [u8], width: usize, (x, y): (i32, i32), colour: RGBColor, cover: f32) {
    let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
    let first = 3 * (y * width + x);
    if x < width && first < pixels.len() {
        let colour = [colour.0, colour.1, colour.2];
        for (pixel, colour) in pixels[first..first + 3].iter_mut().zip(colour) {
            let mixed = f32::from(*pixel) + cover * (f32::from(colour) - f32::from(*pixel));
            *pixel = mixed.round() as u8;
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::width;

    #[test]
    fn widths_are_those_of_dejavu_sans() {
        // The advance of a digit is 1303 of 2048 units.
        assert!((width("00", 2048.0) - 2606.0).abs() < 1.0);
        assert_eq!(width("", 12.0), 0.0);
    }
}
