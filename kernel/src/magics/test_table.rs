//! The table of the results of tests.

use bootcamp_protocol::Bundle;
use bootcamp_protocol::html::escaped;
use bootcamp_protocol::units::duration;
use bootcamp_protocol::{Tested, Verdict};

use super::Session;

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row<'a> {
    tested: &'a Tested,
    /// The place where the test panicked.
    place: Option<String>,
}

impl<'a> Row<'a> {
    pub(super) fn new(tested: &'a Tested, session: &Session<'_>) -> Self {
        let place = match &tested.verdict {
            Verdict::Failed { panic: Some(panic), .. } => Some(session.place_of(panic)),
            _ => None,
        };
        Self { tested, place }
    }

    fn result(&self) -> &'static str {
        match self.tested.verdict {
            Verdict::Passed => "ok",
            Verdict::Ignored(_) => "ignored",
            Verdict::Failed { .. } => "FAILED",
        }
    }

    fn time(&self) -> String {
        match self.tested.verdict {
            Verdict::Ignored(_) => String::new(),
            _ => duration(self.tested.seconds),
        }
    }

    fn message(&self) -> String {
        match (&self.tested.verdict, &self.place) {
            (Verdict::Passed, _) => String::new(),
            (Verdict::Ignored(why), _) => why.clone(),
            (Verdict::Failed { message, .. }, None) => message.clone(),
            (Verdict::Failed { message, .. }, Some(place)) => format!("{place}: {message}"),
        }
    }
}

/// Returns the table of all results, with the number of results of each kind.
pub(super) fn table(rows: &[Row<'_>]) -> Bundle {
    Bundle::new().text("text/plain", plain(rows)).text("text/html", html(rows))
}

fn plain(rows: &[Row<'_>]) -> String {
    let width = |length: fn(&Row<'_>) -> usize| rows.iter().map(length).max().unwrap_or(0);
    let names = width(|row| row.tested.name.chars().count());
    let results = width(|row| row.result().len());
    let times = width(|row| row.time().chars().count());
    let mut text = String::new();
    for row in rows {
        let start = format!(
            "{:<names$}  {:<results$}  {:>times$}  ",
            row.tested.name,
            row.result(),
            row.time()
        );
        // The text after a line break is indented to the start of the message.
        let indent = format!("\n{}", " ".repeat(start.chars().count()));
        text += (start + &row.message().replace('\n', &indent)).trim_end();
        text.push('\n');
    }
    text + &counts(rows)
}

fn html(rows: &[Row<'_>]) -> String {
    let line = |row: &Row<'_>| {
        let result = match row.result() {
            "FAILED" => "<b style=\"color: var(--jp-error-color1, #d32f2f)\">FAILED</b>",
            other => other,
        };
        format!(
            "<tr><td style=\"text-align: left\">{}</td><td style=\"text-align: left\">{result}</td>\
             <td>{}</td><td style=\"text-align: left; white-space: pre-wrap\">{}</td></tr>",
            escaped(&row.tested.name),
            row.time(),
            escaped(&row.message())
        )
    };
    let lines: String = rows.iter().map(line).collect();
    format!(
        "<table><thead><tr><th style=\"text-align: left\">test</th><th style=\"text-align: left\">\
         result</th><th>time</th><th style=\"text-align: left\">message</th></tr></thead><tbody>\
         {lines}</tbody></table>{}",
        counts(rows)
    )
}

/// Returns the numbers, as in `3 passed, 1 failed, 1 ignored`.
fn counts(rows: &[Row<'_>]) -> String {
    let counts = [("ok", "passed"), ("FAILED", "failed"), ("ignored", "ignored")]
        .map(|(result, word)| (rows.iter().filter(|row| row.result() == result).count(), word));
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_test_and_the_counts() {
        let tested =
            |name: &str, verdict| Tested { name: name.to_owned(), seconds: 12e-6, verdict };
        let failed = Verdict::Failed { message: "a < b\n left: 1".to_owned(), panic: None };
        let all = [
            tested("adds", Verdict::Passed),
            tested("m::wrong", failed),
            tested("slow", Verdict::Ignored("an hour".to_owned())),
        ];
        let place = |index: usize| (index == 1).then(|| "cell [3], line 4".to_owned());
        let rows: Vec<Row<'_>> =
            (0..3).map(|index| Row { tested: &all[index], place: place(index) }).collect();
        assert_eq!(
            plain(&rows),
            "adds      ok       12 µs\n\
             m::wrong  FAILED   12 µs  cell [3], line 4: a < b\n                           left: 1\n\
             slow      ignored         an hour\n\
             1 passed, 1 failed, 1 ignored"
        );
        let html = html(&rows);
        assert!(html.contains("a &lt; b\n left: 1</td></tr>") && html.ends_with("1 ignored"));
    }
}
