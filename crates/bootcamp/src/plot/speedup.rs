//! How much quicker several threads are than one.

use super::axis::{Axis, Kind};
use super::colour;
use super::curves::{Curves, Series, Shape};
use super::layout::WIDE_SIZE;
use super::{Content, Parts, Plot};

/// The speed-up over one thread and the efficiency (speed-up per thread, on the right
/// axis), from pairs of a number of threads and the seconds they took. Grey dashes are
/// ideal; a line is Amdahl's law with the serial share that fits best, which is in the
/// caption. Without a time for one thread, the fewest threads count as perfectly efficient.
///
/// Method: G. M. Amdahl, *AFIPS Conference Proceedings* 30, 483 (1967); the share is that
/// of the least squares of the times.
///
/// ```
/// use bootcamp::plot_speedup;
///
/// let plot = plot_speedup(&[(1, 8.0), (2, 4.4), (4, 2.6)]);
/// assert!(plot.svg().contains("serial share 10.0 %"));
/// assert!(plot.plain().contains("4 threads   2.6 s   speed-up 3.08   efficiency 77 %"));
/// ```
#[must_use]
pub fn plot_speedup(times: &[(usize, f64)]) -> Plot {
    let mut known: Vec<_> = times
        .iter()
        .filter(|(threads, seconds)| *threads > 0 && *seconds > 0.0 && seconds.is_finite())
        .map(|&(threads, seconds)| (threads as f64, seconds))
        .collect();
    known.sort_by(|one, two| one.0.total_cmp(&two.0).then(one.1.total_cmp(&two.1)));
    let lost = times.len() - known.len();
    let most = known.last().map_or(1.0, |last| last.0);
    let first = known.first().copied().unwrap_or((1.0, 1.0));
    let gains: Vec<_> =
        known.iter().map(|(threads, seconds)| (*threads, first.0 * first.1 / seconds)).collect();
    let share = serial_share(&known, first);
    let (curves, mut caption) = match known.len() {
        0 => (Curves::empty("no times yet"), "no times".to_owned()),
        count => {
            let times = if count == 1 { "time" } else { "times" };
            let said = share.map(|share| format!(" · serial share {:.1} %", 100.0 * share));
            let caption = format!("{count} {times}{}", said.unwrap_or_default());
            (drawn(&gains, share, most), caption)
        }
    };
    if first.0 > 1.0 {
        caption = format!("{caption} · measured against {} threads", first.0);
    }
    if lost > 0 {
        caption = format!("{caption} · {lost} left out");
    }
    let row = |((threads, seconds), (_, gain)): (&(f64, f64), &(f64, f64))| {
        let unit = if *threads > 1.0 { "threads" } else { "thread " };
        let efficiency = 100.0 * gain / threads;
        format!(
            "{threads} {unit}   {seconds} s   speed-up {gain:.2}   efficiency {efficiency:.0} %"
        )
    };
    let table: Vec<_> = known.iter().zip(&gains).map(row).collect();
    let high = gains.iter().map(|gain| gain.1).fold(most, f64::max);
    let best = gains.iter().map(|(threads, gain)| gain / threads).fold(1.0, f64::max);
    let efficiency = Axis { ends: (0.0, best * 105.0), label: "efficiency in %", kind: Kind::Even };
    Plot::new(Parts {
        title: "Speed-up".to_owned(),
        summary: format!("speed-up of {}", caption.replace(" ·", ",")),
        caption,
        size: WIDE_SIZE,
        x: Axis { ends: (0.0, most * 1.05), label: "threads", kind: Kind::Whole },
        y: Axis { ends: (0.0, high * 1.05), label: "speed-up", kind: Kind::Even },
        right: (!known.is_empty()).then_some(efficiency),
        ..Parts::new(Content::Curves(Curves { table: Some(table.join("\n")), ..curves }))
    })
}

fn drawn(gains: &[(f64, f64)], share: Option<f64>, most: f64) -> Curves {
    let series = |name: &str, number, shape, points| Series {
        name: name.to_owned(),
        colour: colour::series(number, 7),
        shape,
        points,
    };
    let mut curves = Curves::default();
    curves.series.push(series("ideal", 6, Shape::Dashes, vec![(0.0, 0.0), (most, most)]));
    if let Some(share) = share {
        let law = |threads: f64| threads / (share * threads + 1.0 - share);
        let threads = |step: i32| 1.0 + (most - 1.0) * f64::from(step) / 32.0;
        let points = (0..=32).map(|step| (threads(step), law(threads(step))));
        curves.series.push(series("Amdahl's law", 2, Shape::Line(2.0), points.collect()));
    }
    let efficiency = |(threads, gain): &(f64, f64)| (*threads, 100.0 * gain / threads);
    let efficiencies = gains.iter().map(efficiency).collect();
    curves.series.push(series("efficiency (right)", 1, Shape::DottedRight, efficiencies));
    curves.series.push(series("speed-up", 0, Shape::Dotted, gains.to_vec()));
    curves
}

/// The share of the work on one thread that more threads do not make quicker.
fn serial_share(times: &[(f64, f64)], first: (f64, f64)) -> Option<f64> {
    // As shares of the time on one thread: s + (1 - s) / threads, which is a line in s.
    let one = first.0 * first.1;
    let terms = times.iter().map(|(threads, seconds)| {
        let parallel = 1.0 / threads;
        let weight = 1.0 - parallel;
        ((seconds / one - parallel) * weight, weight * weight)
    });
    let (up, down) = terms.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1));
    let distinct = times.last().is_some_and(|last| last.0 > first.0);
    (distinct && down > 0.0).then(|| (up / down).clamp(0.0, 1.0))
}
