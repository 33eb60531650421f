//! Numbers along an axis or a colour bar.

/// What the colours of a plot mean.
#[derive(Clone)]
pub(super) struct Scale {
    /// The values of the first and the last colour.
    pub(super) ends: (f64, f64),
    /// The palette index of the last colour.
    pub(super) top: u8,
    /// What is written beside the colour bar.
    pub(super) label: &'static str,
    /// Whether only whole numbers are written.
    pub(super) whole: bool,
}

impl Scale {
    /// The palette index of a finite value.
    pub(super) fn index(&self, value: f64) -> u8 {
        // As `round` would, which is a call for each cell.
        (share(value, self.ends) * f64::from(self.top) + 0.5) as u8
    }
}

/// Where a value lies between the ends: 0 at the first, 1 at the second.
pub(super) fn share(value: f64, ends: (f64, f64)) -> f64 {
    position(value, ends).clamp(0.0, 1.0)
}

/// As [`share`], for a value beyond the ends, too.
pub(super) fn position(value: f64, (low, high): (f64, f64)) -> f64 {
    // Scaled first, so that neither the largest nor the smallest numbers overflow.
    let size = low.abs().max(high.abs()).max(f64::MIN_POSITIVE);
    let span = high / size - low / size;
    if span > 0.0 { (value / size - low / size) / span } else { 0.0 }
}

/// Round numbers between the ends, about five, with their texts.
pub(super) fn ticks(ends: (f64, f64), whole: bool) -> Vec<(f64, String)> {
    let (low, high) = ends;
    let span = high - low;
    let size = low.abs().max(high.abs());
    // Powers of ten are not exact enough out there.
    if !(span.is_finite() && span > size * 1e-9 && (1e-290..1e290).contains(&span)) {
        return vec![(low, format!("{low:.2e}")), (high, format!("{high:.2e}"))];
    }
    let power = 10_f64.powf((span / 5.0).log10().floor());
    let nice = [1.0, 2.0, 5.0, 10.0].into_iter().find(|nice| nice * power >= span / 5.0 * 0.999);
    let mut step = nice.unwrap_or(10.0) * power;
    if whole {
        step = step.max(1.0);
    }
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| (k as f64 * step, text(k as f64 * step, step, size))).collect()
}

/// A number with as many decimals as its steps need; `size` is the largest of its axis.
fn text(value: f64, step: f64, size: f64) -> String {
    let power = |number: f64| (number.log10() + 1e-9).floor() as i32;
    if (1e-3..1e5).contains(&size) {
        let decimals = (-power(step)).max(0) as usize;
        return format!("{value:.decimals$}");
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (power(value.abs()) - power(step)).max(0) as usize;
    format!("{value:.decimals$e}")
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::{share, ticks};

    fn texts(low: f64, high: f64, whole: bool) -> Vec<String> {
        ticks((low, high), whole).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(texts(0.0, 1.0, false), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts(0.0, 3.0, true), ["0", "1", "2", "3"]);
        assert_eq!(texts(0.0, 1.0, true), ["0", "1"]);
        assert_eq!(texts(1.0, 900.0, true), ["200", "400", "600", "800"]);
        assert_eq!(texts(0.0, 1.2e7, true), ["0", "5e6", "1.0e7"]);
        assert_eq!(texts(0.0, 3e-6, false), ["0", "1e-6", "2e-6", "3e-6"]);
        assert_eq!(texts(-1.0, 1.0, false), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
    }

    #[test]
    fn ticks_of_extreme_ends_are_the_ends() {
        assert_eq!(texts(0.0, 5e-324, false).len(), 2);
        assert_eq!(texts(-1.7e308, 1.7e308, false).len(), 2);
        assert_eq!(texts(1.0, 1.0 + 1e-15, false).len(), 2);
    }

    #[test]
    fn share_survives_extreme_ends() {
        assert_eq!(share(0.0, (-1.7e308, 1.7e308)), 0.5);
        assert_eq!(share(1.0, (0.0, 0.0)), 0.0);
        assert_eq!(share(7.0, (0.0, 2.0)), 1.0);
    }
}
