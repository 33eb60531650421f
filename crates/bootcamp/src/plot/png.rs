//! Drawing a plot as PNG.

use std::cell::RefCell;

use plotters::prelude::{BitMapBackend, IntoDrawingArea};
use png::{BitDepth, ColorType, Encoder};
use rayon::prelude::*;

use super::colour::palette_bytes;
use super::field::{Raster, bar_raster};
use super::layout::{Layout, Rect};
use super::pen::{Medium, Pen};
use super::{Content, Parts, figure, letters};

/// Pixels of the file per CSS pixel.
const DENSITY: u32 = 2;
/// Drawn pixels per pixel of the file, each way: plotters does not smooth thick lines.
/// [`averaged`] knows this number.
const SMOOTHING: u32 = 2;

pub(super) fn render(plot: &Parts) -> Vec<u8> {
    let scale = DENSITY * SMOOTHING;
    let (width, height) = (plot.size.0 * scale, plot.size.1 * scale);
    let mut pixels = vec![u8::MAX; 3 * (width * height) as usize];
    let layout = Layout::new(plot.size);
    if let Content::Field(field) = &plot.content {
        blit(&mut pixels, width, layout.axes, scale.cast_signed(), &field.raster(&plot.scale));
    }
    blit(&mut pixels, width, layout.bar, scale.cast_signed(), &bar_raster(&plot.scale));
    let labels = {
        let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        let medium = Medium::Bitmap(RefCell::default());
        let pen = Pen { area, scale: scale.cast_signed(), medium };
        figure::draw(&pen, plot).expect("drawing into memory cannot fail");
        match pen.medium {
            Medium::Bitmap(labels) => labels.into_inner(),
            Medium::Svg => Vec::new(),
        }
    };
    for label in &labels {
        letters::draw(&mut pixels, width as usize, scale.cast_signed(), label);
    }
    let smooth = averaged(&pixels, width as usize);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width / SMOOTHING, height / SMOOTHING);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    write(encoder, &smooth);
    file
}

/// Draws a raster into a rectangle, without smoothing.
fn blit(pixels: &mut [u8], width: u32, at: Rect, scale: i32, raster: &Raster) {
    let [left, top, across, down] =
        [at.left, at.top, at.width(), at.height()].map(|n| (n * scale) as usize);
    let palette = palette_bytes();
    let mut drawn = None;
    for y in 0..down {
        let start = 3 * ((top + y) * width as usize + left);
        let row = y * raster.height / down;
        if drawn == Some(row) {
            // The row of pixels above shows the same cells.
            let above = start - 3 * width as usize;
            pixels.copy_within(above..above + 3 * across, start);
            continue;
        }
        drawn = Some(row);
        let cells = &raster.indices[row * raster.width..][..raster.width];
        for (x, pixel) in pixels[start..start + 3 * across].chunks_exact_mut(3).enumerate() {
            let colour = 3 * usize::from(cells[x * raster.width / across]);
            pixel.copy_from_slice(&palette[colour..colour + 3]);
        }
    }
}

/// Makes one pixel of the mean of two by two; `width` is that of the input.
fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    let mut smooth = vec![0; pixels.len() / 4];
    let pairs = pixels.par_chunks_exact(2 * 3 * width);
    smooth.par_chunks_exact_mut(3 * width / 2).zip(pairs).for_each(|(smooth, rows)| {
        let (upper, lower) = rows.split_at(3 * width);
        let corners = upper.chunks_exact(6).zip(lower.chunks_exact(6));
        for (pixel, (upper, lower)) in smooth.chunks_exact_mut(3).zip(corners) {
            for (channel, mean) in pixel.iter_mut().enumerate() {
                let corners =
                    [upper[channel], upper[channel + 3], lower[channel], lower[channel + 3]];
                *mean = (corners.map(u16::from).iter().sum::<u16>() / 4) as u8;
            }
        }
    });
    smooth
}

/// A raster as a PNG file, one pixel per cell.
pub(super) fn encode_raster(raster: &Raster) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, raster.width as u32, raster.height as u32);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette_bytes());
    write(encoder, &raster.indices);
    file
}

fn write(mut encoder: Encoder<'_, &mut Vec<u8>>, pixels: &[u8]) {
    encoder.set_compression(png::Compression::Fast);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("writing into memory cannot fail");
}
