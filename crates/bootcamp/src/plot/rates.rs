//! How much gets done in a second, by one way and by another.

use super::axis::{Axis, Kind};
use super::colour;
use super::curves::{Curves, Series, Shape, Text};
use super::field::brief;
use super::layout::WIDE_SIZE;
use super::{Content, Parts, Plot};

/// How far the lowest bar rises above the bottom, and the highest stays below the top.
const SPARE: f64 = 2.0;

/// Bars of steps per second, from pairs of a name and a rate, on a logarithmic axis: each line
/// of the grid is ten times the one below it. Above a bar stands how many times as fast it is as
/// the first one. A rate of 0, or one that is not finite, has no bar.
///
/// ```
/// use bootcamp::plot_rates;
///
/// let plot = plot_rates(&[("slow", 2e5), ("quick", 5e7)]);
/// assert!(plot.plain().contains("quick   50 million steps/s   250 times as fast as slow"));
/// assert!(plot.svg().contains("250 ×"));
/// ```
#[must_use]
pub fn plot_rates(rates: &[(&str, f64)]) -> Plot {
    let known: Vec<_> = rates.iter().copied().filter(|rate| is_rate(rate.1)).collect();
    let lost = rates.len() - known.len();
    let (slowest, quickest) = known
        .iter()
        .fold((f64::MAX, 0.0_f64), |(low, high), &(_, rate)| (low.min(rate), high.max(rate)));
    let plural = if rates.len() == 1 { "rate" } else { "rates" };
    let mut caption = format!("{} {plural}", rates.len());
    let (curves, ends) = if let Some(&first) = known.first() {
        caption = format!("{caption} · above each bar: times as fast as {}", clean(first.0));
        // The axis begins at a power of ten, and ends where the last text has room.
        let low = 10_f64.powf((slowest / SPARE).log10().floor());
        (drawn(rates, first), (low, quickest * SPARE))
    } else {
        let table = Some(String::new());
        (Curves { table, ..Curves::empty("no rates yet") }, (1.0, 10.0))
    };
    if lost > 0 {
        caption = format!("{caption} · {lost} left out");
    }
    Plot::new(Parts {
        title: "Steps per second".to_owned(),
        summary: format!("{} {plural} of steps per second, {lost} left out", rates.len()),
        caption,
        size: WIDE_SIZE,
        x: Axis {
            ends: (0.0, (rates.len() as f64).max(1.0)),
            label: "",
            kind: Kind::Names(rates.iter().map(|(name, _)| clean(name)).collect()),
        },
        y: Axis { ends, label: "steps per second", kind: Kind::Log },
        ..Parts::new(Content::Curves(curves))
    })
}

fn drawn(rates: &[(&str, f64)], first: (&str, f64)) -> Curves {
    let known = rates.iter().enumerate().filter(|(_, rate)| is_rate(rate.1));
    let places: Vec<_> = known.map(|(at, (_, rate))| (at as f64 + 0.5, *rate)).collect();
    let texts = places.iter().map(|&at| Text { at, text: format!("{} ×", times(at.1 / first.1)) });
    let wide = rates.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let row = |(name, rate): &(&str, f64)| {
        let (rate, times) = (brief(rate / 1e6), times(rate / first.1));
        let name = clean(name);
        format!("{name:wide$}   {rate} million steps/s   {times} times as fast as {}", first.0)
    };
    Curves {
        texts: texts.collect(),
        table: Some(rates.iter().map(row).collect::<Vec<_>>().join("\n")),
        series: vec![Series {
            name: String::new(),
            colour: colour::series(0, 2),
            shape: Shape::Bars(0, 1),
            points: places,
        }],
        ..Curves::default()
    }
}

/// Beyond these the axis has no powers of ten.
fn is_rate(rate: f64) -> bool {
    (1e-300..1e300).contains(&rate)
}

fn clean(name: &str) -> String {
    name.replace(char::is_control, " ")
}

/// A ratio in two digits, or the whole number.
fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { brief(ratio.round()) }
}
