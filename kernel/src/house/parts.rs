//! The files of a house that the cells' process loads. Engines on other computers are sent them.

use std::path::{Path, PathBuf};
use std::{fs, io};

use bootcamp_cluster::wire::sha256;
use serde::{Deserialize, Serialize};

use super::House;

/// How the names of Rust's standard libraries begin.
const STANDARD: &str = "libstd-";

/// A file, known by what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Where it is on the computer of the house.
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

/// What distinguishes a house from all that have other files.
pub(crate) fn key(parts: &[Part]) -> String {
    let words = parts.iter().flat_map(|part| [&part.sha256[..], " ", &part.name[..], "\n"]);
    sha256(words.collect::<String>().as_bytes())
}

impl House {
    /// The files, with the standard library that they need.
    pub(crate) fn parts(&self) -> io::Result<Vec<Part>> {
        let libraries = self.toolchain.sysroot().join("lib/rustlib");
        let libraries = libraries.join(self.toolchain.host()).join("lib");
        let standard = standard(&libraries).ok_or_else(|| {
            let why = format!("there is no {STANDARD}*.so in {}", libraries.display());
            io::Error::new(io::ErrorKind::NotFound, why)
        })?;
        [standard, self.support(), self.prebuilt()].iter().map(|path| Part::of(path)).collect()
    }
}

/// The standard library in a folder, if it has one of its own.
pub(crate) fn standard(folder: &Path) -> Option<PathBuf> {
    let names = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.file_name());
    let is_standard = |name: &str| {
        name.starts_with(STANDARD) && Path::new(name).extension().is_some_and(|e| e == "so")
    };
    names
        .filter_map(|name| name.into_string().ok())
        .find(|name| is_standard(name))
        .map(|name| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

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
