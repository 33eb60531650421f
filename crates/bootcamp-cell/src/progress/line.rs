//! How the state of a progress bar is written.

use std::fmt::Write as _;
use std::time::Duration;

use bootcamp_protocol::Bundle;
use bootcamp_protocol::html::escaped;

/// How a bar ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ending {
    Finished,
    /// Before its work was done.
    Stopped,
}

/// The state of a bar.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) label: String,
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    pub(super) elapsed: Duration,
    /// `None` while it goes on.
    pub(super) ending: Option<Ending>,
}

/// What shows bars; each one is within the one before.
pub(super) fn bundle(lines: &[Line]) -> Bundle {
    let (mut text, mut html) = (Vec::new(), String::new());
    for (depth, line) in lines.iter().enumerate() {
        text.push("  ".repeat(depth) + &line.text());
        html += &line.html(depth);
    }
    Bundle::new().text("text/plain", text.join("\n")).text("text/html", html)
}

impl Line {
    /// `walkers: 40 % [########............] 400/1000, 98.5/s, 4 s, 6 s left`
    pub(super) fn text(&self) -> String {
        let name = if self.label.is_empty() { String::new() } else { self.label.clone() + ":" };
        let bar = self.percent().map_or_else(String::new, |percent| {
            let full = percent as usize / 5;
            format!("[{}{}]", "#".repeat(full), ".".repeat(20 - full))
        });
        let parts = [name, self.state(), bar, self.numbers()];
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    /// The browser's own bar: it goes with light and dark themes, and is read aloud.
    fn html(&self, depth: usize) -> String {
        let label = escaped(&self.label);
        let name = if label.is_empty() { "aria-label=\"progress\" " } else { "" };
        let value = match (self.total, self.ending) {
            (Some(total), _) if total > 0 => {
                format!("value=\"{}\" max=\"{total}\"", self.done.min(total))
            }
            // Without a value it moves to and fro.
            (None, None) => "max=\"1\"".to_owned(),
            (_, Some(Ending::Stopped)) => "value=\"0\" max=\"1\"".to_owned(),
            _ => "value=\"1\" max=\"1\"".to_owned(),
        };
        format!(
            "<div style=\"margin-left:{}em\"><label>{label} <progress {name}{value} \
             style=\"width:16em;vertical-align:middle\"></progress></label> \
             <span style=\"font-variant-numeric:tabular-nums\">{} {}</span></div>",
            depth * 2,
            self.state(),
            self.numbers()
        )
    }

    /// How many quarters of the work are done; the last one is for the end to tell.
    pub(super) fn quarters(&self) -> u64 {
        (self.percent().unwrap_or(0) / 25).min(3)
    }

    fn percent(&self) -> Option<u64> {
        let total = self.total?;
        let percent = (u128::from(self.done) * 100).checked_div(u128::from(total));
        Some(percent.map_or(100, |percent| percent.min(100) as u64))
    }

    fn state(&self) -> String {
        let percent = self.percent().map(|percent| format!("{percent} %"));
        match (self.ending, percent) {
            (None, percent) => percent.unwrap_or_default(),
            (Some(Ending::Finished), _) => "done".to_owned(),
            (Some(Ending::Stopped), Some(percent)) => format!("stopped at {percent}"),
            (Some(Ending::Stopped), None) => "stopped after".to_owned(),
        }
    }

    /// Steps, rate, the time that has passed and the time that is left.
    fn numbers(&self) -> String {
        let mut text = self.done.to_string();
        if let Some(total) = self.total {
            let _ = write!(text, "/{total}");
        }
        let seconds = self.elapsed.as_secs_f64();
        if self.done > 0 && seconds > 0.0 {
            let _ = write!(text, ", {}", rate(self.done as f64 / seconds));
        }
        let _ = write!(text, ", {}", duration(seconds));
        if let Some(total) = self.total
            && self.ending.is_none()
            && self.done > 0
        {
            let left = total.saturating_sub(self.done) as f64 * seconds / self.done as f64;
            let _ = write!(text, ", {} left", duration(left));
        }
        text
    }
}

fn rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 100.0 => format!("{rate:.0}/s"),
        rate if rate >= 1.0 => format!("{rate:.1}/s"),
        rate => format!("{} each", duration(1.0 / rate)),
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(done: u64, total: Option<u64>, seconds: f64, ending: Option<Ending>) -> Line {
        let elapsed = Duration::from_secs_f64(seconds);
        Line { label: "walkers".to_owned(), done, total, elapsed, ending }
    }

    #[test]
    fn a_line_tells_rate_and_times() {
        let total = Some(1000);
        for (line, expected) in [
            (line(0, total, 0.0, None), "walkers: 0 % [....................] 0/1000, 0.0 s"),
            (
                line(400, total, 4.0, None),
                "walkers: 40 % [########............] 400/1000, 100/s, 4.0 s, 6.0 s left",
            ),
            (
                line(1000, total, 90.0, Some(Ending::Finished)),
                "walkers: done [####################] 1000/1000, 11.1/s, 1 min 30 s",
            ),
            (
                line(400, total, 8000.0, Some(Ending::Stopped)),
                "walkers: stopped at 40 % [########............] 400/1000, 20 s each, 2 h 13 min",
            ),
            (line(3, None, 2.0, None), "walkers: 3, 1.5/s, 2.0 s"),
            (line(3, None, 2.0, Some(Ending::Stopped)), "walkers: stopped after 3, 1.5/s, 2.0 s"),
        ] {
            assert_eq!(line.text(), expected);
        }
    }

    #[test]
    fn counts_beyond_the_total_and_none_are_no_matter() {
        assert_eq!(line(12, Some(10), 1.0, None).percent(), Some(100));
        assert_eq!(line(0, Some(0), 1.0, None).percent(), Some(100));
        assert_eq!(line(u64::MAX, Some(u64::MAX), 1.0, None).percent(), Some(100));
        assert!(line(u64::MAX, Some(1), 0.0, None).text().contains("100 %"));
    }

    #[test]
    fn html_is_escaped_and_inner_bars_are_indented() {
        let inner = Line { label: "a < b".to_owned(), ..line(1, None, 1.0, None) };
        let bundle = bundle(&[line(1, Some(2), 1.0, None), inner]);
        let html = bundle.get("text/html").unwrap();
        assert!(html.contains("<progress value=\"1\" max=\"2\""), "{html}");
        assert!(html.contains("margin-left:2em\"><label>a &lt; b <progress max=\"1\""), "{html}");
        let text = bundle.get("text/plain").unwrap();
        assert_eq!(text.lines().nth(1), Some("  a < b: 1, 1.0/s, 1.0 s"));
    }
}
