//! How much weight the modes of a function got, and should have got.

use super::axis::{Axis, Kind};
use super::colour;
use super::curves::{Curves, Series, Shape};
use super::field::brief;
use super::layout::WIDE_SIZE;
use super::{Content, Parts, Plot};

/// Bars of the weights that were found, beside the exact ones. Where the lists differ in
/// length the rest of the longer ones is left out.
///
/// ```
/// use bootcamp::plot_weights;
///
/// let plot = plot_weights(&["left", "right"], &[0.45, 0.55], &[0.5, 0.5]);
/// assert!(plot.plain().contains("left    found 0.45   exact 0.5"));
/// assert!(plot.svg().contains("largest difference 0.05"));
/// ```
#[must_use]
pub fn plot_weights(names: &[&str], found: &[f64], exact: &[f64]) -> Plot {
    let count = names.len().min(found.len()).min(exact.len());
    let (names, found, exact) = (&names[..count], &found[..count], &exact[..count]);
    let pairs = || found.iter().zip(exact);
    let difference = pairs().map(|(found, exact)| (found - exact).abs()).fold(0.0, f64::max);
    let values = || found.iter().chain(exact).copied().filter(|value| value.is_finite());
    let lost = 2 * count - values().count();
    let (mut low, mut high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    // Room above the bars, but none for a function of no weight.
    (low, high) = (low * 1.08, if high > low { high * 1.08 } else { 1.0 });
    let series = |name: &str, number: u8, values: &[f64]| Series {
        name: name.to_owned(),
        colour: colour::series(usize::from(number), 2),
        shape: Shape::Bars(number, 2),
        points: values.iter().enumerate().map(|(at, &value)| (at as f64 + 0.5, value)).collect(),
    };
    let wide = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let row = |(name, (found, exact)): (&&str, (&f64, &f64))| {
        format!("{name:wide$}   found {:<7}exact {}", brief(*found), brief(*exact))
    };
    let table: Vec<_> = names.iter().zip(pairs()).map(row).collect();
    let mut curves = Curves {
        series: vec![series("found", 0, found), series("exact", 1, exact)],
        table: Some(table.join("\n")),
        ..Curves::default()
    };
    let plural = if count == 1 { "mode" } else { "modes" };
    let mut caption = format!("{count} {plural}");
    if count == 0 {
        curves = Curves { table: Some(String::new()), ..Curves::empty("no weights yet") };
    } else if lost == 2 * count {
        curves.message = Some("no finite value");
    } else {
        caption = format!("{caption} · largest difference {}", brief(difference));
    }
    if lost > 0 {
        caption = format!("{caption} · {lost} not finite (left out)");
    }
    let clean = |name: &&str| name.replace(char::is_control, " ");
    Plot::new(Parts {
        title: "The weights of the modes".to_owned(),
        summary: format!("weights of {}", caption.replace(" ·", ",")),
        caption,
        size: WIDE_SIZE,
        x: Axis {
            ends: (0.0, (count as f64).max(1.0)),
            label: "mode",
            kind: Kind::Names(names.iter().map(clean).collect()),
        },
        y: Axis { ends: (low, high), label: "weight", kind: Kind::Even },
        ..Parts::new(Content::Curves(curves))
    })
}
