//! A front end's query for entries of the history.

use serde_json::Value;

use super::{Entry, glob};

/// A query of a front end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Query {
    /// The last cells.
    Tail { count: usize },
    /// Cells of one session, from the line `start` to the one before `stop`. A session that is not
    /// positive counts back from this one.
    Range { session: i64, start: i64, stop: Option<i64> },
    /// Cells that fit a pattern: the last `count` of them, and each text only once if `unique` is
    /// set.
    Search { pattern: String, count: Option<usize>, unique: bool },
}

impl Query {
    /// Reads a `history_request`, with `IPython`'s defaults for missing fields.
    pub(crate) fn from_request(content: &Value) -> Self {
        let number = |name: &str| content[name].as_i64();
        let count = |name: &str| number(name).map(|n| usize::try_from(n).unwrap_or(0));
        match content["hist_access_type"].as_str() {
            Some("range") => Self::Range {
                session: number("session").unwrap_or(0),
                start: number("start").unwrap_or(1),
                stop: number("stop"),
            },
            Some("search") => Self::Search {
                pattern: content["pattern"].as_str().unwrap_or("*").to_owned(),
                count: count("n"),
                unique: content["unique"].as_bool().unwrap_or(false),
            },
            _ => Self::Tail { count: count("n").unwrap_or(10) },
        }
    }

    /// Returns the entries that the query selects from all entries in order.
    pub(super) fn select(&self, entries: Vec<Entry>, this_session: usize) -> Vec<Entry> {
        match self {
            Self::Tail { count } => last(entries, *count),
            Self::Range { session, start, stop } => {
                let back = if *session <= 0 { signed(this_session) } else { 0 };
                let session = session.saturating_add(back);
                let of_session: Vec<Entry> =
                    entries.into_iter().filter(|e| signed(e.session) == session).collect();
                let end = of_session.last().map_or(0, |entry| signed(entry.line) + 1);
                let from_end = |line: i64| if line < 0 { end + line } else { line };
                let start = from_end(*start);
                let stop = stop.filter(|stop| *stop != 0).map_or(end, from_end);
                let wanted = |entry: &Entry| (start..stop).contains(&signed(entry.line));
                of_session.into_iter().filter(wanted).collect()
            }
            Self::Search { pattern, count, unique } => {
                let mut found = entries;
                found.retain(|entry| glob::matches(pattern, &entry.input));
                if *unique {
                    // Of equal texts, the last one stays.
                    let mut seen = std::collections::HashSet::new();
                    found.reverse();
                    found.retain(|entry| seen.insert(entry.input.trim_end().to_owned()));
                    found.reverse();
                }
                last(found, count.unwrap_or(usize::MAX))
            }
        }
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX - 1)
}

fn last(mut entries: Vec<Entry>, count: usize) -> Vec<Entry> {
    entries.split_off(entries.len().saturating_sub(count))
}
