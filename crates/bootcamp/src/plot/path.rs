//! The way of a walker, as a line.

use super::colour::{CARD, INK, LINE_TOP, palette};
use super::geometry::Rect;
use super::pen::Pen;
use super::scale::Scale;
use super::{Content, Parts, Plot};
use crate::Point;

/// The first points of a walk; they are drawn on the unit square.
#[derive(Clone)]
pub(super) struct Trail(pub(super) Vec<Point>);

/// A line of more points is a tangle and a large file.
const MOST: usize = 5000;

/// How many colours a line has: each is an element of the SVG.
const PIECES: usize = 64;

/// The walker's path on the unit square: a line that changes its colour with the steps,
/// a white disc at the start and a dark one at the end. Of more than 5000 points the
/// first 5000 are drawn; what lies outside of the unit square is cut off.
///
/// ```
/// use bootcamp::{Point, plot_path};
///
/// let points = [Point { x: 0.1, y: 0.1 }, Point { x: 0.2, y: 0.1 }];
/// assert!(plot_path(&points).svg().contains("2 points"));
/// ```
#[must_use]
pub fn plot_path(points: &[Point]) -> Plot {
    let shown = &points[..points.len().min(MOST)];
    let outside = shown.iter().filter(|&&point| !inside(point)).count();
    let count = points.len();
    let plural = if count == 1 { "point" } else { "points" };
    let mut summary = format!("path of {count} {plural}");
    let mut caption = format!("{count} {plural}");
    if count > MOST {
        summary = format!("path of the first {MOST} of {count} points");
        caption = format!("the first {MOST} of {count} points");
    }
    if count == 0 {
        "no points yet".clone_into(&mut caption);
    } else {
        caption = format!("{caption} · {outside} outside · ○ start  ● end");
        summary = format!("{summary}, {outside} outside");
    }
    Plot::new(Parts {
        title: "The walker's path".to_owned(),
        caption,
        summary,
        scale: Some(Scale {
            ends: (1.0, (shown.len() as f64).max(2.0)),
            top: LINE_TOP,
            label: "point number",
            whole: true,
        }),
        ..Parts::new(Content::Trail(Trail(shown.to_vec())))
    })
}

pub(super) fn inside(point: Point) -> bool {
    (0.0..=1.0).contains(&point.x) && (0.0..=1.0).contains(&point.y)
}

impl Trail {
    pub(super) fn draw(&self, pen: &mut Pen, axes: Rect, scale: Option<&Scale>) {
        self.draw_line(pen, axes, scale);
        self.draw_ends(pen, axes);
    }

    pub(super) fn draw_line(&self, pen: &mut Pen, axes: Rect, scale: Option<&Scale>) {
        for (number, line) in self.lines() {
            let line: Vec<_> = line.into_iter().map(|point| axes.at((point.x, point.y))).collect();
            let index = scale.map_or(0, |scale| scale.index(number as f64));
            pen.line(&line, palette(index), 1.0);
        }
    }

    pub(super) fn draw_ends(&self, pen: &mut Pen, axes: Rect) {
        let ends = [(self.0.first(), CARD), (self.0.last(), INK)];
        for (point, fill) in ends {
            if let Some(&point) = point.filter(|&&point| inside(point)) {
                pen.disc(axes.at((point.x, point.y)), 4.0, fill);
            }
        }
    }

    /// The parts of the line inside the unit square, at most [`PIECES`] colours of
    /// them, each with the number of its first point.
    fn lines(&self) -> Vec<(usize, Vec<Point>)> {
        let length = self.0.len().div_ceil(PIECES).max(2);
        let mut lines: Vec<(usize, Vec<Point>)> = Vec::new();
        for (index, pair) in self.0.windows(2).enumerate() {
            let Some([from, to]) = clip(pair[0], pair[1]) else { continue };
            match lines.last_mut() {
                Some((_, line)) if index % length != 0 && line.last() == Some(&from) => {
                    line.push(to);
                }
                _ => lines.push((index + 1, vec![from, to])),
            }
        }
        lines
    }
}

/// The part of a straight line that lies in the unit square (Liang and Barsky's method).
pub(super) fn clip(from: Point, to: Point) -> Option<[Point; 2]> {
    if !from.is_finite() || !to.is_finite() {
        return None;
    }
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    // How far the line is inside of each side, and how quickly it goes out of it.
    for (depth, outwards) in [(from.x, -dx), (1.0 - from.x, dx), (from.y, -dy), (1.0 - from.y, dy)]
    {
        if outwards > 0.0 {
            last = last.min(depth / outwards);
        } else if outwards < 0.0 {
            first = first.max(depth / outwards);
        } else if depth < 0.0 {
            return None;
        }
    }
    let at = |share: f64| Point { x: from.x + share * dx, y: from.y + share * dy };
    // The ends themselves where nothing is cut off, so that lines join.
    let start = if first == 0.0 { from } else { at(first) };
    let end = if last >= 1.0 { to } else { at(last) };
    (first <= last).then_some([start, end])
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::{Trail, clip};
    use crate::Point;

    fn cut(from: [f64; 2], to: [f64; 2]) -> Option<[Point; 2]> {
        clip(from.into(), to.into())
    }

    #[test]
    fn lines_end_at_the_unit_square() {
        assert_eq!(cut([0.2, 0.2], [0.4, 0.4]), Some([[0.2, 0.2].into(), [0.4, 0.4].into()]));
        assert_eq!(cut([-0.5, 0.5], [1.5, 0.5]), Some([[0.0, 0.5].into(), [1.0, 0.5].into()]));
        assert_eq!(cut([0.5, 1.5], [0.5, 0.5]), Some([[0.5, 1.0].into(), [0.5, 0.5].into()]));
        assert_eq!(cut([-0.5, -0.1], [1.5, -0.1]), None);
        assert_eq!(cut([-0.2, 0.9], [0.2, 1.4]), None);
        assert_eq!(cut([0.5, f64::NAN], [0.5, 0.5]), None);
    }

    #[test]
    fn a_line_is_broken_where_it_leaves() {
        let points = [[0.5, 0.95], [0.5, 1.05], [0.6, 1.05], [0.6, 0.95]];
        let lines = Trail(points.map(Point::from).to_vec()).lines();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1].1[0].y, 1.0);
    }
}
