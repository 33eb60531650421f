//! The files of a prebuilt image that the cells' process loads. Engines on other computers are sent
//! them.

use std::path::{Path, PathBuf};
use std::{fs, io};

use bootcamp_cluster::wire::sha256;
use bootcamp_evaluator::Prebuilt;
use serde::{Deserialize, Serialize};

/// A file, known by what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Where it is on the computer of the prebuilt image.
    pub(crate) path: PathBuf,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

impl Part {
    fn of(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, path: path.to_owned(), sha256: sha256(&fs::read(path)?) })
    }

    /// Whether this file holds what the part does.
    pub(crate) fn is_at(&self, file: &Path) -> bool {
        fs::read(file).is_ok_and(|bytes| sha256(&bytes) == self.sha256)
    }

    /// Whether name and digest can be parts of a path that leads nowhere else.
    pub(crate) fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_hash = self.sha256.len() == 64 && self.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        self.name.starts_with("lib") && self.name.chars().all(plain) && is_hash
    }
}

/// The parts of a prebuilt image.
pub(crate) fn parts(prebuilt: &Prebuilt) -> io::Result<Vec<Part>> {
    prebuilt.parts()?.iter().map(|path| Part::of(path)).collect()
}

/// What distinguishes a prebuilt image from all that have other files.
pub(crate) fn key(parts: &[Part]) -> String {
    let words = parts.iter().flat_map(|part| [&part.sha256[..], " ", &part.name[..], "\n"]);
    sha256(words.collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bootcamp_evaluator::standard;

    #[test]
    fn a_part_is_known_by_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("libstd-1.so");
        fs::write(&file, "one").unwrap();
        let part = Part::of(&file).unwrap();
        assert!(part.is_plain() && part.is_at(&file));
        assert_eq!(standard(folder.path()), Some(file.clone()));
        fs::write(&file, "two").unwrap();
        assert!(!part.is_at(&file));
        assert_ne!(key(&[Part::of(&file).unwrap()]), key(std::slice::from_ref(&part)));
        for name in ["../lib.so", "lib/x.so", "x.so"] {
            assert!(!Part { name: name.to_owned(), ..part.clone() }.is_plain(), "{name}");
        }
        assert!(!Part { sha256: "../..".to_owned(), ..part }.is_plain());
    }
}
