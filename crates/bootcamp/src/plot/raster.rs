//! Pixels in a rectangle, and bitmaps as PNG files.

use png::{BitDepth, ColorType, Encoder, Filter};

use super::canvas::Canvas;
use super::colour::Colour;
use super::field::Raster;
use super::geometry::{Rect, SCALE};

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

/// Writes pixels that are numbers of colours in the palette.
pub(super) fn write(mut encoder: Encoder<'_, &mut Vec<u8>>, pixels: &[u8]) {
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(Filter::Adaptive);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("writing into memory cannot fail");
}
