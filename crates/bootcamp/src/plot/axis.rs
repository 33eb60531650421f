//! An axis: which numbers it shows, and where.

use super::scale::{position, ticks};

/// What the positions along x or along y mean.
#[derive(Clone)]
pub(super) struct Axis {
    /// The values at both ends.
    pub(super) ends: (f64, f64),
    pub(super) label: &'static str,
    pub(super) kind: Kind,
}

/// Which values an axis has numbers for.
#[derive(Clone)]
pub(super) enum Kind {
    /// Round ones.
    Even,
    /// Round ones without a fraction.
    Whole,
    /// Powers of ten; both ends are greater than 0.
    Log,
    /// One and powers of ten above it.
    Excess,
    /// A name for each unit from 0 on.
    Names(Vec<String>),
}

impl Axis {
    /// From 0 to 1.
    pub(super) fn unit(label: &'static str) -> Self {
        Self { ends: (0.0, 1.0), label, kind: Kind::Even }
    }

    /// Where a value lies: 0 at the first end, 1 at the second.
    pub(super) fn place(&self, value: f64) -> f64 {
        match self.kind {
            Kind::Log => {
                let (low, high) = self.ends;
                position(value.log10(), (low.log10(), high.log10()))
            }
            Kind::Excess => {
                let (low, high) = self.ends;
                let power = |value: f64| (value - 1.0).max(low - 1.0).log10();
                position(power(value), (power(low), power(high)))
            }
            _ => position(value, self.ends),
        }
    }

    /// Positions, as from [`Axis::place`], and their texts.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let placed = |ticks: Vec<(f64, String)>| {
            ticks.into_iter().map(|(value, text)| (self.place(value), text)).collect()
        };
        match &self.kind {
            Kind::Even => placed(ticks(self.ends, false)),
            Kind::Whole => placed(ticks(self.ends, true)),
            Kind::Log => placed(powers(self.ends)),
            Kind::Excess => {
                let (low, high) = self.ends;
                let ticks = (-9..=9).map(|power| 1.0 + 10_f64.powi(power));
                let ticks = ticks.filter(|tick| (low * 0.9999..=high).contains(tick));
                ticks.map(|tick| (self.place(tick), format!("{tick}"))).collect()
            }
            Kind::Names(names) => {
                let named = names.iter().enumerate();
                named.map(|(at, name)| (self.place(at as f64 + 0.5), name.clone())).collect()
            }
        }
    }
}

/// The powers of ten between two numbers; where those are few, twice and five times them.
fn powers((low, high): (f64, f64)) -> Vec<(f64, String)> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let factors: &[f64] = if high / low < 100.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    // Not more than six of the powers.
    let stride = ((last - first) / 6 + 1) as usize;
    let values = (first..=last).step_by(stride);
    let values = values.flat_map(|power| factors.iter().map(move |f| f * 10_f64.powi(power)));
    let inside = |value: &f64| (low * 0.999..=high * 1.001).contains(value);
    let text = |value: f64| {
        if (0.999e-3..1e6).contains(&value) {
            format!("{}", (value * 1e6).round() / 1e6)
        } else {
            format!("{value:.0e}")
        }
    };
    values.filter(inside).map(|value| (value, text(value))).collect()
}

/// The range of the values that are finite, and a little more on both sides.
pub(super) fn around(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) =
        finite.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return None;
    }
    let mut spare = high * 0.05 - low * 0.05;
    if spare <= high.abs().max(low.abs()) * 1e-9 {
        spare = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
    }
    Some(((low - spare).max(f64::MIN), (high + spare).min(f64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::{Axis, Kind, around};

    fn texts(low: f64, high: f64) -> Vec<String> {
        let axis = Axis { ends: (low, high), label: "", kind: Kind::Log };
        axis.ticks().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn powers_of_ten_are_few() {
        assert_eq!(texts(1.0, 1000.0), ["1", "10", "100", "1000"]);
        assert_eq!(texts(0.9, 30.0), ["1", "2", "5", "10", "20"]);
        assert_eq!(texts(1e-6, 1e6), ["1e-6", "0.001", "1", "1000", "1e6"]);
    }

    #[test]
    fn a_range_is_never_empty() {
        assert_eq!(around([f64::NAN, f64::INFINITY].into_iter()), None);
        assert_eq!(around([0.0, 100.0].into_iter()), Some((-5.0, 105.0)));
        assert_eq!(around([0.0].into_iter()), Some((-1.0, 1.0)));
        assert_eq!(around([f64::MAX, f64::MIN].into_iter()), Some((f64::MIN, f64::MAX)));
        let (low, high) = around([3.0].into_iter()).unwrap();
        assert!(low < 3.0 && 3.0 < high);
    }
}
