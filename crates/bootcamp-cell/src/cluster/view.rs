//! Engines that one speaks to together, and a single one.

use std::any::type_name;
use std::fs;
use std::path::PathBuf;

use bootcamp_protocol::{EngineReply, EngineRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Balanced, ClusterError, ask, value};

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
    pub fn pull<T: DeserializeOwned + 'static>(&self, name: &str) -> Result<Vec<T>, ClusterError> {
        let pulled = self.pulled(name)?;
        pulled.0.iter().map(|(engine, file)| value::read(name, *engine, file)).collect()
    }

    /// What is the same for all types: a cell compiles only the rest.
    fn pulled(&self, name: &str) -> Result<Files, ClusterError> {
        let engines = Some(self.engines.clone());
        match ask(EngineRequest::Pull { name: name.to_owned(), engines })? {
            EngineReply::Pulled(files) => Ok(Files(files)),
            _ => Err(ClusterError::no_answer()),
        }
    }

    /// Sets a variable on each engine to this value.
    ///
    /// # Errors
    /// If serde cannot write it, or an engine fails.
    pub fn push<T: Serialize + 'static>(&self, name: &str, value: &T) -> Result<(), ClusterError> {
        let file = value::write(name, value)?;
        let each = self.engines.iter().map(|engine| (*engine, file.clone()));
        send(name, type_name::<T>(), &Files(each.collect()))
    }

    /// Cuts a list into as many parts as there are engines, and sets a variable on each engine
    /// to its part, a `Vec`. The first parts may have one element more.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn scatter<T>(&self, name: &str, list: &[T]) -> Result<(), ClusterError>
    where
        T: Serialize + Clone + 'static,
    {
        let parts = parts(list.len(), self.engines.len());
        let mut files = Files(Vec::new());
        for (engine, part) in self.engines.iter().zip(parts) {
            files.0.push((*engine, value::write(name, &list[part].to_vec())?));
        }
        send(name, type_name::<Vec<T>>(), &files)
    }

    /// The lists that a variable is on each engine, one behind the other.
    ///
    /// # Errors
    /// As [`pull`](Self::pull).
    pub fn gather<T: DeserializeOwned + 'static>(
        &self,
        name: &str,
    ) -> Result<Vec<T>, ClusterError> {
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
    pub fn pull<T: DeserializeOwned + 'static>(&self, name: &str) -> Result<T, ClusterError> {
        self.view().pull(name)?.pop().ok_or_else(ClusterError::no_answer)
    }

    /// Sets a variable to this value.
    ///
    /// # Errors
    /// As [`View::push`].
    pub fn push<T: Serialize + 'static>(&self, name: &str, value: &T) -> Result<(), ClusterError> {
        self.view().push(name, value)
    }

    fn view(&self) -> View {
        View { engines: vec![self.id] }
    }
}

/// Files with values of engines, which go when they have been read.
#[derive(Debug)]
struct Files(Vec<(u32, PathBuf)>);

impl Drop for Files {
    fn drop(&mut self) {
        for (_, file) in &self.0 {
            let _ = fs::remove_file(file);
        }
    }
}

fn send(name: &str, kind: &str, files: &Files) -> Result<(), ClusterError> {
    let (name, kind) = (name.to_owned(), kind.to_owned());
    match ask(EngineRequest::Push { name, kind, files: files.0.clone() })? {
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
