//! Engines that one speaks to together, and a single one.

use std::any::type_name;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Balanced, ClusterError, EngineReply, EngineRequest, ask, value};

/// Some engines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub(super) engines: Vec<u32>,
}

/// One engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    pub(super) id: u32,
}

impl View {
    /// The engines.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.engines
    }

    /// These engines, to share tasks: [`Balanced::map`].
    #[must_use]
    pub fn balanced(&self) -> Balanced {
        Balanced::new(self.engines.clone())
    }

    /// The value that a variable has on each engine, in the order of the engines.
    ///
    /// # Errors
    /// If an engine has no such variable, or it has another type or one that serde cannot
    /// write.
    pub fn pull<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ClusterError> {
        let mut values = Vec::with_capacity(self.engines.len());
        for (engine, bytes) in self.pulled(name)? {
            values.push(value::decode(name, engine, &bytes)?);
        }
        Ok(values)
    }

    /// What is the same for all types: a cell compiles only the rest.
    fn pulled(&self, name: &str) -> Result<Vec<(u32, Vec<u8>)>, ClusterError> {
        let engines = Some(self.engines.clone());
        let EngineReply::Pulled(files) =
            ask(EngineRequest::Pull { name: name.to_owned(), engines })?
        else {
            return Err(ClusterError::no_answer());
        };
        let read = |(engine, file)| {
            let bytes = fs::read(&file)?;
            let _ = fs::remove_file(&file);
            Ok((engine, bytes))
        };
        // All files are read: who fails leaves none behind.
        let all: Vec<Result<_, ClusterError>> = files.into_iter().map(read).collect();
        all.into_iter().collect()
    }

    /// Sets a variable on each engine to this value.
    ///
    /// # Errors
    /// If serde cannot write it, or an engine fails.
    pub fn push<T: Serialize>(&self, name: &str, value: &T) -> Result<(), ClusterError> {
        let kind = type_name::<T>();
        self.send_same(name, kind, &value::encode(name, kind, value)?)
    }

    fn send_same(&self, name: &str, kind: &str, bytes: &[u8]) -> Result<(), ClusterError> {
        let file = value::write(bytes)?;
        let files = self.engines.iter().map(|engine| (*engine, file.clone())).collect();
        send(name, kind, files)
    }

    /// Cuts a list into as many parts as there are engines, and sets a variable on each engine
    /// to its part, a `Vec`. The first parts may have one element more.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn scatter<T: Serialize>(&self, name: &str, list: &[T]) -> Result<(), ClusterError> {
        let kind = type_name::<Vec<T>>();
        let parts = parts(list.len(), self.engines.len());
        let mut files = Vec::new();
        for (engine, part) in self.engines.iter().zip(parts) {
            files.push((*engine, value::write(&value::encode(name, kind, &list[part])?)?));
        }
        send(name, kind, files)
    }

    /// The lists that a variable is on each engine, one behind the other.
    ///
    /// # Errors
    /// As [`pull`](Self::pull).
    pub fn gather<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ClusterError> {
        Ok(self.pull::<Vec<T>>(name)?.into_iter().flatten().collect())
    }
}

impl Engine {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// As [`View::pull`].
    pub fn pull<T: DeserializeOwned>(&self, name: &str) -> Result<T, ClusterError> {
        self.view().pull(name)?.pop().ok_or_else(ClusterError::no_answer)
    }

    /// Sets a variable to this value.
    ///
    /// # Errors
    /// As [`View::push`].
    pub fn push<T: Serialize>(&self, name: &str, value: &T) -> Result<(), ClusterError> {
        self.view().push(name, value)
    }

    fn view(&self) -> View {
        View { engines: vec![self.id] }
    }
}

fn send(name: &str, kind: &str, files: Vec<(u32, PathBuf)>) -> Result<(), ClusterError> {
    let (name, kind) = (name.to_owned(), kind.to_owned());
    let all = files.clone();
    let sent = ask(EngineRequest::Push { name, kind, files });
    for (_, file) in all {
        let _ = fs::remove_file(file);
    }
    match sent? {
        EngineReply::Pushed => Ok(()),
        _ => Err(ClusterError::no_answer()),
    }
}

/// The parts of a list for so many engines.
fn parts(length: usize, engines: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let (short, longer) = (length / engines.max(1), length % engines.max(1));
    (0..engines).map(move |part| {
        let start = part * short + part.min(longer);
        start..start + short + usize::from(part < longer)
    })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_are_the_whole_list_in_order() {
        let of = |length, engines| parts(length, engines).collect::<Vec<_>>();
        assert_eq!(of(10, 4), [0..3, 3..6, 6..8, 8..10]);
        assert_eq!(of(2, 3), [0..1, 1..2, 2..2]);
        assert_eq!(of(0, 2), [0..0, 0..0]);
        assert_eq!(of(5, 0), []);
    }
}
