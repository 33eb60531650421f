//! What all plots share: title, legend, axes and colour bar.

use super::axis::{Axis, Kind};
use super::colour::{FAINT, INK, SOFT, palette};
use super::field::bar_raster;
use super::geometry::Anchor;
use super::layout::Layout;
use super::letters;
use super::pen::Pen;
use super::scale::{Scale, share, ticks};
use super::{Content, Parts, legend};

pub(super) fn draw(pen: &mut Pen, plot: &Parts) {
    let layout = Layout::new(plot);
    if let Some(under) = &plot.under {
        pen.raster(layout.axes, under.backdrop());
    }
    match &plot.content {
        Content::Field(field) => {
            if let Some(scale) = &plot.scale {
                pen.raster(layout.axes, field.raster(scale, palette));
            }
        }
        Content::Trail(trail) => trail.draw(pen, layout.axes, plot.scale.as_ref()),
        Content::Walk(walk) => walk.draw(pen, layout.axes),
        Content::Curves(curves) => {
            if curves.message.is_none() {
                grid(pen, plot, &layout);
            }
            curves.draw(pen, layout.axes, plot);
        }
    }
    head(pen, plot, &layout);
    axes(pen, plot, &layout);
    if let Some(scale) = &plot.scale {
        bar(pen, plot, &layout, scale);
    } else if let Some(axis) = &plot.right {
        right(pen, plot, &layout, axis);
    }
}

fn head(pen: &mut Pen, plot: &Parts, layout: &Layout) {
    let left = layout.axes.left;
    let end = plot.size.0.cast_signed() - 12;
    pen.fitted(&plot.title, (left, 14), 16.0, end - left, INK);
    pen.fitted(&plot.caption, (left, 38), 12.0, end - left, SOFT);
    legend::draw(pen, &layout.keys, end);
}

/// Where so much of a length is, in whole pixels: a line there is sharp.
fn along(share: f64, length: i32) -> i32 {
    (share * f64::from(length)).round() as i32
}

/// Faint lines at the numbers of the left axis, so that heights can be compared.
fn grid(pen: &mut Pen, plot: &Parts, layout: &Layout) {
    let axes = layout.axes;
    for (place, _) in plot.y.ticks() {
        let y = axes.bottom - along(place, axes.height());
        pen.stroke((axes.left, y), (axes.right, y), FAINT);
    }
}

fn axes(pen: &mut Pen, plot: &Parts, layout: &Layout) {
    let axes = layout.axes;
    pen.frame(axes);
    let named = match &plot.x.kind {
        Kind::Names(names) => Some(f64::from(axes.width()) / names.len().max(1) as f64 - 6.0),
        _ => None,
    };
    // Where the last number ends: on a small card there is no room for all.
    let mut taken = f64::MIN;
    for (place, text) in plot.x.ticks() {
        let x = axes.left + along(place, axes.width());
        pen.stroke((x, axes.bottom), (x, axes.bottom + 5), INK);
        let (text, size) = match named {
            Some(room) => letters::fitted(&text, 12.0, room.max(1.0)),
            None => (text, 12.0),
        };
        let half = letters::width(&text, size) / 2.0;
        if f64::from(x) - half > taken {
            pen.text(&text, (x, axes.bottom + 9), size, INK, Anchor::Below);
            taken = f64::from(x) + half + 5.0;
        }
    }
    for (place, text) in plot.y.ticks() {
        let y = axes.bottom - along(place, axes.height());
        pen.stroke((axes.left - 5, y), (axes.left, y), INK);
        pen.text(&text, (axes.left - 9, y), 12.0, INK, Anchor::Before);
    }
    let middle = axes.middle();
    // Labels are centred at the axes, as long as both ends are on the card.
    let room = |middle: i32, end: u32| f64::from(2 * middle.min(end.cast_signed() - middle) - 8);
    let (text, size) = letters::fitted(plot.x.label, 14.0, room(middle.0, plot.size.0));
    pen.text(&text, (middle.0, axes.bottom + 28), size, INK, Anchor::Below);
    let (text, size) = letters::fitted(plot.y.label, 14.0, room(middle.1, plot.size.1));
    pen.text(&text, (16, middle.1), size, INK, Anchor::Upwards);
}

fn bar(pen: &mut Pen, plot: &Parts, layout: &Layout, scale: &Scale) {
    let bar = layout.bar;
    pen.raster(bar, bar_raster(scale));
    pen.frame(bar);
    let ticks = ticks(scale.ends, scale.whole);
    for (value, text) in &ticks {
        let (value, text) = (*value, text.as_str());
        let y = bar.bottom - along(share(value, scale.ends), bar.height());
        pen.stroke((bar.right, y), (bar.right + 4, y), INK);
        pen.text(text, (bar.right + 8, y), 12.0, INK, Anchor::After);
    }
    let texts = ticks.into_iter().map(|tick| tick.1);
    beside(pen, plot, (bar.right, layout.axes.middle().1), texts, scale.label);
}

fn right(pen: &mut Pen, plot: &Parts, layout: &Layout, axis: &Axis) {
    let axes = layout.axes;
    for (place, text) in &axis.ticks() {
        let y = axes.bottom - along(*place, axes.height());
        pen.stroke((axes.right, y), (axes.right + 4, y), INK);
        pen.text(text, (axes.right + 8, y), 12.0, INK, Anchor::After);
    }
    let texts = axis.ticks().into_iter().map(|tick| tick.1);
    beside(pen, plot, (axes.right, axes.middle().1), texts, axis.label);
}

/// A label right of the numbers of the axis there.
fn beside(
    pen: &mut Pen,
    plot: &Parts,
    (right, middle): (i32, i32),
    numbers: impl Iterator<Item = String>,
    label: &str,
) {
    let widest = numbers.map(|text| letters::width(&text, 12.0)).fold(0.0, f64::max).ceil();
    let x = (right + 8 + widest as i32 + 16).min(plot.size.0.cast_signed() - 11);
    pen.text(label, (x, middle), 12.0, INK, Anchor::Upwards);
}
