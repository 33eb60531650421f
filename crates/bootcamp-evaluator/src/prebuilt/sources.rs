//! The sources of the helper crate that are inside of this program.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::prelude::Prelude;

/// The parser that macros are made with. It has all features that a macro may need from the start.
/// If a later `:dep` added a feature, cargo would compile serde's macros anew, and everything that
/// uses serde, and variables of types of these crates would be lost.
pub(super) const PARSER: &str = "syn";
const PARSER_DEPENDENCY: &str = "\n[build-dependencies]\nsyn = { version = \"3\", features = \
    [\"extra-traits\", \"fold\", \"full\", \"visit\", \"visit-mut\"] }\n";

pub(super) fn unpack(prelude: &Prelude, folder: &Path) -> Result<(), Error> {
    for (name, content) in prelude.sources {
        write(&folder.join(name), content)?;
    }
    let name = format!("{}/Cargo.toml", prelude.folder);
    write(&folder.join(&name), (prelude.text(&name) + PARSER_DEPENDENCY).as_bytes())
}

fn write(file: &Path, content: &[u8]) -> Result<(), Error> {
    let parent = file.parent().unwrap_or(file);
    fs::create_dir_all(parent).map_err(Error::file("create the folder", parent))?;
    fs::write(file, content).map_err(Error::file("write", file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::tests::PRELUDE;

    #[test]
    fn the_helper_crate_asks_for_the_whole_parser() {
        let folder = tempfile::tempdir().unwrap();
        unpack(&PRELUDE, folder.path()).unwrap();
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let manifest = text("crates/bootcamp/Cargo.toml");
        assert_eq!(manifest, format!("[package]\n{PARSER_DEPENDENCY}"));
        assert_eq!(text("crates/bootcamp-cell/Cargo.toml"), "");
    }
}
