//! Whether chains mix: how long they remember, and whether they agree.

use super::axis::{Axis, Kind, around};
use super::chains::{MOST, described, first, parts, prefixes};
use super::colour;
use super::curves::{Curves, Level, Series, Shape};
use super::field::brief;
use super::layout::WIDE_SIZE;
use super::{Content, Parts, Plot};
use crate::diagnostics::{autocorrelation, integrated_time, rank_histogram, rhat};

/// Into how many parts all ranks are cut.
const BINS: usize = 20;

/// How much the value at a step tells about that so many steps (the lag) later, for each
/// chain: 1 is all, 0 is nothing. The
/// [integrated time](crate::diagnostics::integrated_time) of all chains is in the caption, and
/// sets how many lags are shown.
///
/// ```
/// use bootcamp::plot_autocorrelation;
///
/// use bootcamp::rng;
/// use rand::RngExt;
///
/// // Independent values have forgotten all after one step.
/// let mut rng = rng(1);
/// let chain: Vec<f64> = (0..10_000).map(|_| rng.random()).collect();
/// assert!(plot_autocorrelation(&[chain]).svg().contains("integrated time 1 draws"));
/// ```
#[must_use]
pub fn plot_autocorrelation(chains: &[Vec<f64>]) -> Plot {
    let shown = &chains[..chains.len().min(MOST)];
    let time = integrated_time(shown);
    let longest = shown.iter().map(Vec::len).max().unwrap_or(0);
    // Later lags are noise.
    let lags = time.map_or(100.0, |time| 6.0 * time).max(50.0) as usize;
    let lags = lags.min(longest.saturating_sub(1));
    let line = |chain: &Vec<f64>| -> Vec<(f64, f64)> {
        let lagged = autocorrelation(chain).into_iter().take(lags + 1).enumerate();
        lagged.map(|(lag, value)| (lag as f64, value)).collect()
    };
    let lines: Vec<_> = shown.iter().map(line).collect();
    let values = lines.iter().flatten().map(|point| point.1);
    let ends = around(values).map(|(low, high)| (low.min(-0.05), high.max(1.05)));
    let mut parts = parts(chains, "How long a walker remembers", "autocorrelation", lines, ends);
    if let Some(time) = time {
        let said = format!(
            "integrated time {} draws",
            brief(if time < 100.0 { (time * 10.0).round() / 10.0 } else { time.round() })
        );
        parts.caption = format!("{} · {said}", parts.caption);
        parts.summary = format!("{}, {said}", parts.summary);
    }
    parts.x =
        Axis { ends: (0.0, (lags as f64).max(1.0)), label: "lag in draws", kind: Kind::Whole };
    parts.y.label = "autocorrelation";
    if let Content::Curves(curves) = &mut parts.content {
        match curves.message {
            Some(_) if longest > 0 => {
                curves.message = Some("undefined: the chains stay in place, or are not finite");
                curves.series.clear();
            }
            Some(_) => {}
            None => curves.levels.push(Level { name: String::new(), value: 0.0 }),
        }
    }
    Plot::new(parts)
}

/// Which ranks among all values each chain has: a line of steps for each, of how many of its
/// draws are in each of 20 equal parts of the ranks, over how many there would be if all
/// chains found the same. Chains that agree stay near 1.
///
/// Method: A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), section 4.
///
/// ```
/// use bootcamp::plot_ranks;
///
/// let chains = [vec![0.1, 0.4, 0.2, 0.3], vec![0.3, 0.2, 0.5, 0.1]];
/// assert!(plot_ranks(&chains).svg().contains("20 parts of the ranks"));
/// ```
#[must_use]
pub fn plot_ranks(chains: &[Vec<f64>]) -> Plot {
    let shown = &chains[..chains.len().min(MOST)];
    let counts = rank_histogram(shown, BINS);
    let rows = counts.rows().into_iter();
    let lines: Vec<_> = rows
        .map(|row| {
            let even = row.sum() as f64 / BINS as f64;
            let steps = row.iter().enumerate().flat_map(|(bin, &count)| {
                let (left, height) = (bin as f64 / BINS as f64, count as f64 / even);
                [(left, height), (left + 1.0 / BINS as f64, height)]
            });
            steps.collect::<Vec<_>>()
        })
        .collect();
    let heights = lines.iter().flatten().map(|point| point.1);
    let ends = around(heights).map(|(_, high)| (0.0, high.max(1.5)));
    let mut parts = parts(chains, "Whether the chains found the same", "ranks", lines, ends);
    parts.caption = format!("{} · {BINS} parts of the ranks", parts.caption);
    parts.summary = format!("{}, {BINS} parts of the ranks", parts.summary);
    parts.x = Axis::unit("rank, as a share of all draws");
    parts.y.label = "draws / even share";
    if let Content::Curves(curves) = &mut parts.content
        && curves.message.is_none()
    {
        curves.series.iter_mut().for_each(|series| series.shape = Shape::Line(1.5));
        curves.levels.push(Level { name: "even".to_owned(), value: 1.0 });
    }
    Plot::new(parts)
}

/// [R-hat](crate::diagnostics::rhat) of the first steps, against how many those are: whether
/// the chains agreed by then. Walk until it stays below the line at 1.01. Of unequal chains
/// the steps that all have are taken.
///
/// ```
/// use bootcamp::plot_rhat;
///
/// let here: Vec<f64> = (0..1000).map(|step| f64::from(step * step % 101)).collect();
/// let there = here.iter().map(|value| value + 500.0).collect();
/// assert!(plot_rhat(&[here, there]).svg().contains("R-hat is 1."));
/// ```
#[must_use]
pub fn plot_rhat(chains: &[Vec<f64>]) -> Plot {
    let shortest = chains.iter().map(Vec::len).min().unwrap_or(0);
    let known = prefixes(shortest).into_iter().filter_map(|length| {
        let value = rhat(&first(chains, length)).filter(|value| value.is_finite())?;
        Some((length as f64, value))
    });
    let points: Vec<_> = known.collect();
    let high = points.iter().map(|point| point.1).fold(1.1, f64::max);
    let low = points.iter().map(|point| point.0).fold(f64::MAX, f64::min);
    let caption = described(chains);
    let (curves, caption) = match points.last() {
        None if shortest == 0 => (Curves::empty("no draws yet"), caption),
        None if chains.len() < 2 => (Curves::empty("two chains are needed"), caption),
        None => (Curves::empty("undefined: too few draws, or the chains stay in place"), caption),
        Some((_, last)) => {
            let said = format!("{caption} · R-hat is {}", brief(*last));
            let mut curves = Curves::default();
            let (colour, shape) = (colour::series(0, 1), Shape::Line(2.0));
            curves.series.push(Series { name: "R-hat".to_owned(), colour, shape, points });
            curves.levels.push(Level { name: "1.01".to_owned(), value: 1.01 });
            (curves, said)
        }
    };
    let ends = if curves.message.is_some() { (1.0, 10.0) } else { (low, shortest as f64) };
    Plot::new(Parts {
        title: "Whether the chains agree".to_owned(),
        summary: format!("R-hat of {}", caption.replace(" ·", ",")),
        caption,
        size: WIDE_SIZE,
        x: Axis { ends: (ends.0, ends.1.max(ends.0 * 2.0)), label: "draws", kind: Kind::Log },
        y: Axis { ends: (1.001, 1.0 + (high - 1.0) * 1.5), label: "R-hat", kind: Kind::Excess },
        ..Parts::new(Content::Curves(curves))
    })
}
