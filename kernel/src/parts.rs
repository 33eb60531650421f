//! The files of a prebuilt image that the cells' process loads. They are sent to engines on other
//! computers.

use std::path::{Path, PathBuf};
use std::{fs, io};

use bootcamp_cluster::wire::sha256;
use bootcamp_evaluator::Prebuilt;
use serde::{Deserialize, Serialize};

/// A file with the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// The path on the computer that built the image.
    pub(crate) path: PathBuf,
    /// The hash of the content, in hexadecimal digits.
    pub(crate) sha256: String,
}

impl Part {
    fn of(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, path: path.to_owned(), sha256: sha256(&fs::read(path)?) })
    }

    /// Says whether `file` has the content of this part.
    pub(crate) fn is_at(&self, file: &Path) -> bool {
        fs::read(file).is_ok_and(|bytes| sha256(&bytes) == self.sha256)
    }

    /// Says whether the name and the hash are safe as parts of a path: they cannot lead to another
    /// folder.
    pub(crate) fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_hash = self.sha256.len() == 64 && self.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        self.name.starts_with("lib") && self.name.chars().all(plain) && is_hash
    }
}

/// Returns the parts of an image.
pub(crate) fn parts(prebuilt: &Prebuilt) -> io::Result<Vec<Part>> {
    prebuilt.parts()?.iter().map(|path| Part::of(path)).collect()
}

/// Returns a key that differs for images with different files.
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
