//! Exercise 7: the same walks, wherever they were walked.

use super::Verdict;
use crate::Point;

/// Checks walks from engines against the same ones of this machine: point for point.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let walk = |walker| random_walker(|_, _| 1.0, 10, [0.5, 0.5], 0, &mut walker_rng(1, walker));
/// let here: Vec<Vec<Point>> = (0..3).map(walk).collect();
/// assert!(check_exercise_7(&here.clone(), &here).is_correct());
/// let verdict = check_exercise_7(&here[..2], &here);
/// assert!(verdict.to_string().contains("2 walks have come back, and 3 were asked for"));
/// ```
#[must_use]
pub fn check_exercise_7(walks: &[Vec<Point>], right: &[Vec<Point>]) -> Verdict {
    if walks.is_empty() {
        let what_to_do = "Let each engine put its walks into `walks`, and run the cells down to \
                          this one again.";
        return Verdict::not_attempted(7, what_to_do);
    }
    if let Some(fault) = fault(walks, right) {
        return Verdict::incorrect(7, &fault);
    }
    let points: usize = walks.iter().map(Vec::len).sum();
    Verdict::correct(7, &format!("{} walks, {points} points, the same everywhere.", walks.len()))
}

fn fault(walks: &[Vec<Point>], right: &[Vec<Point>]) -> Option<String> {
    if walks == right {
        return None;
    }
    let (count, wanted) = (walks.len(), right.len());
    if count != wanted {
        let why = if wanted > 0 && count % wanted == 0 {
            "Every engine walked all walkers: let it take those in its own `walkers`."
        } else {
            "Each engine makes a walk for each number in its `walkers`."
        };
        return Some(format!("{count} walks have come back, and {wanted} were asked for. {why}"));
    }
    let twin = (1..count).find_map(|one| {
        walks[..one].iter().position(|other| *other == walks[one]).map(|other| (other, one))
    });
    if let Some((other, one)) = twin {
        return Some(format!(
            "Walks {other} and {one} are the same, point for point: give each walker its own \
             number, as in `one_walk(walker)`."
        ));
    }
    if right.iter().all(|walk| walks.contains(walk)) {
        return Some("All walks are there, in another order: keep that of `walkers`.".to_owned());
    }
    let place = walks.iter().zip(right).position(|(mine, theirs)| mine != theirs)?;
    Some(format!(
        "Walk {place} is not that of walker {place}: call `one_walk` as it is, with the walker's \
         number."
    ))
}
