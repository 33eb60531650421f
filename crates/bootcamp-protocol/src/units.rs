//! Numbers as people read them.

/// Seconds with three digits, in a unit that suits them.
///
/// ```
/// use bootcamp_protocol::units::duration;
///
/// assert_eq!(duration(0.012_345), "12.3 ms");
/// assert_eq!(duration(1.5e-9), "1.5 ns");
/// assert_eq!(duration(100.0), "1min 40s");
/// ```
#[must_use]
pub fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        // What would be rounded to 1000 of a unit is 1 of the next.
        s if s >= 59.95 => {
            let whole = s.round();
            return format!("{}min {}s", (whole / 60.0).floor(), whole % 60.0);
        }
        s if s >= 0.9995 => (s, "s"),
        s if s >= 0.9995e-3 => (s * 1e3, "ms"),
        s if s >= 0.9995e-6 => (s * 1e6, "µs"),
        s => (s * 1e9, "ns"),
    };
    // Three digits: 1.23, 12.3, 123.
    let decimals = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {unit}")
}

/// A whole number with commas between its thousands.
///
/// ```
/// assert_eq!(bootcamp_protocol::units::thousands(1_234_567), "1,234,567");
/// ```
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_in_a_unit_that_suits() {
        for (seconds, text) in [
            (0.0, "0 ns"),
            (1.5e-9, "1.5 ns"),
            (12.345e-6, "12.3 µs"),
            (1e-3, "1 ms"),
            (0.999, "999 ms"),
            (0.9996, "1 s"),
            (0.999_96e-3, "1 ms"),
            (1.234, "1.23 s"),
            (59.97, "1min 0s"),
            (100.0, "1min 40s"),
            (119.7, "2min 0s"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn commas_stand_between_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (100_000, "100,000")] {
            assert_eq!(thousands(number), text);
        }
    }
}
