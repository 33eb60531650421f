//! The helper crate, which every cell has without asking for it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A crate that every cell can use, with the crates inside of it and their descriptions.
///
/// It is built once per computer, as one dynamic library. A `:dep` on it costs nothing, and a
/// `:dep` on a crate inside of it means the same crate. It reexports the crate `bootcamp-runtime`,
/// which the code around a cell calls.
#[derive(Debug, Hash)]
pub struct Prelude {
    /// Its name, as cells write it.
    pub name: &'static str,
    /// The files of its workspace, (path, content): `Cargo.toml`, `Cargo.lock`, and those of the
    /// crate and of its path dependencies, without files that only tests need. Each crate's folder
    /// has the crate's name.
    pub sources: &'static [(&'static str, &'static [u8])],
    /// Its folder in the workspace.
    pub folder: &'static str,
    /// The features that it is built with.
    pub features: &'static str,
    /// The packages whose types a cell can meet, `bootcamp-runtime` among them: what it returns to a
    /// cell has a type, too. Completion knows these.
    pub packages: &'static [&'static str],
    /// The path of the module that the code around a cell calls, such as `::helper::runtime`.
    pub runtime: &'static str,
    /// The crates that it reexports under their own names.
    pub reexports: &'static [&'static str],
    /// Types, as (name of the compiler, name that a cell can write).
    pub public_types: &'static [(&'static str, &'static str)],
    /// Macros, each with an argument for rustc. A cell that uses the macro is compiled with it.
    pub macro_arguments: &'static [(&'static str, &'static str)],
    /// Code that is completed at its end when a session begins, so that a person's first completion
    /// is answered at once.
    pub warm_up: &'static str,
}

/// The part of a [`Prelude`] that is needed to compile cells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InCells {
    pub(crate) name: String,
    pub(crate) runtime: String,
    pub(crate) macro_arguments: Vec<(String, String)>,
}

impl Prelude {
    /// Returns the path of the dynamic library in a folder that has it.
    #[must_use]
    pub fn library(&self, folder: &Path) -> PathBuf {
        folder.join(format!("lib{}.so", self.name))
    }

    /// Returns the part that the compiler of a cell needs.
    pub(crate) fn in_cells(&self) -> InCells {
        let owned = |(name, argument): &(&str, &str)| ((*name).to_owned(), (*argument).to_owned());
        InCells {
            name: self.name.to_owned(),
            runtime: self.runtime.to_owned(),
            macro_arguments: self.macro_arguments.iter().map(owned).collect(),
        }
    }

    /// Returns the crates of the workspace, with rustc's names.
    pub(crate) fn own_crates(&self) -> impl Iterator<Item = String> {
        let manifests =
            self.sources.iter().filter_map(|(path, _)| path.strip_suffix("/Cargo.toml"));
        manifests.map(|folder| folder.rsplit('/').next().unwrap_or(folder).replace('-', "_"))
    }

    /// Returns the text of a file, which is empty if there is no such file.
    pub(crate) fn text(&self, path: &str) -> String {
        let file = self.sources.iter().find(|(name, _)| *name == path);
        String::from_utf8_lossy(file.map_or(&[], |(_, content)| content)).into_owned()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const PRELUDE: Prelude = Prelude {
        name: "bootcamp",
        sources: &[
            ("Cargo.toml", b"[workspace]"),
            ("crates/bootcamp/Cargo.toml", b"[package]\n"),
            ("crates/bootcamp-cell/Cargo.toml", b""),
        ],
        folder: "crates/bootcamp",
        features: "",
        packages: &["bootcamp"],
        runtime: "::bootcamp::runtime",
        reexports: &["rand"],
        public_types: &[
            ("ndarray::ArrayBase", "bootcamp::ndarray::ArrayBase"),
            ("ndarray::data_repr::OwnedRepr", "bootcamp::ndarray::OwnedRepr"),
            ("ndarray::dimension::dim::Dim", "bootcamp::ndarray::Dim"),
        ],
        macro_arguments: &[],
        warm_up: "",
    };

    #[test]
    fn crates_and_library_have_rustcs_names() {
        assert_eq!(PRELUDE.own_crates().collect::<Vec<_>>(), ["bootcamp", "bootcamp_cell"]);
        assert_eq!(PRELUDE.library(Path::new("/a")), Path::new("/a/libbootcamp.so"));
        assert_eq!(PRELUDE.text("crates/bootcamp/Cargo.toml"), "[package]\n");
        assert_eq!(PRELUDE.text("no/Cargo.toml"), "");
    }
}
