//! Drawing a plot with characters.

use super::field::Field;
use super::path::{Trail, inside};
use super::scale::share;
use super::{Content, Parts};

/// A character is about twice as high as wide.
const COLUMNS: usize = 50;
const ROWS: usize = 25;

/// From nothing to much.
const SHADES: &[u8; 10] = b" .:-=+*#%@";

pub(super) fn render(plot: &Parts) -> String {
    let (grid, legend) = match &plot.content {
        Content::Field(field) => {
            let legend = format!("from low to high: \"{}\"", String::from_utf8_lossy(SHADES));
            (shaded(field, plot), legend)
        }
        Content::Trail(trail) => (trodden(trail), "S start, E end, . visited".to_owned()),
    };
    let edge = format!("+{}+\n", "-".repeat(COLUMNS));
    let mut text = format!("{}\n{edge}", plot.summary);
    // Rows count upwards, lines of text downwards.
    for row in grid.chunks_exact(COLUMNS).rev() {
        text.push('|');
        text.extend(row);
        text.push_str("|\n");
    }
    let ((x0, x1), (y0, y1)) = (plot.x, plot.y);
    text.push_str(&edge);
    text + &format!("x from {x0} to {x1}, y from {y0} to {y1}; {legend}")
}

/// One character per cell, the lowest row first: the mean of what lies in the cell.
fn shaded(Field(values): &Field, plot: &Parts) -> Vec<char> {
    let (width, height) = values.dim();
    let part = |index: usize, of: usize, size: usize| {
        let start = index * size / of;
        start..((index + 1) * size / of).max(start + 1)
    };
    let means: Vec<_> = (0..ROWS * COLUMNS)
        .map(|cell| {
            let (row, column) = (cell / COLUMNS, cell % COLUMNS);
            let across = part(column, COLUMNS, width);
            let up = part(row, ROWS, height);
            let cells = up.flat_map(|y| across.clone().map(move |x| [x, y]));
            let finite: Vec<_> =
                cells.map(|cell| values[cell]).filter(|value| value.is_finite()).collect();
            let count = finite.len() as f64;
            (!finite.is_empty()).then(|| finite.iter().map(|value| value / count).sum::<f64>())
        })
        .collect();
    let low = plot.scale.ends.0;
    let high = means.iter().flatten().copied().fold(low, f64::max);
    let shade = |mean: Option<f64>| match mean {
        None => '?',
        // A few points are more than none.
        Some(mean) if mean > low => {
            let level = share(mean, (low, high)) * (SHADES.len() - 1) as f64;
            char::from(SHADES[(level.round() as usize).max(1)])
        }
        Some(_) => ' ',
    };
    means.into_iter().map(shade).collect()
}

/// The cells that a walk visited.
fn trodden(Trail(points): &Trail) -> Vec<char> {
    let mut grid = vec![' '; ROWS * COLUMNS];
    let cell = |x: f64, count: usize| ((x * count as f64) as usize).min(count - 1);
    let mut mark = |point: &crate::Point, mark: char| {
        if inside(*point) {
            grid[cell(point.y, ROWS) * COLUMNS + cell(point.x, COLUMNS)] = mark;
        }
    };
    for point in points {
        mark(point, '.');
    }
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        mark(first, 'S');
        mark(last, 'E');
    }
    grid
}
