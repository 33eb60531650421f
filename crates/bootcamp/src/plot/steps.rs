//! What a walker proposed, and what became of it.

use super::colour::{ACCEPTED, CARD, INK, REJECTED};
use super::geometry::Rect;
use super::legend::{Key, Mark, cross};
use super::path::{clip, inside};
use super::pen::Pen;
use super::{Content, Parts, Plot};
use crate::{Point, Proposal};

/// More steps than this hide each other.
const MOST: usize = 500;

/// The first steps of a walk.
#[derive(Clone)]
pub(super) struct Walk(pub(super) Vec<Proposal>);

/// A walk on the unit square with all that it proposed: blue lines are accepted steps,
/// vermilion ones with a cross are proposals that were rejected. Of more than 500 steps
/// the first 500 are drawn. [`record_steps`](crate::record_steps) yields them;
/// [`Plot::over`] draws the function below.
///
/// ```
/// use bootcamp::{Mixture, plot_steps, record_steps, rng};
///
/// let f = Mixture::bootcamp();
/// let steps = record_steps(&f, 200, [0.5, 0.2], &mut rng(1));
/// let plot = plot_steps(&steps).over(&f);
/// assert!(plot.svg().contains("200 steps · "));
/// ```
#[must_use]
pub fn plot_steps(steps: &[Proposal]) -> Plot {
    let shown = &steps[..steps.len().min(MOST)];
    let count = steps.len();
    let accepted = shown.iter().filter(|step| step.accepted).count();
    let outside = shown.iter().filter(|step| !inside(step.to)).count();
    let plural = if count == 1 { "step" } else { "steps" };
    let caption = if count == 0 {
        "no steps yet".to_owned()
    } else {
        let which = if count > MOST { format!("the first {MOST} of ") } else { String::new() };
        let share = 100.0 * accepted as f64 / shown.len() as f64;
        format!("{which}{count} {plural} · {share:.0} % accepted · {outside} outside")
    };
    Plot::new(Parts {
        title: "The walker's steps".to_owned(),
        summary: if count == 0 {
            "steps of a walk, 0 steps".to_owned()
        } else {
            format!("steps of a walk, {}", caption.replace(" ·", ","))
        },
        caption,
        // The axes are a square of 400 x 400, as those with a colour bar.
        size: (486, 532),
        ..Parts::new(Content::Walk(Walk(shown.to_vec())))
    })
}

impl Walk {
    pub(super) fn keys(&self) -> Vec<Key> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let key = |name: &str, colour, mark| Key { name: name.to_owned(), colour, mark };
        vec![
            key("accepted", ACCEPTED, Mark::Line),
            key("rejected", REJECTED, Mark::Cross),
            key("start", CARD, Mark::Disc),
            key("end", INK, Mark::Disc),
        ]
    }

    pub(super) fn draw(&self, pen: &mut Pen, axes: Rect) {
        let position = |point: Point| axes.at((point.x, point.y));
        let lines = |accepted: bool| -> Vec<_> {
            let steps = self.0.iter().filter(|step| step.accepted == accepted);
            let visible = steps.filter_map(|step| clip(step.from, step.to));
            visible.map(|line| line.map(position)).collect()
        };
        pen.lines(&lines(false), REJECTED, 0.8);
        let rejected = self.0.iter().filter(|step| !step.accepted && inside(step.to));
        let crosses: Vec<_> = rejected.flat_map(|step| cross(position(step.to))).collect();
        pen.lines(&crosses, REJECTED, 1.5);
        pen.lines(&lines(true), ACCEPTED, 1.5);
        for (point, fill) in [(self.start(), CARD), (self.end(), INK)] {
            if let Some(point) = point.filter(|&point| inside(point)) {
                pen.disc(position(point), 4.0, fill);
            }
        }
    }

    pub(super) fn start(&self) -> Option<Point> {
        self.0.first().map(|step| step.from)
    }

    pub(super) fn end(&self) -> Option<Point> {
        self.0.last().map(Proposal::end)
    }
}
