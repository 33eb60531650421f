//! Many tasks for whichever engine is free.

use std::vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::function::{Arguments, sent};
use super::lists::{Lists, start};
use super::results::{Outcome, outcomes, results};
use super::{Balanced, ClusterError};

impl Balanced {
    pub(super) fn new(engines: Vec<u32>) -> Self {
        Self { engines, chunk_size: None, retries: 3 }
    }

    /// So many tasks go to an engine at once. Without this, each engine gets about eight lists.
    #[must_use]
    pub fn chunk_size(self, tasks: usize) -> Self {
        Self { chunk_size: Some(tasks), ..self }
    }

    /// How often a list whose engine died is given to another one (3).
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// Calls the function with each argument, and gives the results in their order.
    ///
    /// # Errors
    /// If tasks panic: how many, and the first one's message. Before anything is sent, if serde
    /// cannot write an argument or the function has captured a pointer. If no engine is left.
    #[expect(clippy::inline_always, reason = "`closure::captured` says why")]
    #[inline(always)]
    pub fn map<F, A, R>(
        &self,
        function: F,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<R>, ClusterError>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        let function = sent(function)?;
        let lists = start(self, function, &Arguments::new(arguments)?)?;
        results(&lists.all()?)
    }

    /// Calls the function with each argument, and gives each result with the number of its
    /// argument as soon as it is there. A task that panics is an error of its own; the others
    /// still come.
    ///
    /// # Errors
    /// Before anything is sent, if serde cannot write an argument or the function has captured
    /// a pointer. If there is no engine.
    #[expect(clippy::inline_always, reason = "`closure::captured` says why")]
    #[inline(always)]
    pub fn map_unordered<F, A, R>(
        &self,
        function: F,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Results<R>, ClusterError>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        let function = sent(function)?;
        let lists = start(self, function, &Arguments::new(arguments)?)?;
        Ok(Results { lists, task: 0, came: Vec::new().into_iter() })
    }
}

/// The results of a map, as they come: each with the number of its argument. Who drops this
/// before the end ends the map.
#[derive(Debug)]
pub struct Results<R> {
    lists: Lists,
    /// The number of the next one that came.
    task: usize,
    came: vec::IntoIter<Outcome<R>>,
}

impl<R: DeserializeOwned> Iterator for Results<R> {
    type Item = Result<(usize, R), ClusterError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(outcome) = self.came.next() {
                let task = self.task;
                self.task += 1;
                return Some(match outcome {
                    Ok(result) => Ok((task, result)),
                    Err(why) => Err(ClusterError::Task { task, why }),
                });
            }
            let came = match self.lists.next()? {
                Ok(list) => {
                    self.task = list.start;
                    outcomes(&list)
                }
                Err(error) => Err(error),
            };
            match came {
                Ok(came) => self.came = came.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
