//! Drawing a plot as SVG.

use bootcamp_cell::html::escaped;

use super::geometry::SCALE;
use super::pen::Pen;
use super::{Parts, figure};

pub(super) fn render(plot: &Parts) -> String {
    let (width, height) = plot.size;
    let mut pen = Pen::Svg(format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        width * SCALE as u32,
        height * SCALE as u32,
        escaped(&format!("{}: {}", plot.title, plot.summary)),
    ));
    figure::draw(&mut pen, plot);
    match pen {
        Pen::Svg(svg) => svg + "</svg>\n",
        Pen::Bitmap(_) => unreachable!("a pen stays what it is"),
    }
}
