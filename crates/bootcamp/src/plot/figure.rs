//! What all plots share: title, axes and colour bar.

use plotters::prelude::DrawingBackend;

use super::colour::{INK, SOFT};
use super::layout::Layout;
use super::pen::{Anchor, Drawn, Pen};
use super::scale::{share, ticks};
use super::{Content, Parts};

/// Draws everything but the raster of a field and of the colour bar, which lie below.
pub(super) fn draw<DB: DrawingBackend>(pen: &Pen<DB>, plot: &Parts) -> Drawn<DB> {
    let layout = Layout::new(plot.size);
    if let Content::Trail(trail) = &plot.content {
        trail.draw(pen, layout.axes, &plot.scale)?;
    }
    head(pen, plot, &layout)?;
    axes(pen, plot, &layout)?;
    bar(pen, plot, &layout)
}

fn head<DB: DrawingBackend>(pen: &Pen<DB>, plot: &Parts, layout: &Layout) -> Drawn<DB> {
    let left = layout.axes.left;
    let width = plot.size.0.cast_signed() - left - 12;
    pen.fitted(&plot.title, (left, 14), 16.0, width, INK)?;
    pen.fitted(&plot.caption, (left, 38), 12.0, width, SOFT)
}

fn axes<DB: DrawingBackend>(pen: &Pen<DB>, plot: &Parts, layout: &Layout) -> Drawn<DB> {
    let axes = layout.axes;
    pen.frame(axes)?;
    for (value, text) in ticks(plot.x, false) {
        let x = axes.left + (share(value, plot.x) * f64::from(axes.width())).round() as i32;
        pen.stroke((x, axes.bottom), (x, axes.bottom + 5))?;
        pen.text(&text, (x, axes.bottom + 9), 12.0, INK, Anchor::Below)?;
    }
    for (value, text) in ticks(plot.y, false) {
        let y = axes.bottom - (share(value, plot.y) * f64::from(axes.height())).round() as i32;
        pen.stroke((axes.left - 5, y), (axes.left, y))?;
        pen.text(&text, (axes.left - 9, y), 12.0, INK, Anchor::Before)?;
    }
    let center = (i32::midpoint(axes.left, axes.right), i32::midpoint(axes.top, axes.bottom));
    pen.text("x", (center.0, axes.bottom + 28), 14.0, INK, Anchor::Below)?;
    pen.text("y", (axes.left - 46, center.1), 14.0, INK, Anchor::Upwards)
}

fn bar<DB: DrawingBackend>(pen: &Pen<DB>, plot: &Parts, layout: &Layout) -> Drawn<DB> {
    let (bar, scale) = (layout.bar, &plot.scale);
    pen.frame(bar)?;
    for (value, text) in ticks(scale.ends, scale.whole) {
        let y = bar.bottom - (share(value, scale.ends) * f64::from(bar.height())).round() as i32;
        pen.stroke((bar.right, y), (bar.right + 4, y))?;
        pen.text(&text, (bar.right + 8, y), 12.0, INK, Anchor::After)?;
    }
    let middle = i32::midpoint(bar.top, bar.bottom);
    pen.text(scale.label, (plot.size.0.cast_signed() - 13, middle), 12.0, INK, Anchor::Upwards)
}
