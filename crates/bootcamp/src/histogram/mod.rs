//! Counting points in bins.

mod axis;

use std::ops::RangeInclusive;

use ndarray::Array2;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Point;
use axis::Axis;

/// How many points fell into each bin of a rectangle.
///
/// A bin contains its lower edge and not its upper one; the last bin contains both.
/// Everything else, NaN included, counts as [outside](Self::outside).
///
/// ```
/// use bootcamp::{Histogram2d, Point};
///
/// let mut histogram = Histogram2d::new(2, 4, 0.0..=1.0, 0.0..=1.0)?;
/// histogram.add(Point { x: 0.9, y: 0.1 });
/// histogram.add(Point { x: 0.9, y: 1.1 });
/// assert_eq!(histogram.counts()[[1, 0]], 1);
/// assert_eq!(histogram.outside(), 1);
/// # Ok::<(), bootcamp::HistogramError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(try_from = "Unchecked"))]
pub struct Histogram2d {
    x: Axis,
    y: Axis,
    counts: Array2<u64>,
    outside: u64,
}

/// Why a histogram cannot be made or merged.
///
/// ```
/// use bootcamp::Histogram2d;
///
/// let error = Histogram2d::new(50, 0, 0.0..=1.0, 0.0..=1.0).unwrap_err();
/// assert_eq!(error.to_string(), "50 x 0 bins hold no points: give at least 1 bin along x and y");
/// ```
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum HistogramError {
    /// One of the numbers of bins is 0.
    #[error("{x} x {y} bins hold no points: give at least 1 bin along x and y")]
    NoBins {
        /// Bins along x.
        x: usize,
        /// Bins along y.
        y: usize,
    },
    /// A range is empty, or not finite.
    #[error(
        "the range {start} to {end} of {axis} is empty or not finite: \
         give two finite numbers, the smaller one first"
    )]
    Range {
        /// `'x'` or `'y'`.
        axis: char,
        /// Where the range starts.
        start: f64,
        /// Where it ends.
        end: f64,
    },
    /// The bins of two histograms differ.
    #[error("the histograms have different bins: make both with the same numbers and ranges")]
    DifferentBins,
}

impl Histogram2d {
    /// An empty histogram of `bins_x` times `bins_y` equal bins.
    ///
    /// # Errors
    /// When a number of bins is 0, or a range is empty or not finite.
    ///
    /// ```
    /// use bootcamp::Histogram2d;
    ///
    /// let histogram = Histogram2d::new(20, 10, -1.0..=1.0, 0.0..=1.0)?;
    /// assert_eq!(histogram.counts().dim(), (20, 10));
    /// # Ok::<(), bootcamp::HistogramError>(())
    /// ```
    pub fn new(
        bins_x: usize,
        bins_y: usize,
        x_range: RangeInclusive<f64>,
        y_range: RangeInclusive<f64>,
    ) -> Result<Self, HistogramError> {
        if bins_x == 0 || bins_y == 0 {
            return Err(HistogramError::NoBins { x: bins_x, y: bins_y });
        }
        let x = Axis::new('x', bins_x, x_range)?;
        let y = Axis::new('y', bins_y, y_range)?;
        Ok(Self { x, y, counts: Array2::zeros((bins_x, bins_y)), outside: 0 })
    }

    /// The histogram of these points in 50 x 50 bins on the unit square.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// let histogram = Histogram2d::from_points(&[Point { x: 1.0, y: 0.03 }]);
    /// assert_eq!(histogram.counts()[[49, 1]], 1);
    /// ```
    #[must_use]
    pub fn from_points(points: &[Point]) -> Self {
        let mut histogram = Self::default();
        histogram.extend(points);
        histogram
    }

    /// Counts one point.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// let mut histogram = Histogram2d::default();
    /// histogram.add(Point { x: 0.5, y: f64::NAN });
    /// assert_eq!((histogram.total(), histogram.outside()), (1, 1));
    /// ```
    #[inline]
    pub fn add(&mut self, point: Point) {
        self.extend([point]);
    }

    /// Adds counts, in the order of [`counts`](Self::counts), with one more bin on every side
    /// for what is outside.
    pub(crate) fn add_bordered(&mut self, counts: &[u64]) {
        let before = self.counts.sum();
        let rows = counts.chunks_exact(self.y.bins + 2).skip(1);
        for (mut sums, counts) in self.counts.rows_mut().into_iter().zip(rows) {
            sums.iter_mut().zip(&counts[1..]).for_each(|(sum, count)| *sum += count);
        }
        self.outside += counts.iter().sum::<u64>() - (self.counts.sum() - before);
    }

    /// The same bins, with nothing in them.
    pub(crate) fn emptied(&self) -> Self {
        let counts = Array2::zeros(self.counts.dim());
        Self { x: self.x.clone(), y: self.y.clone(), counts, outside: 0 }
    }

    /// Adds the counts of another histogram: the same as counting its points here.
    ///
    /// # Errors
    /// When the bins differ; nothing is added then.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// let mut sum = Histogram2d::from_points(&[Point { x: 0.1, y: 0.1 }]);
    /// sum.merge(&Histogram2d::from_points(&[Point { x: 0.1, y: 0.1 }]))?;
    /// assert_eq!(sum.counts()[[5, 5]], 2);
    /// # Ok::<(), bootcamp::HistogramError>(())
    /// ```
    pub fn merge(&mut self, other: &Self) -> Result<(), HistogramError> {
        if (&self.x, &self.y) != (&other.x, &other.y) {
            return Err(HistogramError::DifferentBins);
        }
        self.counts += &other.counts;
        self.outside += other.outside;
        Ok(())
    }

    /// The counts, of shape (bins along x, bins along y): `counts()[[ix, iy]]`.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// let histogram = Histogram2d::from_points(&[Point { x: 0.99, y: 0.0 }]);
    /// assert_eq!(histogram.counts()[[49, 0]], 1);
    /// ```
    #[must_use]
    pub fn counts(&self) -> &Array2<u64> {
        &self.counts
    }

    /// How many points lay outside of all bins.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// assert_eq!(Histogram2d::from_points(&[Point { x: -0.1, y: 0.5 }]).outside(), 1);
    /// ```
    #[must_use]
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// How many points were counted, inside and outside.
    ///
    /// ```
    /// use bootcamp::{Histogram2d, Point};
    ///
    /// assert_eq!(Histogram2d::from_points(&[Point::default(); 7]).total(), 7);
    /// ```
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.sum() + self.outside
    }

    /// The edges of the bins along x: one more than there are bins.
    ///
    /// ```
    /// let edges = bootcamp::Histogram2d::default().x_edges();
    /// assert_eq!((edges.len(), edges[0], edges[50]), (51, 0.0, 1.0));
    /// ```
    #[must_use]
    pub fn x_edges(&self) -> Vec<f64> {
        self.x.edges()
    }

    /// The edges of the bins along y: one more than there are bins.
    ///
    /// ```
    /// assert_eq!(bootcamp::Histogram2d::default().y_edges()[1], 0.02);
    /// ```
    #[must_use]
    pub fn y_edges(&self) -> Vec<f64> {
        self.y.edges()
    }

    /// The middles of the bins along x.
    ///
    /// ```
    /// let centers = bootcamp::Histogram2d::default().x_centers();
    /// assert_eq!((centers.len(), centers[0]), (50, 0.01));
    /// ```
    #[must_use]
    pub fn x_centers(&self) -> Vec<f64> {
        self.x.centers()
    }

    /// The middles of the bins along y.
    ///
    /// ```
    /// assert_eq!(bootcamp::Histogram2d::default().y_centers()[49], 0.99);
    /// ```
    #[must_use]
    pub fn y_centers(&self) -> Vec<f64> {
        self.y.centers()
    }
}

impl Default for Histogram2d {
    /// 50 x 50 bins on the unit square.
    fn default() -> Self {
        let axis = Axis::equal(50, 0.0, 1.0);
        Self { x: axis.clone(), y: axis, counts: Array2::zeros((50, 50)), outside: 0 }
    }
}

impl Extend<Point> for Histogram2d {
    fn extend<I: IntoIterator<Item = Point>>(&mut self, points: I) {
        let Self { x, y, counts, outside } = self;
        // Rows of y one after the other: one index is found quicker than two.
        let counts = counts.as_slice_mut().expect("an array made by `zeros` has no gaps");
        for point in points {
            match (x.bin(point.x), y.bin(point.y)) {
                (Some(along_x), Some(along_y)) => counts[along_x * y.bins + along_y] += 1,
                _ => *outside += 1,
            }
        }
    }
}

impl<'a> Extend<&'a Point> for Histogram2d {
    fn extend<I: IntoIterator<Item = &'a Point>>(&mut self, points: I) {
        self.extend(points.into_iter().copied());
    }
}

/// A histogram as it is read: its parts may not fit.
#[cfg(feature = "serde")]
#[derive(Deserialize)]
struct Unchecked {
    x: Axis,
    y: Axis,
    counts: Array2<u64>,
    outside: u64,
}

#[cfg(feature = "serde")]
impl TryFrom<Unchecked> for Histogram2d {
    type Error = HistogramError;

    fn try_from(Unchecked { x, y, counts, outside }: Unchecked) -> Result<Self, HistogramError> {
        if counts.dim() != (x.bins, y.bins) {
            return Err(HistogramError::DifferentBins);
        }
        let empty = Self::new(x.bins, y.bins, x.start..=x.end, y.start..=y.end)?;
        Ok(Self { counts, outside, ..empty })
    }
}
