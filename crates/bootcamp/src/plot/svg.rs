//! Drawing a plot as SVG.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plotters::prelude::{IntoDrawingArea, SVGBackend};

use super::field::{Raster, bar_raster};
use super::layout::{Layout, Rect};
use super::pen::{Medium, Pen};
use super::{Content, Parts, figure, png};

/// plotters draws at whole units: half a CSS pixel is fine enough for a line.
const SCALE: i32 = 2;

pub(super) fn render(plot: &Parts) -> String {
    let (width, height) = plot.size;
    let canvas = (width * SCALE as u32, height * SCALE as u32);
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, canvas).into_drawing_area();
        let pen = Pen { area, scale: SCALE, medium: Medium::Svg };
        figure::draw(&pen, plot).expect("drawing into memory cannot fail");
    }
    // Our own first element, for the size on the page, the card and the rasters.
    let (_, elements) = drawn.split_once('>').unwrap_or_default();
    let mut svg = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        canvas.0,
        canvas.1,
        escaped(&format!("{}: {}", plot.title, plot.summary)),
    );
    let layout = Layout::new(plot.size);
    if let Content::Field(field) = &plot.content {
        push_image(&mut svg, layout.axes, field.raster(&plot.scale));
    }
    push_image(&mut svg, layout.bar, bar_raster(&plot.scale));
    svg.push_str(elements.trim_start());
    svg
}

/// A raster as one image: thousands of rectangles would make a large, slow file.
fn push_image(svg: &mut String, at: Rect, raster: Raster) {
    // Some viewers smooth an enlarged image whatever they are told: keep that small.
    let raster = raster.enlarged(at.width() as usize / 2, at.height() as usize / 2);
    let data = STANDARD.encode(png::encode_raster(&raster));
    let [x, y, width, height] = [at.left, at.top, at.width(), at.height()].map(|n| n * SCALE);
    // Writing into a string cannot fail.
    let _ = writeln!(
        svg,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" \
         href=\"data:image/png;base64,{data}\"/>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
