//! What speaks against some walks, in plain words.

use super::Coordinate;
use super::parts::Parts;
use crate::{Point, STEP};

/// Below it the chains agree, and from the other on they are far from it. The first is that of
/// A. Vehtari et al., [arXiv:1903.08008](https://arxiv.org/abs/1903.08008), the second was the
/// rule before.
const AGREE: f64 = 1.01;
const DISAGREE: f64 = 1.1;
/// Independent samples that are enough, after the same authors.
const ENOUGH: f64 = 400.0;
/// Fewer or more accepted steps than these are rarely good. Where peaks lie apart, the best
/// steps are long, and one in ten is accepted.
const FEW_ACCEPTED: f64 = 0.02;
const MOST_ACCEPTED: f64 = 0.95;
/// A walker that forgets in fewer steps takes no timid ones.
const QUICK: f64 = 10.0;

pub(super) fn warnings(parts: &Parts) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: Option<String>| warnings.extend(text);
    warn(of_starts(parts));
    let still = parts.acceptance == 0.0;
    warn(still.then(|| {
        "no step was accepted: the walkers never left their starts; make the steps smaller".into()
    }));
    if parts.chains == 1 {
        warn(Some(
            "one chain has nobody to disagree with: take four or more, from starts far apart"
                .into(),
        ));
    } else {
        warn(of_agreement(parts));
    }
    // What is said about samples and steps takes it that the walkers move.
    if !still {
        warn(of_samples(parts));
        warn(of_steps(parts));
    }
    warnings
}

fn of_starts(parts: &Parts) -> Option<String> {
    let Parts { chains, starts, .. } = parts;
    let (&first, others) = starts.split_first()?;
    if starts.len() != *chains {
        let (count, plural) = (starts.len(), if starts.len() == 1 { "" } else { "s" });
        return Some(format!("{count} start{plural} for {chains} chains: give one for each"));
    }
    let close = |start: &Point| (start.x - first.x).abs().max((start.y - first.y).abs()) <= STEP;
    (!others.is_empty() && others.iter().all(close)).then(|| {
        format!(
            "all {chains} chains started in one place: they may agree because they all miss \
             the same peaks; start them far apart"
        )
    })
}

fn of_agreement(parts: &Parts) -> Option<String> {
    let (name, rhat) = worst(parts, |coordinate| coordinate.rhat, |one, two| one > two)?;
    if rhat >= DISAGREE {
        Some(format!(
            "R-hat {rhat:.1} of {name}: the chains disagree; the picture shows where they \
             started, not the density"
        ))
    } else if rhat >= AGREE {
        Some(format!(
            "R-hat {rhat:.2} of {name}: the chains do not quite agree yet; take longer walks"
        ))
    } else {
        None
    }
}

fn of_samples(parts: &Parts) -> Option<String> {
    let few = |place: &str, least: Option<(char, f64)>| {
        let (name, count) = least.filter(|&(_, count)| count < ENOUGH)?;
        let count = count.round().max(1.0);
        let samples = if count > 1.0 { "samples" } else { "sample" };
        Some(format!("only {count} independent {samples} of {name}{place}: take longer walks"))
    };
    few("", worst(parts, |coordinate| coordinate.ess_bulk, |one, two| one < two)).or_else(|| {
        few(" in its tails", worst(parts, |coordinate| coordinate.ess_tail, |one, two| one < two))
    })
}

fn of_steps(parts: &Parts) -> Option<String> {
    let share = 100.0 * parts.acceptance;
    if parts.acceptance < FEW_ACCEPTED {
        return Some(format!(
            "only {share:.0} % of the steps were accepted: the walkers mostly stand still; make \
             the steps smaller"
        ));
    }
    let (_, time) = worst(parts, |coordinate| coordinate.integrated_time, |one, two| one > two)?;
    (parts.acceptance > MOST_ACCEPTED && time > QUICK).then(|| {
        format!(
            "{share:.0} % of the steps were accepted, yet a walker needs {time:.0} of them to \
             forget where it was: make the steps larger"
        )
    })
}

/// The coordinate whose number is worse, of those that have one.
fn worst(
    parts: &Parts,
    number: impl Fn(&Coordinate) -> Option<f64>,
    worse: impl Fn(f64, f64) -> bool,
) -> Option<(char, f64)> {
    let numbers = [('x', number(&parts.x)), ('y', number(&parts.y))];
    let defined = numbers.into_iter().filter_map(|(name, number)| Some((name, number?)));
    defined.reduce(|one, two| if worse(two.1, one.1) { two } else { one })
}
