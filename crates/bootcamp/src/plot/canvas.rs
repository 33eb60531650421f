//! Pixels to draw on, with smooth lines.

use super::colour::{CARD, Colour, mixed};

/// How many shades of a colour smooth an edge. Few: a picture of 256 colours is a small file.
pub(super) const SHADES: u8 = 15;

/// How many lines of a pixel's height a filled shape is measured along.
const FINE: i32 = 4;

/// Red, green and blue of each pixel, the upper rows first.
#[derive(Clone)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
    /// How much of each pixel the shape being drawn covers; 0 between two shapes.
    cover: Vec<u8>,
}

type Place = (f64, f64);

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![CARD.0; 3 * width * height], cover: Vec::new() }
    }

    pub(super) fn colour(&self, at: usize) -> Colour {
        Colour(self.pixels[3 * at], self.pixels[3 * at + 1], self.pixels[3 * at + 2])
    }

    fn set(&mut self, at: usize, colour: Colour, shades: u8) {
        let Colour(red, green, blue) = mixed(self.colour(at), colour, shades, SHADES);
        self.pixels[3 * at..3 * at + 3].copy_from_slice(&[red, green, blue]);
    }

    /// Draws on one pixel, where it is on the canvas, so much of it as is covered.
    pub(super) fn blend(&mut self, (x, y): (i32, i32), colour: Colour, cover: f32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        let shades = (cover.clamp(0.0, 1.0) * f32::from(SHADES) + 0.5) as u8;
        if x < self.width && y < self.height && shades > 0 {
            self.set(y * self.width + x, colour, shades);
        }
    }

    /// Straight lines with round ends as one shape: where they cross nothing is darker.
    pub(super) fn lines(&mut self, lines: &[[Place; 2]], radius: f64, colour: Colour) {
        self.cover.resize(self.width * self.height, 0);
        let mut rows = self.height..0;
        for &[from, to] in lines {
            let touched = self.cover_line(from, to, radius);
            rows = rows.start.min(touched.start)..rows.end.max(touched.end);
        }
        for at in rows.start * self.width..rows.end.max(rows.start) * self.width {
            let shades = std::mem::take(&mut self.cover[at]);
            if shades > 0 {
                self.set(at, colour, shades);
            }
        }
    }

    /// Covers the pixels near a line, and returns the rows where they are.
    fn cover_line(&mut self, from: Place, to: Place, radius: f64) -> std::ops::Range<usize> {
        let reach = radius + 1.0;
        let [(x0, y0), (x1, y1)] = [from, to];
        let (dx, dy) = (x1 - x0, y1 - y0);
        let squared = dx * dx + dy * dy;
        let inverse = 1.0 / squared.max(f64::MIN_POSITIVE);
        let rows = span(y0.min(y1) - reach, y0.max(y1) + reach, self.height);
        for row in rows.clone() {
            let y = row as f64 + 0.5;
            let (mut left, mut right) = (x0.min(x1) - reach, x0.max(x1) + reach);
            if dy.abs() > 1e-9 {
                // A long slanted line is near few of the pixels of its rows.
                let middle = x0 + (y - y0) * dx / dy;
                let half = reach * (squared.sqrt() / dy.abs());
                (left, right) = (left.max(middle - half), right.min(middle + half));
            }
            for column in span(left, right, self.width) {
                let x = column as f64 + 0.5;
                let along = ((x - x0) * dx + (y - y0) * dy) * inverse;
                let along = along.clamp(0.0, 1.0);
                let (away_x, away_y) = (x - x0 - along * dx, y - y0 - along * dy);
                let distance = (away_x * away_x + away_y * away_y).sqrt();
                let covered = (radius + 0.5 - distance).clamp(0.0, 1.0);
                let cover = &mut self.cover[row * self.width + column];
                *cover = (*cover).max((covered * f64::from(SHADES) + 0.5) as u8);
            }
        }
        rows
    }

    /// The inside of a polygon, so much of it as `share` says.
    pub(super) fn area(&mut self, corners: &[Place], share: f64, colour: Colour) {
        let ys = || corners.iter().map(|corner| corner.1);
        let (top, bottom) = (ys().fold(f64::MAX, f64::min), ys().fold(f64::MIN, f64::max));
        for row in span(top, bottom, self.height) {
            let mut covered = vec![0.0; self.width];
            for line in 0..FINE {
                let y = row as f64 + (f64::from(line) + 0.5) / f64::from(FINE);
                let mut crossings = crossings(corners, y);
                crossings.sort_by(f64::total_cmp);
                for pair in crossings.chunks_exact(2) {
                    for column in span(pair[0], pair[1], self.width) {
                        let left = pair[0].max(column as f64);
                        let right = pair[1].min(column as f64 + 1.0);
                        covered[column] += (right - left).max(0.0) / f64::from(FINE);
                    }
                }
            }
            for (column, cover) in covered.into_iter().enumerate().filter(|cover| cover.1 > 0.0) {
                let shades = (cover.min(1.0) * share * f64::from(SHADES)).round() as u8;
                self.set(row * self.width + column, colour, shades);
            }
        }
    }
}

/// Where a horizontal line crosses the sides of a polygon.
fn crossings(corners: &[Place], y: f64) -> Vec<f64> {
    let next = corners.iter().cycle().skip(1);
    let sides = corners.iter().zip(next);
    let crossing = sides.filter(|((_, y0), (_, y1))| (*y0 <= y) != (*y1 <= y));
    crossing.map(|((x0, y0), (x1, y1))| x0 + (y - y0) / (y1 - y0) * (x1 - x0)).collect()
}

/// The pixels that lie between two places, of so many.
fn span(from: f64, to: f64, count: usize) -> std::ops::Range<usize> {
    // A float that is too small or too large becomes the first or the last.
    let end = (to.ceil() as usize).min(count);
    (from.floor() as usize).min(end)..end
}

#[cfg(test)]
mod tests {
    use super::{CARD, Canvas, Colour};

    const BLACK: Colour = Colour(0, 0, 0);

    #[test]
    fn a_line_on_the_grid_has_sharp_edges() {
        let mut canvas = Canvas::new(10, 10);
        canvas.lines(&[[(2.0, 5.0), (8.0, 5.0)]], 1.0, BLACK);
        let dark: Vec<_> = (0..100).filter(|&at| canvas.colour(at) == BLACK).collect();
        assert_eq!(dark, [42, 43, 44, 45, 46, 47, 52, 53, 54, 55, 56, 57]);
        assert_eq!(canvas.colour(35), CARD);
    }

    #[test]
    fn half_a_pixel_is_half_as_dark() {
        let mut canvas = Canvas::new(4, 4);
        canvas.area(&[(1.0, 1.0), (2.5, 1.0), (2.5, 3.0), (1.0, 3.0)], 1.0, BLACK);
        assert_eq!((canvas.colour(5), canvas.colour(4)), (BLACK, CARD));
        assert!((100..155).contains(&canvas.colour(6).0));
    }

    #[test]
    fn what_is_off_the_canvas_is_not_drawn() {
        let mut canvas = Canvas::new(4, 4);
        canvas.lines(&[[(-9.0, -9.0), (-5.0, 99.0)], [(2.0, 50.0), (3.0, 60.0)]], 1.0, BLACK);
        canvas.area(&[(9.0, 9.0), (12.0, 9.0), (9.0, 12.0)], 1.0, BLACK);
        assert!((0..16).all(|at| canvas.colour(at) == CARD));
    }
}
