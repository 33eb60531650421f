//! A point of the plane.

use ndarray::Array2;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A point of the plane. The coordinates have no unit.
///
/// Everything that takes a point also takes a pair or an array of two numbers.
///
/// ```
/// use bootcamp::Point;
///
/// let point: Point = [0.5, 0.2].into();
/// assert_eq!(point, Point::from((0.5, 0.2)));
/// assert_eq!(point.x + point.y, 0.7);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

impl Point {
    /// Whether both coordinates are ordinary numbers, neither NaN nor infinite.
    ///
    /// ```
    /// use bootcamp::Point;
    ///
    /// assert!(Point { x: 0.5, y: 0.2 }.is_finite());
    /// assert!(!Point { x: f64::NAN, y: 0.2 }.is_finite());
    /// ```
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

impl From<(f64, f64)> for Point {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y }
    }
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for (f64, f64) {
    fn from(point: Point) -> Self {
        (point.x, point.y)
    }
}

impl From<Point> for [f64; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// The points as an array of shape `n x 2`: one row per point, the columns are x and y.
///
/// ```
/// use bootcamp::{Point, points_array};
///
/// let array = points_array(&[Point { x: 0.1, y: 0.2 }, Point { x: 0.3, y: 0.4 }]);
/// assert_eq!(array.shape(), [2, 2]);
/// assert_eq!(array[[1, 0]], 0.3);
/// ```
#[must_use]
pub fn points_array(points: &[Point]) -> Array2<f64> {
    Array2::from_shape_fn((points.len(), 2), |(row, column)| {
        if column == 0 { points[row].x } else { points[row].y }
    })
}

/// The points in the rows of an array of shape `n x 2`: what [`points_array`] made of them. `None`
/// for another number of columns.
///
/// ```
/// use bootcamp::{array_points, ndarray::array};
///
/// let points = array_points(&array![[0.1, 0.2], [0.3, 0.4]]).unwrap();
/// assert_eq!(points[1].y, 0.4);
/// assert_eq!(array_points(&array![[0.1, 0.2, 0.3]]), None);
/// ```
#[must_use]
pub fn array_points(array: &Array2<f64>) -> Option<Vec<Point>> {
    let point = |row: ndarray::ArrayView1<'_, f64>| Point { x: row[0], y: row[1] };
    (array.ncols() == 2).then(|| array.rows().into_iter().map(point).collect())
}
