//! The manifest of the crate in which evcxr compiles cells.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use crate::evcxr_words::{CELL_CRATE, CELL_KIND, DEPENDENCIES, QUESTION_CRATE};
use crate::packages::STUB;

/// The manifest that evcxr wrote for a cell.
pub(super) struct Manifest {
    text: String,
}

impl Manifest {
    /// Reads the manifest in a folder. Returns `None` if there is none, or if it is not a cell's.
    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        let text = match fs::read_to_string(folder.join("Cargo.toml")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let name = format!("name = \"{CELL_CRATE}\"");
        let is_cell = text.contains(&name) && text.contains(CELL_KIND);
        Ok(is_cell.then_some(Self { text }))
    }

    /// Reads the manifest by which evcxr asks whether a dependency exists, if this is one.
    pub(super) fn read_question(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        text.contains(&format!("name = \"{QUESTION_CRATE}\"")).then_some(Self { text })
    }

    /// Returns the lines of the user's dependencies.
    pub(super) fn dependencies(&self) -> &str {
        self.text.split_once(DEPENDENCIES).map_or("", |(_, lines)| lines.trim())
    }

    /// Says whether a dependency is a folder, whose code may change at any time.
    pub(super) fn has_path_dependency(&self) -> bool {
        self.dependencies().lines().any(names_folder)
    }

    /// Returns the manifest of the package that cargo is given in place of the cell: it has the same
    /// dependencies, in a fixed order, and the stub beside them if `stub` names its folder.
    pub(super) fn package(&self, stub: Option<&Path>) -> String {
        // evcxr writes the dependencies in another order each time.
        let head = self.text.split_once(DEPENDENCIES).map_or(&*self.text, |(head, _)| head);
        let mut lines: Vec<&str> = self.dependencies().lines().collect();
        lines.sort_unstable();
        let mut text = format!("{head}{DEPENDENCIES}\n");
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        if let Some(stub) = stub {
            let _ = writeln!(text, "{STUB} = {{ path = '{}' }}", stub.display());
        }
        text.push_str("\n[workspace]\n");
        text
    }
}

/// Says whether a dependency's line has a path in its table.
fn names_folder(line: &str) -> bool {
    let table = line.split_once('{').map_or("", |(_, table)| table);
    let mut keys = table.split(',').filter_map(|pair| pair.split_once('=')).map(|(key, _)| key);
    keys.any(|key| key.trim().trim_matches(['"', '\'']) == "path")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(dependencies: &str) -> Manifest {
        let text = format!(
            "[package]\nname = \"ctx\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             path = \"src/lib.rs\"\n[dependencies]\n{dependencies}\n"
        );
        Manifest { text }
    }

    #[test]
    fn path_dependencies_are_seen() {
        for line in [
            "a = { path = \"x\" }",
            "a = {path=\"x\"}",
            "a = { version = \"1\", path = 'x' }",
            "a = {\t\"path\"\t= 'x' }",
        ] {
            assert!(manifest(line).has_path_dependency(), "{line}");
        }
        for line in ["", "path = \"1\"", "a = \"1\"", "a = { features = [\"b\", \"path\"] }"] {
            assert!(!manifest(line).has_path_dependency(), "{line}");
        }
    }

    #[test]
    fn the_package_has_the_same_dependencies_in_one_order() {
        let text = manifest("b = \"1\"\na = \"2\"").package(None);
        assert!(text.ends_with("[dependencies]\na = \"2\"\nb = \"1\"\n\n[workspace]\n"), "{text}");
        let text = manifest("a = \"2\"").package(Some(Path::new("/p/stub")));
        assert!(text.contains("a = \"2\"\nbootcamp-deps = { path = '/p/stub' }\n"), "{text}");
    }
}
