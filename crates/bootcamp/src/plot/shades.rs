//! A picture in so few colours that a byte says which one a pixel has.

use std::collections::HashMap;

use super::canvas::Canvas;
use super::colour::Colour;

/// Places in the table of known colours: eight times as many as there are colours.
const SLOTS: usize = 2048;

/// Colours with numbers, and for each other colour the one that is nearest.
pub(super) struct Shades {
    /// Red, green and blue of each.
    pub(super) palette: Vec<u8>,
    most: usize,
    /// Where a colour's hash says: 1, its three bytes and its number.
    slots: Vec<u64>,
    /// By the upper bits of the three bytes.
    nearest: HashMap<[u8; 3], u8>,
}

impl Shades {
    /// None yet, and later at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self { palette: Vec::new(), most, slots: vec![0; SLOTS], nearest: HashMap::new() }
    }

    /// The palette of a picture, and the number of its colour for each pixel.
    /// Those that are expected come first.
    pub(super) fn of(canvas: &Canvas, expected: &[Colour]) -> (Vec<u8>, Vec<u8>) {
        let mut shades = Self::new(256);
        for &colour in expected {
            shades.known(colour);
        }
        if let Some(indices) = numbered(canvas, |colour| shades.known(colour)) {
            return (shades.palette, indices);
        }
        // The edges of crossing lines have thousands: the most frequent ones will do.
        let mut shades = Self::new(256);
        shades.learn(canvas);
        let indices = numbered(canvas, |colour| Some(shades.index(colour)));
        (shades.palette, indices.unwrap_or_default())
    }

    /// Makes the picture's most frequent colours known, as far as there is room.
    pub(super) fn learn(&mut self, canvas: &Canvas) {
        let mut counts: HashMap<Colour, usize> = HashMap::new();
        let mut last = (canvas.colour(0), 0);
        for at in 0..canvas.width * canvas.height {
            let colour = canvas.colour(at);
            if colour != last.0 {
                *counts.entry(last.0).or_default() += last.1;
                last = (colour, 0);
            }
            last.1 += 1;
        }
        *counts.entry(last.0).or_default() += last.1;
        let mut counts: Vec<_> = counts.into_iter().collect();
        // Equal counts in the order of the colours: the same picture is the same file.
        counts.sort_unstable_by_key(|&(colour, count)| (usize::MAX - count, colour));
        for (colour, _) in counts {
            if self.known(colour).is_none() {
                break;
            }
        }
    }

    /// The number of a colour that is known, or for which there is room.
    fn known(&mut self, Colour(red, green, blue): Colour) -> Option<u8> {
        let key = u64::from(u32::from_be_bytes([1, red, green, blue]));
        let mut slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize;
        while self.slots[slot] != 0 {
            if self.slots[slot] >> 8 == key {
                return Some(self.slots[slot] as u8);
            }
            slot = (slot + 1) % SLOTS;
        }
        let count = self.palette.len() / 3;
        let index = u8::try_from(count).ok().filter(|_| count < self.most)?;
        self.palette.extend([red, green, blue]);
        self.slots[slot] = key << 8 | u64::from(index);
        Some(index)
    }

    /// The number of a colour, or of one that looks like it.
    pub(super) fn index(&mut self, colour: Colour) -> u8 {
        if let Some(index) = self.known(colour) {
            return index;
        }
        let wanted = [colour.0, colour.1, colour.2];
        let known = self.palette.chunks_exact(3);
        *self.nearest.entry(wanted.map(|byte| byte >> 3)).or_insert_with(|| {
            let far = |known: &[u8]| -> u32 {
                let apart = known.iter().zip(wanted).map(|(one, two)| u32::from(one.abs_diff(two)));
                apart.map(|apart| apart * apart).sum()
            };
            let nearest = known.enumerate().min_by_key(|(_, known)| far(known));
            nearest.map_or(0, |(index, _)| index as u8)
        })
    }
}

/// The number of each pixel's colour; rows and pixels like the last ones are quick.
fn numbered(canvas: &Canvas, mut number: impl FnMut(Colour) -> Option<u8>) -> Option<Vec<u8>> {
    let mut indices: Vec<u8> = Vec::with_capacity(canvas.width * canvas.height);
    let mut above: &[u8] = &[];
    for row in canvas.pixels.chunks_exact(3 * canvas.width) {
        if row == above {
            indices.extend_from_within(indices.len() - canvas.width..);
            continue;
        }
        above = row;
        let (mut pixels, _) = row.as_chunks::<3>();
        while let Some(&[red, green, blue]) = pixels.first() {
            let run = pixels.iter().take_while(|&&pixel| pixel == [red, green, blue]).count();
            let index = number(Colour(red, green, blue))?;
            indices.resize(indices.len() + run, index);
            pixels = &pixels[run..];
        }
    }
    Some(indices)
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Colour, Shades};

    #[test]
    fn what_does_not_fit_is_the_nearest() {
        let mut shades = Shades::new(2);
        let (dark, light) = (Colour(0, 0, 0), Colour(250, 250, 250));
        assert_eq!((shades.index(dark), shades.index(light)), (0, 1));
        assert_eq!((shades.index(Colour(9, 0, 40)), shades.index(Colour(255, 250, 200))), (0, 1));
        assert_eq!(shades.palette, [0, 0, 0, 250, 250, 250]);
    }

    #[test]
    fn a_picture_of_many_colours_keeps_its_frequent_ones() {
        let mut canvas = Canvas::new(40, 40);
        for at in 0..400 {
            canvas.pixels[3 * at] = (at % 256) as u8;
            canvas.pixels[3 * at + 1] = (at / 256) as u8;
        }
        let (palette, indices) = Shades::of(&canvas, &[]);
        assert_eq!((palette.len(), indices.len()), (768, 1600));
        assert_eq!(palette[..3], [255; 3]);
        assert_eq!(indices[1599], 0);
    }
}
