//! Lines and letters in CSS pixels, on a bitmap or as SVG.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bootcamp_cell::html::escaped;

use super::canvas::Canvas;
use super::colour::{Colour, INK};
use super::field::Raster;
use super::geometry::{Anchor, Place, Rect, SCALE};
use super::letters::{self, Label};
use super::raster::{blit, encode_raster};

/// How long a dash, and the space after it, is.
const DASH: f64 = 4.0;

/// Draws in CSS pixels.
pub(super) enum Pen {
    /// Elements, with the reader's own letters.
    Svg(String),
    /// Pixels.
    Bitmap(Canvas),
}

fn unit(length: f64) -> i32 {
    (length * f64::from(SCALE)).round() as i32
}

impl Pen {
    /// A line through the points.
    pub(super) fn line(&mut self, points: &[Place], colour: Colour, width: f64) {
        let mut units: Vec<_> = points.iter().map(|&(x, y)| (unit(x), unit(y))).collect();
        units.dedup();
        match self {
            Self::Bitmap(canvas) => {
                let scale = f64::from(SCALE);
                let exact = |(x, y): Place| (x * scale, y * scale);
                let pairs = points.windows(2).map(|pair| [exact(pair[0]), exact(pair[1])]);
                canvas.lines(&pairs.collect::<Vec<_>>(), width * scale / 2.0, colour);
            }
            Self::Svg(_) if units.len() < 2 => {}
            Self::Svg(svg) => {
                svg.push_str("<polyline points=\"");
                for (index, (x, y)) in units.into_iter().enumerate() {
                    let _ = write!(svg, "{}{x},{y}", if index == 0 { "" } else { " " });
                }
                let _ = writeln!(svg, "\" {}/>", stroke(colour, width));
            }
        }
    }

    /// Straight lines with round ends; one without a length is a dot.
    pub(super) fn lines(&mut self, lines: &[[Place; 2]], colour: Colour, width: f64) {
        if lines.is_empty() {
            return;
        }
        match self {
            Self::Bitmap(canvas) => {
                let scale = f64::from(SCALE);
                let scaled = |(x, y): Place| (x * scale, y * scale);
                let lines: Vec<_> = lines.iter().map(|line| line.map(scaled)).collect();
                canvas.lines(&lines, width * f64::from(SCALE) / 2.0, colour);
            }
            Self::Svg(svg) => {
                svg.push_str("<path d=\"");
                for &[from, to] in lines {
                    let (x, y) = (unit(from.0), unit(from.1));
                    let _ = write!(svg, "M{x} {y}l{} {}", unit(to.0) - x, unit(to.1) - y);
                }
                let _ = writeln!(svg, "\" stroke-linecap=\"round\" {}/>", stroke(colour, width));
            }
        }
    }

    /// A line of dashes through the points.
    pub(super) fn dashes(&mut self, points: &[Place], colour: Colour) {
        const WIDTH: f64 = 1.5;
        if let Self::Svg(svg) = self {
            svg.push_str("<polyline points=\"");
            for (x, y) in points {
                let _ = write!(svg, "{},{} ", unit(*x), unit(*y));
            }
            let dash = unit(DASH);
            let _ = writeln!(svg, "\" stroke-dasharray=\"{dash}\" {}/>", stroke(colour, WIDTH));
            return;
        }
        let mut dashes = Vec::new();
        // How far along all of the line a pair of its points starts.
        let mut before = 0.0;
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let at = |along: f64| {
                let share = ((along - before) / length).clamp(0.0, 1.0);
                (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
            };
            let period = 2.0 * DASH;
            let first = (before / period).floor() as i32;
            let last = ((before + length) / period).floor() as i32;
            for dash in (first..=last).map(|number| f64::from(number) * period) {
                if dash + DASH > before && dash < before + length {
                    dashes.push([at(dash), at(dash + DASH)]);
                }
            }
            before += length;
        }
        self.lines(&dashes, colour, WIDTH);
    }

    /// A thin straight line between two positions.
    pub(super) fn stroke(&mut self, from: (i32, i32), to: (i32, i32), colour: Colour) {
        // As an area, which has no ends that stick out.
        let [low, high] =
            [(from.0.min(to.0), from.1.min(to.1)), (from.0.max(to.0), from.1.max(to.1))];
        let corner = |(x, y): (i32, i32), by: f64| (f64::from(x) + by, f64::from(y) + by);
        self.block(corner(low, -0.5), corner(high, 0.5), colour);
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&mut self, rect: Rect) {
        let Rect { left, top, right, bottom } = rect;
        self.stroke((left, top), (right, top), INK);
        self.stroke((left, bottom), (right, bottom), INK);
        self.stroke((left, top), (left, bottom), INK);
        self.stroke((right, top), (right, bottom), INK);
    }

    /// A filled rectangle between two corners.
    pub(super) fn block(&mut self, low: Place, high: Place, colour: Colour) {
        let (left, top, right, bottom) = (unit(low.0), unit(low.1), unit(high.0), unit(high.1));
        match self {
            Self::Bitmap(canvas) => {
                for y in top..bottom {
                    for x in left..right {
                        canvas.blend((x, y), colour, 1.0);
                    }
                }
            }
            Self::Svg(svg) => {
                let (width, height) = (right - left, bottom - top);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" \
                     fill=\"{}\"/>",
                    hexadecimal(colour)
                );
            }
        }
    }

    /// A quarter of the colour inside of a polygon.
    pub(super) fn shade(&mut self, corners: &[Place], colour: Colour) {
        match self {
            Self::Bitmap(canvas) => {
                let scale = f64::from(SCALE);
                let corners: Vec<_> =
                    corners.iter().map(|corner| (corner.0 * scale, corner.1 * scale)).collect();
                canvas.area(&corners, 0.25, colour);
            }
            Self::Svg(svg) => {
                svg.push_str("<polygon points=\"");
                for (x, y) in corners {
                    let _ = write!(svg, "{},{} ", unit(*x), unit(*y));
                }
                let _ =
                    writeln!(svg, "\" fill=\"{}\" fill-opacity=\"0.25\"/>", hexadecimal(colour));
            }
        }
    }

    /// A filled disc with a rim.
    pub(super) fn disc(&mut self, at: Place, radius: f64, fill: Colour) {
        self.lines(&[[at, at]], INK, 2.0 * radius + 2.0);
        self.lines(&[[at, at]], fill, 2.0 * radius);
    }

    /// A picture, its pixels enlarged to fill the rectangle.
    pub(super) fn raster(&mut self, at: Rect, raster: Raster) {
        match self {
            Self::Bitmap(canvas) => blit(canvas, at, &raster),
            Self::Svg(svg) => {
                // Some viewers smooth an enlarged image whatever they are told: keep that small.
                let raster = raster.enlarged(at.width() as usize / 2, at.height() as usize / 2);
                let data = STANDARD.encode(encode_raster(&raster));
                let [x, y, width, height] =
                    [at.left, at.top, at.width(), at.height()].map(|n| n * SCALE);
                let _ = writeln!(
                    svg,
                    "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
                     preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" \
                     style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>"
                );
            }
        }
    }

    /// A text; `size` is the font's em.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: (i32, i32),
        size: f64,
        colour: Colour,
        anchor: Anchor,
    ) {
        let svg = match self {
            Self::Bitmap(canvas) => {
                return letters::draw(canvas, SCALE, &Label { text, at, size, colour, anchor });
            }
            Self::Svg(svg) => svg,
        };
        let place = match anchor {
            Anchor::Heading | Anchor::After => "start",
            Anchor::Below | Anchor::Upwards => "middle",
            Anchor::Before => "end",
        };
        // How far the base line is below the position, as a share of the em.
        let lower = match anchor {
            Anchor::Heading | Anchor::Below => 0.76,
            Anchor::After | Anchor::Before | Anchor::Upwards => 0.36,
        };
        let (mut x, mut y) = (at.0 * SCALE, at.1 * SCALE);
        let size = unit(size);
        let below = (f64::from(size) * lower).round() as i32;
        let mut turn = String::new();
        if matches!(anchor, Anchor::Upwards) {
            x += below;
            turn = format!(" transform=\"rotate(270,{x},{y})\"");
        } else {
            y += below;
        }
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{place}\" font-family=\"sans-serif\" \
             font-size=\"{size}\" fill=\"{}\"{turn}>{}</text>",
            hexadecimal(colour),
            escaped(text)
        );
    }

    /// A heading that is made smaller, and then shorter, until it is at most `width` wide.
    pub(super) fn fitted(
        &mut self,
        text: &str,
        at: (i32, i32),
        size: f64,
        width: i32,
        colour: Colour,
    ) {
        let (shown, size) = letters::fitted(text, size, f64::from(width));
        self.text(&shown, at, size, colour, Anchor::Heading);
    }
}

fn stroke(colour: Colour, width: f64) -> String {
    let width = f64::from(SCALE) * width;
    format!("fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"", hexadecimal(colour))
}

fn hexadecimal(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
