//! Drawing a plot with characters.

use super::axis::{Axis, Kind};
use super::curves::{Curves, Shape};
use super::field::{Field, brief};
use super::path::Trail;
use super::scale::share;
use super::steps::Walk;
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
        Content::Walk(walk) => (tried(walk), "S start, E end, . accepted, x rejected".to_owned()),
        Content::Curves(Curves { message: Some(message), .. }) => {
            return format!("{}\n{message}", plot.summary);
        }
        Content::Curves(Curves { table: Some(table), .. }) => {
            return format!("{}\n{table}", plot.summary);
        }
        Content::Curves(curves) => traced(curves, plot),
    };
    let edge = format!("+{}+\n", "-".repeat(COLUMNS));
    let mut text = format!("{}\n{edge}", plot.summary);
    // Rows count upwards, lines of text downwards.
    for row in grid.chunks_exact(COLUMNS).rev() {
        text.push('|');
        text.extend(row);
        text.push_str("|\n");
    }
    text.push_str(&edge);
    text + &format!("{}, {}; {legend}", extent(&plot.x), extent(&plot.y))
}

/// The ends of an axis in words.
fn extent(axis: &Axis) -> String {
    let (low, high) = axis.ends;
    match axis.kind {
        // The ends of heat maps are those of their edges.
        Kind::Even if axis.label.len() == 1 => format!("{} from {low} to {high}", axis.label),
        _ => format!("{} from {} to {}", axis.label, brief(low), brief(high)),
    }
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
    let low = plot.scale.as_ref().map_or(0.0, |scale| scale.ends.0);
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
    for point in points {
        mark(&mut grid, (point.x, point.y), '.');
    }
    for (point, letter) in [(points.first(), 'S'), (points.last(), 'E')] {
        if let Some(point) = point {
            mark(&mut grid, (point.x, point.y), letter);
        }
    }
    grid
}

/// The cells that a walk proposed.
fn tried(walk: &Walk) -> Vec<char> {
    let mut grid = vec![' '; ROWS * COLUMNS];
    for accepted in [false, true] {
        for step in walk.0.iter().filter(|step| step.accepted == accepted) {
            mark(&mut grid, (step.to.x, step.to.y), if accepted { '.' } else { 'x' });
        }
    }
    for (point, letter) in [(walk.start(), 'S'), (walk.end(), 'E')] {
        if let Some(point) = point {
            mark(&mut grid, (point.x, point.y), letter);
        }
    }
    grid
}

/// The cells that curves go through, and what the letters mean: 1 to 9, then a to z.
fn traced(curves: &Curves, plot: &Parts) -> (Vec<char>, String) {
    let mut grid = vec![' '; ROWS * COLUMNS];
    let mut said = Vec::new();
    for level in &curves.levels {
        let y = plot.y.place(level.value);
        for column in 0..COLUMNS {
            mark(&mut grid, ((column as f64 + 0.5) / COLUMNS as f64, y), '-');
        }
        if !level.name.is_empty() {
            said.push(format!("- {}", level.name));
        }
    }
    let letters: Vec<char> = ('1'..='9').chain('a'..='z').chain('A'..='Z').collect();
    let drawn = curves.series.iter().filter(|series| series.shape != Shape::Band);
    for (series, letter) in drawn.zip(letters) {
        for &(x, y) in &series.points {
            mark(&mut grid, (plot.x.place(x), plot.y.place(y)), letter);
        }
        if !series.name.is_empty() {
            said.push(format!("{letter} {}", series.name));
        }
    }
    (grid, if said.is_empty() { "one line".to_owned() } else { said.join(", ") })
}

/// Marks the cell at a place, where it is between the axes.
fn mark(grid: &mut [char], (x, y): (f64, f64), letter: char) {
    let cell = |share: f64, count: usize| ((share * count as f64) as usize).min(count - 1);
    if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) {
        grid[cell(y, ROWS) * COLUMNS + cell(x, COLUMNS)] = letter;
    }
}
