//! Exercises A and B: chains that agree, and what an independent sample costs.

use super::Verdict;
use crate::diagnostics::{rhat, x_chains, y_chains};
use crate::{Mixture, Run};

/// Chains that disagree more than this have not forgotten their starts (arXiv:1903.08008).
const MOST_RHAT: f64 = 1.01;
/// How far a share may be from the truth: five times the spread of right answers.
const MOST_OFF: f64 = 0.03;
/// Fewer chains do not disagree clearly.
const FEWEST_CHAINS: usize = 4;
/// The exercise begins with fewer steps than this.
const FEWEST_STEPS: usize = 1000;
/// The best longest steps for [`Mixture::bootcamp`]: measured, 24 steps make an independent
/// sample at 0.6, 44 at 0.5, 60 at 1.0, 613 at 0.3 and 112,000 at 0.1.
const BEST_STEPS: std::ops::RangeInclusive<f64> = 0.5..=0.8;

/// Checks that the chains of a run on [`Mixture::bootcamp`] agree with each other and with
/// the truth.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let f = Mixture::bootcamp();
/// let walk = Walk::new(&f).random_starts().chains(16).seed(1).burn_in(1000);
/// assert!(check_exercise_a(&walk.clone().step(0.6).run(100_000)).is_correct());
/// let verdict = check_exercise_a(&walk.run(10_000)).to_string();
/// assert!(verdict.starts_with("Exercise A: not yet. R-hat is"));
/// ```
#[must_use]
pub fn check_exercise_a(run: &Run) -> Verdict {
    if run.steps() < FEWEST_STEPS {
        return Verdict::not_attempted("A", "Choose the steps of `mixed` and run this cell again.");
    }
    match inspect(run, &Mixture::bootcamp()) {
        Ok(praise) => Verdict::correct("A", &praise),
        Err(fault) => Verdict::incorrect("A", &fault),
    }
}

fn inspect(run: &Run, f: &Mixture) -> Result<String, String> {
    let chains = run.chains();
    if chains < FEWEST_CHAINS {
        return Err(format!(
            "Only {chains} chains: take at least {FEWEST_CHAINS}, they check each other."
        ));
    }
    if run.starts().iter().all(|start| *start == run.starts()[0]) {
        return Err("All chains start in one place, so they can agree without having seen \
                    anything else. Give them `.random_starts()`."
            .to_owned());
    }
    let traces = run.traces();
    let of_both = [rhat(&x_chains(traces)), rhat(&y_chains(traces))];
    let worst = of_both.into_iter().flatten().reduce(f64::max);
    let Some(worst) = worst else {
        return Err("The chains are too short for R-hat: walk more steps.".to_owned());
    };
    if worst > MOST_RHAT {
        return Err(format!(
            "R-hat is {worst:.2}, above {MOST_RHAT}: the chains still remember where they started. \
             Take longer steps (`.step(..)`), or more of them."
        ));
    }
    let shares = f.shares(traces.iter().flatten());
    let off = shares.iter().zip(f.weights()).map(|(share, weight)| (share - weight).abs());
    let off = off.fold(0.0, f64::max);
    let shown =
        shares.iter().map(|share| format!("{:.1}", 100.0 * share)).collect::<Vec<_>>().join(", ");
    if off > MOST_OFF {
        return Err(format!(
            "The chains agree, but the peaks hold {shown} % where 50.0, 20.8, 29.2 % are right: walk \
             more steps, on the whole function."
        ));
    }
    Ok(format!(
        "R-hat is {worst:.3}, and the peaks hold {shown} %. The distance to the truth (total variation) is \
         {:.3}.",
        run.histogram().total_variation(f)
    ))
}

/// Checks the longest step at which [`Mixture::bootcamp`] costs the fewest steps per independent
/// sample.
///
/// ```
/// use bootcamp::exercises::check_exercise_b;
///
/// assert!(check_exercise_b(0.6).is_correct());
/// assert!(check_exercise_b(0.1).to_string().contains("cannot cross"));
/// ```
#[must_use]
pub fn check_exercise_b(best_step: f64) -> Verdict {
    if best_step == 0.0 {
        return Verdict::not_attempted(
            "B",
            "Put the best step into `best_step` and run this cell again.",
        );
    }
    if BEST_STEPS.contains(&best_step) {
        return Verdict::correct(
            "B",
            "About 25 steps make one independent sample, thousands of times fewer than with steps of 0.1. \
             The best length is about the distance between the peaks.",
        );
    }
    let fault = if best_step < *BEST_STEPS.start() {
        "Steps this short are accepted often, and cannot cross the valleys: look at the column of the costs."
    } else if best_step.is_finite() {
        "Steps this long nearly always end where the function is low: look at the column of the costs."
    } else {
        "A step is a finite number above 0, such as 0.3."
    };
    Verdict::incorrect("B", fault)
}
