//! The loops of one run.

use std::time::Instant;

use bootcamp_cell::check_interrupt;

/// After which time, in seconds, an interrupt is looked for.
const PATIENCE: f64 = 5e-3;
/// How fast the parts grow that are too short.
const GROWTH: u64 = 8;

/// One run of the code: how many loops it has. They come in parts; in between, an interrupt
/// ends the cell.
#[derive(Debug)]
pub struct Turn {
    left: u64,
    /// Loops of the next part.
    part: u64,
    /// When the last part began.
    since: Option<Instant>,
    is_first: bool,
    is_empty: bool,
}

impl Turn {
    /// So many loops; what one costs in seconds, if that is known.
    pub(super) fn new(loops: u64, cost: Option<f64>) -> Self {
        let part = cost.map_or(1, |cost| ((PATIENCE / cost.max(1e-12)) as u64).max(1));
        Self { left: loops, part, since: None, is_first: true, is_empty: false }
    }

    /// The same loops with nothing in them.
    pub(super) fn empty(loops: u64) -> Self {
        Self { is_empty: true, ..Self::new(loops, Some(1e-9)) }
    }

    /// How many loops come now; 0 at the end.
    #[inline(never)]
    pub fn next_loops(&mut self) -> u64 {
        if self.left == 0 {
            return 0;
        }
        if !std::mem::take(&mut self.is_first) {
            check_interrupt();
        }
        // A run of one part, which most are, has no clock in it but its own.
        if self.part < self.left {
            let now = Instant::now();
            let taken = self.since.map(|since| (now - since).as_secs_f64());
            match taken {
                Some(taken) if taken < PATIENCE / GROWTH as f64 => self.part *= GROWTH,
                Some(taken) if taken > PATIENCE => self.part = (self.part / 2).max(1),
                _ => {}
            }
            self.since = Some(now);
        }
        let loops = self.part.min(self.left);
        self.left -= loops;
        loops
    }

    /// Whether the loops are to be empty ones.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(mut turn: Turn) -> Vec<u64> {
        std::iter::from_fn(|| Some(turn.next_loops()).filter(|loops| *loops > 0)).collect()
    }

    #[test]
    fn a_run_within_the_patience_is_one_part() {
        assert_eq!(parts(Turn::new(1000, Some(1e-6))), [1000]);
        assert_eq!(parts(Turn::new(1, None)), [1]);
        assert_eq!(Turn::new(5, Some(2e-3)).next_loops(), 2);
        assert_eq!(Turn::new(5, Some(10.0)).next_loops(), 1);
    }

    #[test]
    fn parts_grow_while_they_are_short() {
        let parts = parts(Turn::new(1_000_000_000, None));
        assert_eq!(parts.iter().sum::<u64>(), 1_000_000_000);
        assert_eq!(parts[0], 1);
        assert!(parts.len() < 1000, "{parts:?}");
    }
}
