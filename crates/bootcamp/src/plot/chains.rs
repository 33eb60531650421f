//! What several walkers found, step by step.

use super::axis::{Axis, Kind, around};
use super::colour::{self, INK, LINE_TOP};
use super::curves::{Curves, Level, Series, Shape, thinned};
use super::field::brief;
use super::layout::WIDE_SIZE;
use super::scale::Scale;
use super::{Content, Parts, Plot};
use crate::diagnostics::mcse_mean;

/// More lines than this are a tangle, and a large file.
pub(super) const MOST: usize = 32;
/// How many points all lines of a picture have: a line has two per pixel across.
const POINTS: usize = 12_000;
const POINTS_OF_LINE: usize = 1000;

/// The value of each chain against the step: a line of its own for each. A chain that
/// mixes well looks like grass; all chains should look alike. Of a long chain the lowest
/// and highest value of each pixel's width are drawn, of more than 32 chains the first 32.
///
/// ```
/// use bootcamp::plot_trace;
///
/// let plot = plot_trace(&[vec![0.1, 0.4, 0.2], vec![0.3, 0.3, 0.5]]);
/// assert!(plot.svg().contains("2 chains · 3 draws each"));
/// ```
#[must_use]
pub fn plot_trace(chains: &[Vec<f64>]) -> Plot {
    let lines = chains.iter().take(MOST).map(|chain| numbered(chain.iter().copied()));
    let y = around(chains.iter().take(MOST).flatten().copied());
    chart(chains, "What the walkers found", "trace", lines.collect(), y)
}

/// Values with their steps, counted from 1.
pub(super) fn numbered(values: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    values.enumerate().map(|(step, value)| ((step + 1) as f64, value)).collect()
}

/// Lines against the step, one for each chain, or a message where there are none.
pub(super) fn chart(
    chains: &[Vec<f64>],
    title: &str,
    kind: &str,
    lines: Vec<Vec<(f64, f64)>>,
    y: Option<(f64, f64)>,
) -> Plot {
    Plot::new(parts(chains, title, kind, lines, y))
}

pub(super) fn parts(
    chains: &[Vec<f64>],
    title: &str,
    kind: &str,
    lines: Vec<Vec<(f64, f64)>>,
    y: Option<(f64, f64)>,
) -> Parts {
    let caption = described(chains);
    let longest = chains.iter().map(Vec::len).max().unwrap_or(0);
    let mut curves = match y {
        None if longest == 0 => Curves::empty("no draws yet"),
        None => Curves::empty("no finite value"),
        Some(_) => Curves::default(),
    };
    let count = lines.len();
    curves.many = !colour::few(count);
    for (number, points) in lines.into_iter().enumerate() {
        curves.series.push(Series {
            name: if curves.many { String::new() } else { format!("chain {}", number + 1) },
            colour: colour::series(number, count),
            shape: Shape::Line(1.0),
            points: thinned(&points, (POINTS / count).min(POINTS_OF_LINE)),
        });
    }
    Parts {
        title: title.to_owned(),
        summary: format!("{kind} of {}", caption.replace(" ·", ",")),
        caption,
        size: WIDE_SIZE,
        x: steps(longest),
        y: Axis { ends: y.unwrap_or((0.0, 1.0)), label: "value", kind: Kind::Even },
        scale: curves.many.then_some(Scale {
            ends: (1.0, count as f64),
            top: LINE_TOP,
            label: "chain",
            whole: true,
        }),
        ..Parts::new(Content::Curves(curves))
    }
}

/// An axis for so many steps.
pub(super) fn steps(longest: usize) -> Axis {
    Axis { ends: (0.0, (longest as f64).max(2.0)), label: "draw", kind: Kind::Whole }
}

/// How many chains of how many steps, and what is not drawn.
pub(super) fn described(chains: &[Vec<f64>]) -> String {
    let count = chains.len();
    let lengths = || chains.iter().map(Vec::len);
    let (shortest, longest) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
    let chain = if count == 1 { "chain" } else { "chains" };
    let step = if longest == 1 { "draw" } else { "draws" };
    let mut text = if shortest == longest {
        let each = if count > 1 { " each" } else { "" };
        format!("{count} {chain} · {longest} {step}{each}")
    } else {
        format!("{count} {chain} · {shortest} to {longest} draws")
    };
    if count > MOST {
        text = format!("the first {MOST} of {text}");
    }
    let lost = chains.iter().take(MOST).flatten().filter(|value| !value.is_finite()).count();
    if lost > 0 {
        text = format!("{text} · {lost} not finite (left out)");
    }
    text
}

/// The mean of each chain's values so far, against the step, and in black the mean of all
/// chains, with its standard error as a grey band (from
/// [`mcse_mean`]). The truth is a line of dashes. The first
/// steps, where means jump about, may lie beyond the picture.
///
/// ```
/// use bootcamp::plot_running_mean;
///
/// let plot = plot_running_mean(&[vec![0.1, 0.4, 0.2], vec![0.3, 0.3, 0.5]], Some(0.35));
/// assert!(plot.svg().contains("the mean is 0.3, the truth 0.35"));
/// ```
#[must_use]
pub fn plot_running_mean(chains: &[Vec<f64>], truth: Option<f64>) -> Plot {
    let truth = truth.filter(|truth| truth.is_finite());
    let means: Vec<_> = chains.iter().take(MOST).map(|chain| running_mean(chain)).collect();
    let shortest = means.iter().map(Vec::len).min().unwrap_or(0);
    let all = (0..shortest)
        .map(|step| means.iter().map(|means| means[step]).sum::<f64>() / means.len() as f64);
    let all = numbered(all);
    let band = band(chains, &all);
    // A tenth of the steps may jump about as they like.
    let calm = means.iter().flat_map(|means| &means[means.len() / 10..]).copied();
    let drawn = band.iter().map(|place| place.1);
    let later = band.iter().filter(|place| place.0 >= shortest as f64 / 10.0).count();
    let ends = around(calm.chain(truth).chain(drawn.filter(|_| later == band.len())));
    let ends = if chains.iter().all(Vec::is_empty) { None } else { ends };
    let last = all.last().map(|last| last.1).filter(|mean| mean.is_finite());
    let lines = means.into_iter().map(|means| numbered(means.into_iter()));
    let mut parts = parts(chains, "Means so far", "running mean", lines.collect(), ends);
    let said = match (last, truth) {
        (Some(mean), Some(truth)) => {
            format!(" · the mean is {}, the truth {}", brief(mean), brief(truth))
        }
        (Some(mean), None) => format!(" · the mean is {}", brief(mean)),
        (None, _) => String::new(),
    };
    parts.caption.push_str(&said);
    parts.summary.push_str(&said.replace(" ·", ","));
    parts.y.label = "mean so far";
    let Content::Curves(curves) = &mut parts.content else { return Plot::new(parts) };
    if curves.message.is_none() {
        if !band.is_empty() {
            let name = "± standard error".to_owned();
            let band = Series { name, colour: INK, shape: Shape::Band, points: band };
            curves.series.insert(0, band);
        }
        if chains.len() > 1 && !all.is_empty() {
            curves.series.push(Series {
                name: "all chains".to_owned(),
                colour: INK,
                shape: Shape::Line(2.0),
                points: thinned(&all, POINTS_OF_LINE),
            });
        }
        let level = |value| Level { name: "truth".to_owned(), value };
        curves.levels.extend(truth.map(level));
    }
    Plot::new(parts)
}

fn running_mean(values: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mean = |(step, value): (usize, &f64)| {
        sum += value;
        sum / (step + 1) as f64
    };
    values.iter().enumerate().map(mean).collect()
}

/// The upper edge of the band from the left, then the lower one from the right.
fn band(chains: &[Vec<f64>], mean: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let chains = &chains[..chains.len().min(MOST)];
    let errors = prefixes(mean.len()).into_iter().filter_map(|length| {
        let error = mcse_mean(&first(chains, length)).filter(|error| error.is_finite())?;
        Some((mean[length - 1], error))
    });
    let errors: Vec<_> = errors.collect();
    let upper = errors.iter().map(|((step, mean), error)| (*step, mean + error));
    let lower = errors.iter().rev().map(|((step, mean), error)| (*step, mean - error));
    upper.chain(lower).collect()
}

/// The first draws of each chain.
pub(super) fn first(chains: &[Vec<f64>], length: usize) -> Vec<&[f64]> {
    chains.iter().map(|chain| &chain[..length]).collect()
}

/// Lengths from a few steps to all of them, each a quarter longer than the last one: what is
/// computed for each is done six times for the whole chain's steps, not a thousand times.
pub(super) fn prefixes(longest: usize) -> Vec<usize> {
    let longer = |length: &usize| Some(length + (length / 4).max(1));
    let shorter = std::iter::successors(Some(10), longer).take_while(|&length| length < longest);
    shorter.chain((longest > 0).then_some(longest)).collect()
}
