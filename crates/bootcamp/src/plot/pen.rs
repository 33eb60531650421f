//! Lines and letters in CSS pixels, on any of plotters' backends.

use std::cell::RefCell;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::colour::INK;
use super::layout::Rect;
use super::letters::{self, Label};

pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// How a text lies about its position.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// Right of and below the position.
    Heading,
    /// Centred below the position.
    Below,
    /// Left of the position.
    Before,
    /// Right of the position.
    After,
    /// Centred on the position, read from below.
    Upwards,
}

/// What the two kinds of pictures need done differently.
pub(super) enum Medium {
    /// The reader's own letters.
    Svg,
    /// Letters are collected here, and drawn last by [`letters::draw`].
    Bitmap(RefCell<Vec<Label>>),
}

/// Draws in CSS pixels on a canvas of finer pixels.
pub(super) struct Pen<DB: DrawingBackend> {
    pub(super) area: DrawingArea<DB, Shift>,
    /// Pixels of the canvas per CSS pixel.
    pub(super) scale: i32,
    pub(super) medium: Medium,
}

impl<DB: DrawingBackend> Pen<DB> {
    fn style(&self, colour: RGBColor, width: f64) -> ShapeStyle {
        let width = (width * f64::from(self.scale)).round() as u32;
        ShapeStyle::from(colour).stroke_width(width.max(1))
    }

    fn pixel(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let scale = f64::from(self.scale);
        ((x * scale).round() as i32, (y * scale).round() as i32)
    }

    /// A line through the points.
    pub(super) fn line(&self, points: &[(f64, f64)], colour: RGBColor, width: f64) -> Drawn<DB> {
        let style = self.style(colour, width);
        let mut pixels: Vec<_> = points.iter().map(|&point| self.pixel(point)).collect();
        pixels.dedup();
        if pixels.len() < 2 {
            return Ok(());
        }
        // On a bitmap plotters fills the outline of a whole line, which leaves holes
        // where it crosses itself.
        if matches!(self.medium, Medium::Svg) {
            return self.area.draw(&PathElement::new(pixels, style));
        }
        for pair in pixels.windows(2) {
            self.area.draw(&PathElement::new(pair.to_vec(), style))?;
            self.area.draw(&Circle::new(pair[1], style.stroke_width / 2, style.filled()))?;
        }
        Ok(())
    }

    /// A straight line between two positions.
    pub(super) fn stroke(&self, from: (i32, i32), to: (i32, i32)) -> Drawn<DB> {
        let exact = |(x, y): (i32, i32)| (f64::from(x), f64::from(y));
        self.line(&[exact(from), exact(to)], INK, 1.0)
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&self, rect: Rect) -> Drawn<DB> {
        let Rect { left, top, right, bottom } = rect;
        self.stroke((left, top), (right, top))?;
        self.stroke((left, bottom), (right, bottom))?;
        self.stroke((left, top), (left, bottom))?;
        self.stroke((right, top), (right, bottom))?;
        // Lines end at their points: fill the corners.
        let half = self.scale / 2;
        for (x, y) in [(left, top), (right, top), (left, bottom), (right, bottom)] {
            let (x, y) = (x * self.scale, y * self.scale);
            let corner = [(x - half, y - half), (x + half, y + half)];
            self.area.draw(&Rectangle::new(corner, self.style(INK, 1.0).filled()))?;
        }
        Ok(())
    }

    /// A filled disc with a rim.
    pub(super) fn disc(&self, at: (f64, f64), radius: f64, fill: RGBColor) -> Drawn<DB> {
        let at = self.pixel(at);
        for (radius, colour) in [(radius + 1.0, INK), (radius, fill)] {
            let pixels = (radius * f64::from(self.scale)).round() as u32;
            self.area.draw(&Circle::new(at, pixels, ShapeStyle::from(colour).filled()))?;
        }
        Ok(())
    }

    /// A text; `size` is the font's em.
    pub(super) fn text(
        &self,
        text: &str,
        at: (i32, i32),
        size: f64,
        colour: RGBColor,
        anchor: Anchor,
    ) -> Drawn<DB> {
        if let Medium::Bitmap(labels) = &self.medium {
            let text = text.to_owned();
            labels.borrow_mut().push(Label { text, at, size, colour, anchor });
            return Ok(());
        }
        let size = size * f64::from(self.scale);
        let (horizontal, vertical) = match anchor {
            Anchor::Heading => (HPos::Left, VPos::Top),
            Anchor::Below => (HPos::Center, VPos::Top),
            Anchor::Before => (HPos::Right, VPos::Center),
            Anchor::After => (HPos::Left, VPos::Center),
            Anchor::Upwards => (HPos::Center, VPos::Center),
        };
        let (mut x, mut y) = (at.0 * self.scale, at.1 * self.scale);
        // plotters centres small letters; digits and capitals are higher.
        let lower = (size * 0.09).round() as i32;
        let transform = match anchor {
            Anchor::Upwards => FontTransform::Rotate270,
            _ => FontTransform::None,
        };
        match anchor {
            Anchor::Heading | Anchor::Below => {}
            Anchor::Before | Anchor::After => y += lower,
            Anchor::Upwards => x += lower,
        }
        // plotters' SVG divides the size of a font by 1.24.
        let style = TextStyle::from(("sans-serif", size * 1.24).into_font())
            .pos(Pos::new(horizontal, vertical))
            .transform(transform)
            .color(&colour);
        self.area.draw(&Text::new(text.to_owned(), (x, y), style))
    }

    /// A heading that is made smaller, and then shorter, until it is at most `width` wide.
    pub(super) fn fitted(
        &self,
        text: &str,
        at: (i32, i32),
        size: f64,
        width: i32,
        colour: RGBColor,
    ) -> Drawn<DB> {
        let room = f64::from(width);
        let size = (size * room / letters::width(text, size).max(1.0)).clamp(size * 0.75, size);
        let mut shown = text.to_owned();
        let mut count = text.chars().count();
        while count > 0 && letters::width(&shown, size) > room {
            count -= 1;
            shown = text.chars().take(count).chain(['…']).collect();
        }
        self.text(&shown, at, size, colour, Anchor::Heading)
    }
}
