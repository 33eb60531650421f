//! A walk that grows, as an animated PNG.

use bootcamp_cell::Bundle;
use png::{BitDepth, BlendOp, ColorType, Encoder};

use super::canvas::Canvas;
use super::layout::Layout;
use super::path::Trail;
use super::pen::Pen;
use super::png::canvas;
use super::shades::Shades;
use super::{Content, Parts, Plot, plot_path};
use crate::{Density, Point};

/// How many pictures an animation has, beside its first: six seconds of them.
const FRAMES: usize = 60;
/// How long each is shown, and the last one, in hundredths of a second.
const DELAY: u16 = 10;
const REST: u16 = 250;
/// How often it is played: it does not move forever beside a text that is being read.
const PLAYS: u32 = 3;

/// A picture that moves, as an animated PNG. Viewers that do not know those, and paper,
/// show the complete walk.
///
/// ```
/// use bootcamp::{Mixture, animate_walk};
///
/// let animation = animate_walk(Mixture::bootcamp(), &[[0.5, 0.2].into()]);
/// assert!(animation.still().svg().contains("1 point"));
/// ```
#[derive(Clone, Debug)]
pub struct Animation(Plot);

/// A walk over its function, growing for six seconds, three times. Of more than 5000
/// points the first 5000 are shown.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let f = Mixture::bootcamp();
/// let points = random_walker(&f, 1000, [0.0, 0.0], 0, &mut rng(1));
/// let file = animate_walk(&f, &points).png();
/// assert!(file.windows(4).any(|chunk| chunk == b"acTL") && file.len() < 300_000);
/// ```
#[expect(clippy::needless_pass_by_value, reason = "so that a closure needs no `&`")]
#[must_use]
pub fn animate_walk(f: impl Density, points: &[Point]) -> Animation {
    animation_of(&|x, y| f.at(x, y), points)
}

/// The part that does not depend on the type of the function.
fn animation_of(f: &dyn Fn(f64, f64) -> f64, points: &[Point]) -> Animation {
    let mut plot = plot_path(points).above(f).size(486, 512);
    // One colour: the number of a point is when it is drawn.
    plot.0.scale = None;
    Animation(plot.titled("The walk"))
}

impl Animation {
    /// With another title.
    ///
    /// ```
    /// let animation = bootcamp::animate_walk(|_, _| 1.0, &[]).title("Nothing yet");
    /// assert!(animation.still().svg().contains("Nothing yet"));
    /// ```
    #[must_use]
    pub fn title(self, title: impl AsRef<str>) -> Self {
        Self(self.0.titled(title.as_ref()))
    }

    /// The complete walk, which does not move.
    ///
    /// ```
    /// let points = [[0.1, 0.1].into(), [0.2, 0.1].into()];
    /// assert!(bootcamp::animate_walk(|_, _| 1.0, &points).still().svg().contains("2 points"));
    /// ```
    #[must_use]
    pub fn still(&self) -> Plot {
        self.0.clone()
    }

    /// The animated PNG.
    ///
    /// ```
    /// let png = bootcamp::animate_walk(|_, _| 1.0, &[]).png();
    /// assert_eq!(png[1..4], *b"PNG");
    /// ```
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        film(&self.0.0)
    }

    /// The animation in two formats: `image/png` and `text/plain`. A front end that knows
    /// SVG would prefer that to the PNG, so there is none.
    ///
    /// ```
    /// let bundle = bootcamp::animate_walk(|_, _| 1.0, &[]).bundle();
    /// assert!(bundle.get("text/plain").unwrap().starts_with("path of 0 points"));
    /// ```
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        let (width, height) = self.0.0.size;
        Bundle::new()
            .bytes("image/png", &self.png())
            .size("image/png", width, height)
            .text("text/plain", self.0.plain())
    }

    /// Shows the animation under the running cell, at once.
    ///
    /// ```
    /// let animation = bootcamp::animate_walk(|_, _| 1.0, &[]);
    /// animation.show();
    /// assert_eq!(animation.bundle().data().len(), 2);
    /// ```
    pub fn show(&self) {
        bootcamp_cell::display(&self.bundle());
    }

    /// The kernel calls this for the last expression of a cell.
    ///
    /// ```
    /// let animation = bootcamp::animate_walk(|_, _| 1.0, &[]);
    /// animation.evcxr_display();
    /// assert_eq!(animation.bundle().data().len(), 2);
    /// ```
    pub fn evcxr_display(&self) {
        self.show();
    }
}

/// A part of a picture: where it is, and the numbers of its colours.
struct Patch {
    left: usize,
    top: usize,
    width: usize,
    indices: Vec<u8>,
}

fn film(plot: &Parts) -> Vec<u8> {
    let walk = match &plot.content {
        Content::Trail(Trail(points)) => points.as_slice(),
        _ => &[],
    };
    let whole = |canvas: &Canvas, colours: &mut Shades| -> Vec<u8> {
        (0..canvas.width * canvas.height).map(|at| colours.index(canvas.colour(at))).collect()
    };
    let with = |points: &[Point]| {
        let content = Content::Trail(Trail(points.to_vec()));
        Parts { content, ..plot.clone() }
    };
    let complete = canvas(plot);
    let mut colours = Shades::new(usize::from(CLEAR));
    colours.learn(&complete);
    let mut before = canvas(&with(&walk[..walk.len().min(1)]));
    let first = whole(&before, &mut colours);
    let last = whole(&complete, &mut colours);
    let frames = FRAMES.min(walk.len().saturating_sub(1));
    let axes = Layout::new(plot).axes;
    // What stays: the discs at the ends are drawn anew in each picture.
    let mut pen = Pen::Bitmap(canvas(&with(&[])));
    let mut done = 0;
    let mut patches = Vec::new();
    for frame in 1..=frames {
        let end = (walk.len() - 1) * frame / frames;
        Trail(walk[done..=end].to_vec()).draw_line(&mut pen, axes, None);
        done = end;
        let Pen::Bitmap(line) = &pen else { break };
        let mut now = if frame == frames { complete.clone() } else { line.clone() };
        if frame < frames {
            let mut ends = Pen::Bitmap(now);
            Trail(vec![walk[0], walk[end]]).draw_ends(&mut ends, axes);
            let Pen::Bitmap(drawn) = ends else { break };
            now = drawn;
        }
        patches.push(patch(&before, &now, &mut colours));
        before = now;
    }
    let size = (before.width, before.height);
    write(size, &last, &first, &patches, &colours).expect("writing into memory cannot fail")
}

/// What changed from one picture to the next.
fn patch(before: &Canvas, now: &Canvas, colours: &mut Shades) -> Patch {
    let row = |canvas: &Canvas, y: usize| -> std::ops::Range<usize> {
        3 * canvas.width * y..3 * canvas.width * (y + 1)
    };
    let changed = |y: &usize| before.pixels[row(before, *y)] != now.pixels[row(now, *y)];
    let rows: Vec<_> = (0..now.height).filter(changed).collect();
    let (top, bottom) = match (rows.first(), rows.last()) {
        (Some(top), Some(bottom)) => (*top, *bottom + 1),
        // A walker that stands still: a patch has at least one pixel.
        _ => (0, 1),
    };
    let differs = |x: usize, y: usize| {
        let at = y * now.width + x;
        before.colour(at) != now.colour(at)
    };
    let column = |x: &usize| (top..bottom).any(|y| differs(*x, y));
    let left = (0..now.width).find(column).unwrap_or(0);
    let right = (left..now.width).rev().find(column).unwrap_or(left) + 1;
    let mut indices = Vec::with_capacity((right - left) * (bottom - top));
    for y in top..bottom {
        for x in left..right {
            let same = !differs(x, y);
            let colour = now.colour(y * now.width + x);
            indices.push(if same { CLEAR } else { colours.index(colour) });
        }
    }
    Patch { left, top, width: right - left, indices }
}

/// The number of no colour: what was there before is seen.
const CLEAR: u8 = 255;

fn write(
    (width, height): (usize, usize),
    complete: &[u8],
    first: &[u8],
    patches: &[Patch],
    colours: &Shades,
) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    let mut palette = colours.palette.clone();
    palette.resize(3 * 256, 0);
    encoder.set_palette(palette);
    let mut opaque = vec![u8::MAX; 256];
    opaque[usize::from(CLEAR)] = 0;
    encoder.set_trns(opaque);
    encoder.set_compression(png::Compression::Fast);
    if patches.is_empty() {
        encoder.write_header()?.write_image_data(complete)?;
        return Ok(file);
    }
    encoder.set_animated(patches.len() as u32 + 1, PLAYS)?;
    encoder.set_sep_def_img(true)?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(complete)?;
    writer.set_frame_delay(DELAY, 100)?;
    writer.write_image_data(first)?;
    writer.set_blend_op(BlendOp::Over)?;
    for (number, patch) in patches.iter().enumerate() {
        if number + 1 == patches.len() {
            writer.set_frame_delay(REST, 100)?;
        }
        // A frame's place is checked against the size of the one before.
        writer.reset_frame_position()?;
        let rows = patch.indices.len() / patch.width;
        writer.set_frame_dimension(patch.width as u32, rows as u32)?;
        writer.set_frame_position(patch.left as u32, patch.top as u32)?;
        writer.write_image_data(&patch.indices)?;
    }
    writer.finish()?;
    Ok(file)
}
