//! Heat maps: a number for each cell of a grid.

use ndarray::Array2;

use super::axis::{Axis, Kind};
use super::colour::{BACKDROP_TOP, Colour, MISSING_INDEX, TOP_INDEX, backdrop, palette};
use super::scale::Scale;
use super::{Content, Parts, Plot};
use crate::{Density, Histogram2d, Point};

/// The numbers of a grid, `[[ix, iy]]` as in [`Histogram2d::counts`]. Those that are
/// not finite are drawn in grey.
#[derive(Clone)]
pub(super) struct Field(pub(super) Array2<f64>);

/// Palette indices in the order of a picture: rows from the top, each from the left.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) indices: Vec<u8>,
    /// The colour of an index.
    pub(super) palette: fn(u8) -> Colour,
}

impl Field {
    /// The values of a function in the middles of the cells of the unit square.
    pub(super) fn of(f: &dyn Fn(f64, f64) -> f64) -> Self {
        Self(Array2::from_shape_fn((CELLS, CELLS), |(x, y)| f(middle(x), middle(y))))
    }

    /// Pale, for what lies under something else.
    pub(super) fn backdrop(&self) -> Raster {
        let finite = self.0.iter().copied().filter(|value| value.is_finite());
        let ends = (0.0, finite.fold(f64::MIN_POSITIVE, f64::max));
        self.raster(&Scale { ends, top: BACKDROP_TOP, label: "", whole: false }, backdrop)
    }

    pub(super) fn raster(&self, scale: &Scale, palette: fn(u8) -> Colour) -> Raster {
        let (width, height) = self.0.dim();
        let cells = (0..height).rev().flat_map(|y| (0..width).map(move |x| [x, y]));
        let index = |value: f64| if value.is_finite() { scale.index(value) } else { MISSING_INDEX };
        let indices = cells.map(|cell| index(self.0[cell])).collect();
        Raster { width, height, indices, palette }
    }
}

impl Raster {
    /// The same picture with at least so many pixels: whole cells become larger.
    pub(super) fn enlarged(self, width: usize, height: usize) -> Self {
        let (across, down) = (width.div_ceil(self.width), height.div_ceil(self.height));
        let wide = |row: &[u8]| -> Vec<u8> {
            row.iter().flat_map(|&index| std::iter::repeat_n(index, across)).collect()
        };
        let rows = self.indices.chunks_exact(self.width);
        let indices = rows.flat_map(|row| wide(row).repeat(down)).collect();
        Self { width: self.width * across, height: self.height * down, indices, ..self }
    }
}

/// The colours of a scale, the last one on top.
pub(super) fn bar_raster(scale: &Scale) -> Raster {
    let indices: Vec<_> = (0..=scale.top).rev().collect();
    Raster { width: 1, height: indices.len(), indices, palette }
}

/// How many values `plot_density` asks for along x and along y.
const CELLS: usize = 200;

fn middle(index: usize) -> f64 {
    (index as f64 + 0.5) / CELLS as f64
}

/// A heat map of the function on the unit square, from its values in the middles of
/// 200 x 200 cells. Values that are not finite are grey.
///
/// ```
/// use bootcamp::{Mixture, plot_density};
///
/// let plot = plot_density(&Mixture::bootcamp());
/// assert!(plot.svg().contains("highest value 0.998 near (0.30, 0.70)"));
/// ```
#[expect(clippy::needless_pass_by_value, reason = "so that a closure needs no `&`")]
#[must_use]
pub fn plot_density(f: impl Density) -> Plot {
    field_of(&|x, y| f.at(x, y))
}

/// The part that does not depend on the type of the function: a cell need not compile it.
fn field_of(f: &dyn Fn(f64, f64) -> f64) -> Plot {
    let Field(values) = Field::of(f);
    let finite = values.indexed_iter().filter(|(_, value)| value.is_finite());
    let highest = finite.clone().max_by(|one, two| one.1.total_cmp(two.1));
    let lowest = finite.clone().map(|(_, &value)| value).fold(0.0, f64::min);
    let missing = values.len() - finite.count();
    let (high, mut caption) = match highest {
        None => (1.0, "no finite value on the unit square".to_owned()),
        Some((_, &value)) if value == 0.0 && lowest == 0.0 => {
            (1.0, "0 everywhere on the unit square".to_owned())
        }
        Some(((x, y), &value)) => {
            let (x, y) = (middle(x), middle(y));
            let text = format!("highest value {} near ({x:.2}, {y:.2})", brief(value));
            (value.max(0.0), text)
        }
    };
    if missing == 0 {
        caption = format!("{caption} · {CELLS} × {CELLS} values");
    } else {
        caption = format!("{caption} · {missing} of {} values not finite (grey)", values.len());
    }
    Plot::new(Parts {
        title: "The function on the unit square".to_owned(),
        summary: format!(
            "heat map of a function, {}",
            caption.replace(" ·", ",").replace('×', "x")
        ),
        caption,
        scale: Some(Scale { ends: (lowest, high), top: TOP_INDEX, label: "f(x, y)", whole: false }),
        ..Parts::new(Content::Field(Field(values)))
    })
}

/// A number in three digits or so.
pub(super) fn brief(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        format!("{}", (value * 1e3).round() / 1e3)
    } else {
        format!("{value:.2e}")
    }
}

/// A heat map of how many of the points fell into each of 50 x 50 bins on the unit square.
///
/// ```
/// use bootcamp::{Point, plot_points};
///
/// let plot = plot_points(&[Point { x: 0.5, y: 0.5 }, Point { x: 1.5, y: 0.5 }]);
/// assert!(plot.svg().contains("2 points · 50 × 50 bins · 1 outside"));
/// ```
#[must_use]
pub fn plot_points(points: &[Point]) -> Plot {
    plot_histogram(&Histogram2d::from_points(points))
}

/// A heat map of a histogram: for points that were counted rather than kept.
///
/// ```
/// use bootcamp::{Histogram2d, plot_histogram};
///
/// let histogram = Histogram2d::new(20, 10, 0.0..=2.0, 0.0..=1.0)?;
/// assert!(plot_histogram(&histogram).plain().contains("20 x 10 bins"));
/// # Ok::<(), bootcamp::HistogramError>(())
/// ```
#[must_use]
pub fn plot_histogram(histogram: &Histogram2d) -> Plot {
    let counts = histogram.counts();
    let (bins_x, bins_y) = counts.dim();
    let (total, outside) = (histogram.total(), histogram.outside());
    let points = if total == 1 { "point" } else { "points" };
    let caption = if total == 0 {
        "no points yet".to_owned()
    } else {
        format!("{total} {points} · {bins_x} × {bins_y} bins · {outside} outside")
    };
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let axis = |edges: Vec<f64>, label| Axis {
        ends: (edges[0], edges[edges.len() - 1]),
        label,
        kind: Kind::Even,
    };
    Plot::new(Parts {
        title: "Where the points are".to_owned(),
        caption,
        summary: format!(
            "heat map of {total} {points}, {bins_x} x {bins_y} bins, {outside} outside"
        ),
        x: axis(histogram.x_edges(), "x"),
        y: axis(histogram.y_edges(), "y"),
        scale: Some(Scale {
            ends: (0.0, most as f64),
            top: TOP_INDEX,
            label: "points per bin",
            whole: true,
        }),
        ..Parts::new(Content::Field(Field(counts.mapv(|count| count as f64))))
    })
}
