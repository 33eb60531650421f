//! Letters on a bitmap, and how wide they are.

use super::canvas::Canvas;
use super::colour::Colour;
use super::geometry::Anchor;
use ab_glyph::{Font, FontRef, PxScaleFont, ScaleFont, point};

/// A text to be drawn.
pub(super) struct Label<'a> {
    pub(super) text: &'a str,
    /// In CSS pixels.
    pub(super) at: (i32, i32),
    /// The font's em in CSS pixels.
    pub(super) size: f64,
    pub(super) colour: Colour,
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

/// The text made smaller, and then shorter, until it is at most so wide, and its em.
pub(super) fn fitted(text: &str, em: f64, room: f64) -> (String, f64) {
    let em = (em * room / width(text, em).max(1.0)).clamp(em * 0.75, em);
    let mut shown = text.to_owned();
    let mut count = text.chars().count();
    while count > 0 && width(&shown, em) > room {
        count -= 1;
        shown = text.chars().take(count).chain(['…']).collect();
    }
    (shown, em)
}

/// Draws a label, with so many pixels of the canvas per CSS pixel.
pub(super) fn draw(canvas: &mut Canvas, scale: i32, label: &Label) {
    let em = (label.size * f64::from(scale)) as f32;
    let font = font(em);
    let (places, end) = places(label.text, &font);
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
            canvas.blend((x, y), label.colour, cover);
        });
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
