//! Curves and bars: what is known for some positions along x.

use super::colour::{CARD, Colour, INK, SOFT};
use super::geometry::{Anchor, Place, Rect};
use super::legend::{Key, Mark};
use super::letters;
use super::path::clip;
use super::pen::Pen;
use super::{Axis, Parts};
use crate::Point;

/// Several series in one picture.
#[derive(Clone, Default)]
pub(super) struct Curves {
    pub(super) series: Vec<Series>,
    pub(super) levels: Vec<Level>,
    pub(super) texts: Vec<Text>,
    /// What is said in the middle of an empty picture.
    pub(super) message: Option<&'static str>,
    /// The numbers as text, where those say more than a picture of characters.
    pub(super) table: Option<String>,
    /// Whether a colour bar says which series is which.
    pub(super) many: bool,
}

/// Values along x. A place that is not finite is a gap.
#[derive(Clone)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) colour: Colour,
    pub(super) shape: Shape,
    pub(super) points: Vec<Place>,
}

/// How a series is drawn.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// A line, so wide.
    Line(f64),
    /// A disc at each point.
    Dotted,
    /// The same, and dashes between them, on the axis at the right.
    DottedRight,
    /// A line of dashes.
    Dashes,
    /// What lies between the first half of the points and the second, which goes back.
    Band,
    /// Bars from 0, of so many series beside each other this one.
    Bars(u8, u8),
}

/// A line across the picture, as a reference.
#[derive(Clone)]
pub(super) struct Level {
    pub(super) name: String,
    pub(super) value: f64,
}

/// A text above a place, which is given in the values of the axes.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) at: Place,
    pub(super) text: String,
}

impl Curves {
    /// An empty picture that says why.
    pub(super) fn empty(message: &'static str) -> Self {
        Self { message: Some(message), ..Self::default() }
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        let mark = |shape| match shape {
            Shape::Line(_) => Mark::Line,
            Shape::Bars(..) => Mark::Block,
            Shape::Dotted => Mark::Dot,
            Shape::Dashes | Shape::DottedRight => Mark::Dashes,
            Shape::Band => Mark::Shade,
        };
        let named = self.series.iter().filter(|series| !series.name.is_empty());
        let series = named.map(|Series { name, colour, shape, .. }| Key {
            name: name.clone(),
            colour: *colour,
            mark: mark(*shape),
        });
        let levels = self.levels.iter().filter(|level| !level.name.is_empty()).map(|level| Key {
            name: level.name.clone(),
            colour: INK,
            mark: Mark::Dashes,
        });
        let keys: Vec<_> = series.chain(levels).collect();
        // One line needs no legend: the axis says what it is.
        if keys.len() < 2 && self.series.len() < 2 { Vec::new() } else { keys }
    }

    pub(super) fn draw(&self, pen: &mut Pen, axes: Rect, plot: &Parts) {
        let on = |series: &Series| match (&plot.right, series.shape) {
            (Some(axis), Shape::DottedRight) => axis.clone(),
            _ => plot.y.clone(),
        };
        for series in &self.series {
            series.draw(pen, axes, &plot.x, &on(series));
        }
        for level in &self.levels {
            let y = plot.y.place(level.value);
            if (0.0..=1.0).contains(&y) {
                pen.dashes(&[axes.at((0.0, y)), axes.at((1.0, y))], INK);
            }
        }
        for Text { at, text } in &self.texts {
            let (x, y) = axes.at((plot.x.place(at.0), plot.y.place(at.1).clamp(0.0, 1.0)));
            // No line of the grid goes through it.
            let half = letters::width(text, 12.0) / 2.0 + 2.0;
            pen.block((x - half, y - 16.0), (x + half, y - 2.0), CARD);
            pen.text(text, (x.round() as i32, y.round() as i32 - 16), 12.0, INK, Anchor::Below);
        }
        if let Some(message) = self.message {
            let (x, y) = axes.middle();
            pen.text(message, (x, y - 7), 14.0, SOFT, Anchor::Below);
        }
    }
}

impl Series {
    fn draw(&self, pen: &mut Pen, axes: Rect, x: &Axis, y: &Axis) {
        let place = |&(across, up): &Place| (x.place(across), y.place(up));
        let inside = |place: &Place| {
            (-1e-9..=1.0 + 1e-9).contains(&place.0) && (-1e-9..=1.0 + 1e-9).contains(&place.1)
        };
        match self.shape {
            Shape::Line(width) => {
                for line in self.pieces(x, y) {
                    pen.line(&at_all(axes, &line), self.colour, width);
                }
                self.alone(pen, axes, x, y);
            }
            Shape::Dotted | Shape::DottedRight => {
                if self.shape == Shape::DottedRight {
                    for line in self.pieces(x, y) {
                        pen.dashes(&at_all(axes, &line), self.colour);
                    }
                }
                for at in self.points.iter().map(place).filter(inside) {
                    pen.lines(&[[axes.at(at), axes.at(at)]], self.colour, 7.0);
                }
            }
            Shape::Dashes => {
                for line in self.pieces(x, y) {
                    pen.dashes(&at_all(axes, &line), self.colour);
                }
            }
            Shape::Band => {
                let clamped = |at: Place| (at.0.clamp(0.0, 1.0), at.1.clamp(0.0, 1.0));
                let corners: Vec<_> =
                    self.points.iter().map(|point| axes.at(clamped(place(point)))).collect();
                if corners.len() > 2 {
                    pen.shade(&corners, self.colour);
                }
            }
            Shape::Bars(number, of) => {
                let width = 0.7 / f64::from(of);
                // Bars beside each other do not touch.
                let drawn = if of > 1 { width * 0.92 } else { width };
                for &(across, up) in self.points.iter().filter(|point| point.1.is_finite()) {
                    let left = across - 0.35 + width * f64::from(number);
                    let clamped = |value: f64| y.place(value).clamp(0.0, 1.0);
                    let (low, high) = (clamped(up.min(0.0)), clamped(up.max(0.0)));
                    let low = axes.at((x.place(left), low));
                    let high = axes.at((x.place(left + drawn), high));
                    pen.block((low.0, high.1), (high.0, low.1), self.colour);
                }
            }
        }
    }

    /// The parts of the line that lie between the axes, in shares of those.
    fn pieces(&self, x: &Axis, y: &Axis) -> Vec<Vec<Place>> {
        let mut pieces: Vec<Vec<Place>> = Vec::new();
        let place = |&(across, up): &Place| Point { x: x.place(across), y: y.place(up) };
        for pair in self.points.windows(2) {
            let Some([from, to]) = clip(place(&pair[0]), place(&pair[1])) else { continue };
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&(from.x, from.y)) => piece.push((to.x, to.y)),
                _ => pieces.push(vec![(from.x, from.y), (to.x, to.y)]),
            }
        }
        pieces
    }

    /// Points between two gaps, which no line leads to.
    fn alone(&self, pen: &mut Pen, axes: Rect, x: &Axis, y: &Axis) {
        let finite = |at: Option<&Place>| at.is_some_and(|at| at.0.is_finite() && at.1.is_finite());
        for (index, point) in self.points.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| self.points.get(index));
            if finite(Some(point)) && !finite(before) && !finite(self.points.get(index + 1)) {
                let at = axes.at((x.place(point.0), y.place(point.1).clamp(0.0, 1.0)));
                pen.lines(&[[at, at]], self.colour, 5.0);
            }
        }
    }
}

fn at_all(axes: Rect, line: &[Place]) -> Vec<Place> {
    line.iter().map(|&at| axes.at(at)).collect()
}

/// At most so many points of many: the lowest and the highest of each of equally long
/// parts, so that no spike is lost.
pub(super) fn thinned(points: &[Place], most: usize) -> Vec<Place> {
    if points.len() <= most.max(4) {
        return points.to_vec();
    }
    let length = points.len().div_ceil((most / 2).max(2));
    let part = |part: &[Place]| {
        let finite = || part.iter().filter(|point| point.1.is_finite());
        let low = finite().min_by(|one, two| one.1.total_cmp(&two.1));
        let high = finite().max_by(|one, two| one.1.total_cmp(&two.1));
        match (low, high) {
            (Some(low), Some(high)) if low.0 <= high.0 => [*low, *high],
            (Some(low), Some(high)) => [*high, *low],
            _ => [part[0]; 2],
        }
    };
    points.chunks(length).flat_map(part).collect()
}
