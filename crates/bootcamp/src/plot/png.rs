//! Drawing a plot as PNG.

use png::Encoder;

use super::canvas::{Canvas, SHADES};
use super::colour::{CARD, Colour, INK, MISSING_INDEX, SOFT, mixed, palette};
use super::geometry::SCALE;
use super::pen::Pen;
use super::raster::write;
use super::shades::Shades;
use super::{Content, Parts, figure};

pub(super) fn render(plot: &Parts) -> Vec<u8> {
    let known = match plot.content {
        Content::Field(_) => usual(),
        _ => Vec::new(),
    };
    encode(&canvas(plot), &known)
}

/// The plot in pixels.
pub(super) fn canvas(plot: &Parts) -> Canvas {
    let [width, height] = [plot.size.0, plot.size.1].map(|n| n as usize * SCALE as usize);
    let mut pen = Pen::Bitmap(Canvas::new(width, height));
    figure::draw(&mut pen, plot);
    match pen {
        Pen::Bitmap(canvas) => canvas,
        Pen::Svg(_) => unreachable!("a pen stays what it is"),
    }
}

/// The colours of a heat map and its letters, those that look alike beside each other:
/// such numbers make a small file.
fn usual() -> Vec<Colour> {
    let letters = [SOFT, INK].into_iter().flat_map(|ink| {
        let shade = move |parts| mixed(CARD, ink, parts, SHADES);
        (1..=SHADES).map(shade)
    });
    std::iter::once(CARD).chain(letters).chain((0..=MISSING_INDEX).map(palette)).collect()
}

/// One byte per pixel; the first numbers are those of the colours that are known.
fn encode(canvas: &Canvas, known: &[Colour]) -> Vec<u8> {
    let (palette, indices) = Shades::of(canvas, known);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, canvas.width as u32, canvas.height as u32);
    encoder.set_palette(palette);
    write(encoder, &indices);
    file
}
