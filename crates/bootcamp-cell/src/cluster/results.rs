//! The results of a map's lists, or why there are none.

use std::any::type_name;

use serde::de::DeserializeOwned;

use super::ClusterError;

/// What one task came to: its result, or the message of its panic.
pub(super) type Outcome<R> = Result<R, String>;

/// What came of a list.
#[derive(Debug)]
pub(super) struct Came {
    /// The number of its first task.
    pub(super) start: usize,
    /// How many tasks it has, if that is known.
    pub(super) tasks: Option<usize>,
    /// The outcomes of its tasks, or why there are none.
    pub(super) outcomes: Result<Vec<u8>, String>,
}

/// What a function gave for a list.
///
/// # Errors
/// If the results are of another type, or cannot be read.
pub(super) fn outcomes<R: DeserializeOwned>(list: &Came) -> Result<Vec<Outcome<R>>, ClusterError> {
    let bytes = match &list.outcomes {
        Ok(bytes) => bytes,
        // Of a job's list it is not known how many tasks there were.
        Err(why) => return Ok((0..list.tasks.unwrap_or(1)).map(|_| Err(why.clone())).collect()),
    };
    let mut rest = results_of(bytes, type_name::<R>())?;
    let mut outcomes = Vec::with_capacity(list.tasks.unwrap_or(0));
    while !rest.is_empty() {
        let (outcome, after) = postcard::take_from_bytes(rest).map_err(unreadable)?;
        rest = after;
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The results of all lists, in this order.
///
/// # Errors
/// If tasks failed, or [`outcomes`] does.
pub(super) fn results<R: DeserializeOwned>(lists: &[Came]) -> Result<Vec<R>, ClusterError> {
    let mut results = Vec::new();
    let mut failed = Failed::default();
    for list in lists {
        for outcome in outcomes(list)? {
            match outcome {
                Ok(result) => results.push(result),
                Err(why) => failed.note(results.len(), why),
            }
        }
    }
    failed.outcome(results.len()).map(|()| results)
}

/// Tasks that failed.
#[derive(Default)]
struct Failed {
    count: usize,
    first: Option<(usize, String)>,
}

impl Failed {
    fn note(&mut self, results: usize, why: String) {
        self.first.get_or_insert((results, why));
        self.count += 1;
    }

    fn outcome(self, results: usize) -> Result<(), ClusterError> {
        let (failed, count) = (self.count, self.count + results);
        match self.first {
            Some((task, why)) => Err(ClusterError::Tasks { failed, count, task, why }),
            None => Ok(()),
        }
    }
}

fn unreadable(why: postcard::Error) -> ClusterError {
    ClusterError::Value { name: "result".to_owned(), why }
}

/// The bytes behind the type of the results, if that is the one that is wanted.
fn results_of<'a>(bytes: &'a [u8], wanted: &str) -> Result<&'a [u8], ClusterError> {
    let (found, rest) = postcard::take_from_bytes::<&str>(bytes).map_err(unreadable)?;
    if found == wanted {
        return Ok(rest);
    }
    Err(ClusterError::Refused(format!("each result is a {found}, not a {wanted}")))
}
