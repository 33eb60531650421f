//! What a walk brought home.

use std::fmt;

use super::group::{Group, Plan};
use crate::{Histogram2d, LANES, Point, Summary, WalkError};

/// What was collected while the chains of a [`Walk`](crate::Walk) went.
///
/// It can be kept in a variable of a notebook, whatever the density was.
///
/// ```
/// use bootcamp::{Mixture, Walk};
///
/// let run = Walk::new(&Mixture::bootcamp()).start([0.5, 0.2]).chains(4).run(10_000);
/// assert_eq!((run.chains(), run.steps()), (4, 10_000));
/// assert_eq!(run.histogram().total(), 40_000);
/// assert!((0.4..0.6).contains(&run.acceptance()));
/// ```
#[derive(Clone)]
pub struct Run {
    starts: Vec<Point>,
    steps: usize,
    step: f64,
    burn_in: usize,
    thinning: usize,
    acceptances: Vec<f64>,
    histogram: Histogram2d,
    traces: Vec<Vec<Point>>,
    points: Vec<Vec<Point>>,
    /// Mean and (var x, var y, cov) of each chain.
    means: Vec<Point>,
    covariances: Vec<[f64; 3]>,
}

impl Run {
    pub(super) fn new(starts: Vec<Point>, plan: &Plan) -> Self {
        Self {
            starts,
            steps: plan.steps,
            step: plan.step,
            burn_in: plan.burn_in,
            thinning: plan.thinning,
            acceptances: Vec::new(),
            histogram: plan.histogram.clone(),
            traces: Vec::new(),
            points: Vec::new(),
            means: Vec::new(),
            covariances: Vec::new(),
        }
    }

    pub(super) fn append(&mut self, group: Group) -> Result<(), WalkError> {
        let steps = self.steps as f64;
        for lane in 0..group.chains.min(LANES) {
            self.acceptances.push(group.accepted.0[lane] as f64 / steps);
            let [x, y, xx, yy, xy] =
                group.sums.moments.sums.each_ref().map(|sum| sum.0[lane] / steps);
            let [origin_x, origin_y] = group.sums.moments.origin.each_ref().map(|row| row.0[lane]);
            self.means.push(Point { x: origin_x + x, y: origin_y + y });
            self.covariances.push([xx - x * x, yy - y * y, xy - x * y]);
        }
        self.histogram
            .merge(&group.sums.counter.finish())
            .map_err(|_| WalkError::Memory { points: self.steps })?;
        self.traces.extend(group.traces);
        self.points.extend(group.points);
        Ok(())
    }

    /// How many chains walked.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).chains(3).run(1).chains(), 3);
    /// ```
    #[must_use]
    pub fn chains(&self) -> usize {
        self.starts.len()
    }

    /// How many steps each chain walked, without the burn-in.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).burn_in(100).run(900).steps(), 900);
    /// ```
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Where each chain started, before its burn-in.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).start([1.0, 2.0]).run(1);
    /// assert_eq!(run.starts()[0].y, 2.0);
    /// ```
    #[must_use]
    pub fn starts(&self) -> &[Point] {
        &self.starts
    }

    /// The share of the steps that were accepted, over all chains.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).run(100).acceptance(), 1.0);
    /// ```
    #[must_use]
    pub fn acceptance(&self) -> f64 {
        mean(self.acceptances.iter().copied())
    }

    /// The share of the steps that were accepted, of each chain.
    ///
    /// ```
    /// assert_eq!(bootcamp::Walk::new(|_, _| 1.0).chains(2).run(9).acceptances(), [1.0, 1.0]);
    /// ```
    #[must_use]
    pub fn acceptances(&self) -> &[f64] {
        &self.acceptances
    }

    /// Every point of every chain, counted.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).chains(2).run(50);
    /// assert_eq!(run.histogram().total(), 100);
    /// ```
    #[must_use]
    pub fn histogram(&self) -> &Histogram2d {
        &self.histogram
    }

    /// The mean of all points.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|x: f64, y: f64| (-x * x - y * y).exp()).step(2.0).run(100_000);
    /// assert!(run.mean().x.hypot(run.mean().y) < 0.05);
    /// ```
    #[must_use]
    pub fn mean(&self) -> Point {
        let of = |coordinate: fn(&Point) -> f64| mean(self.means.iter().map(coordinate));
        Point { x: of(|point| point.x), y: of(|point| point.y) }
    }

    /// The mean of each chain.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).chains(3).keep().run(100);
    /// let first = run.points()[0].iter().map(|point| point.x).sum::<f64>() / 100.0;
    /// assert!((run.means()[0].x - first).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn means(&self) -> &[Point] {
        &self.means
    }

    /// Variance of x, variance of y and covariance of all points: `[xx, yy, xy]`.
    ///
    /// ```
    /// let gaussian = |x: f64, y: f64| (-(x * x + y * y / 4.0) / 2.0).exp();
    /// let run = bootcamp::Walk::new(gaussian).step(3.0).chains(16).run(100_000);
    /// let [xx, yy, xy] = run.covariance();
    /// assert!((xx - 1.0).abs() < 0.05 && (yy - 4.0).abs() < 0.2 && xy.abs() < 0.1);
    /// ```
    #[must_use]
    pub fn covariance(&self) -> [f64; 3] {
        let all = self.mean();
        let parts = || self.means.iter().zip(&self.covariances);
        let offset = |point: &Point| (point.x - all.x, point.y - all.y);
        [
            mean(parts().map(|(point, own)| own[0] + offset(point).0.powi(2))),
            mean(parts().map(|(point, own)| own[1] + offset(point).1.powi(2))),
            mean(parts().map(|(point, own)| own[2] + offset(point).0 * offset(point).1)),
        ]
    }

    /// Draws of each chain for pictures and diagnostics: all of them where they are at most a
    /// quarter of a million together, every [`thinning`](Self::thinning)-th otherwise.
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).chains(2).keep().run(1000);
    /// assert_eq!(run.traces(), run.points());
    /// ```
    #[must_use]
    pub fn traces(&self) -> &[Vec<Point>] {
        &self.traces
    }

    /// All diagnostics of the [traces](Self::traces) in a table, and in plain words what speaks
    /// against them.
    ///
    /// # Panics
    /// With fewer than four draws of each chain; [`Summary::new`] has an error instead.
    ///
    /// ```
    /// use bootcamp::{Mixture, Walk};
    ///
    /// let f = Mixture::bootcamp();
    /// let stuck = Walk::new(&f).start([0.5, 0.2]).chains(10).run(1000).summary();
    /// assert!(stuck.warnings()[0].starts_with("all 10 chains started in one place"));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn summary(&self) -> Summary {
        match Summary::new(&self.traces) {
            Ok(summary) => summary.starts(&self.starts).thinned(self.thinning, self.acceptance()),
            Err(error) => panic!("{error}"),
        }
    }

    /// How many steps are between two draws of a [trace](Self::traces).
    ///
    /// ```
    /// let run = bootcamp::Walk::new(|_, _| 1.0).run(1_000_000);
    /// assert_eq!((run.thinning(), run.traces()[0].len()), (4, 250_000));
    /// ```
    #[must_use]
    pub fn thinning(&self) -> usize {
        self.thinning
    }

    /// All points of each chain, if [`Walk::keep`](crate::Walk::keep) asked for them.
    ///
    /// ```
    /// let walk = bootcamp::Walk::new(|_, _| 1.0);
    /// assert!(walk.run(10).points().is_empty());
    /// assert_eq!(walk.keep().run(10).points()[0].len(), 10);
    /// ```
    #[must_use]
    pub fn points(&self) -> &[Vec<Point>] {
        &self.points
    }
}

impl fmt::Debug for Run {
    /// One line: nobody reads a million points.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Run of {} chains x {} steps of at most {} after {} of burn-in, {:.1} % accepted",
            self.chains(),
            self.steps,
            self.step,
            self.burn_in,
            100.0 * self.acceptance()
        )
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
