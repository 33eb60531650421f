//! Drawing a plot as PNG.

use png::{BitDepth, ColorType, Encoder, Filter};

use super::canvas::{Canvas, SHADES};
use super::colour::{CARD, Colour, INK, MISSING_INDEX, SOFT, mixed, palette};
use super::field::Raster;
use super::layout::Rect;
use super::pen::{Pen, SCALE};
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

/// Draws a raster into a rectangle, without smoothing.
pub(super) fn blit(canvas: &mut Canvas, at: Rect, raster: &Raster) {
    let [left, top, across, down] =
        [at.left, at.top, at.width(), at.height()].map(|n| (n * SCALE) as usize);
    let palette = palette_bytes(raster.palette);
    let mut drawn = None;
    for y in 0..down {
        let start = 3 * ((top + y) * canvas.width + left);
        let row = y * raster.height / down;
        if drawn == Some(row) {
            // The row of pixels above shows the same cells.
            let above = start - 3 * canvas.width;
            canvas.pixels.copy_within(above..above + 3 * across, start);
            continue;
        }
        drawn = Some(row);
        let cells = &raster.indices[row * raster.width..][..raster.width];
        let pixels = canvas.pixels[start..start + 3 * across].chunks_exact_mut(3);
        for (x, pixel) in pixels.enumerate() {
            let colour = 3 * usize::from(cells[x * raster.width / across]);
            pixel.copy_from_slice(&palette[colour..colour + 3]);
        }
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

/// A raster as a PNG file, one pixel per cell.
pub(super) fn encode_raster(raster: &Raster) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, raster.width as u32, raster.height as u32);
    encoder.set_palette(palette_bytes(raster.palette));
    write(encoder, &raster.indices);
    file
}

/// All 256 colours as red, green, blue, as a PNG's palette has them.
fn palette_bytes(palette: fn(u8) -> Colour) -> Vec<u8> {
    let colours = (0..=u8::MAX).map(palette);
    colours.flat_map(|Colour(red, green, blue)| [red, green, blue]).collect()
}

fn write(mut encoder: Encoder<'_, &mut Vec<u8>>, pixels: &[u8]) {
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(Filter::Adaptive);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("writing into memory cannot fail");
}
