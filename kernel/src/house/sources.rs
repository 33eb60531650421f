//! The helper crates' sources, as this program carries them.

use std::fs;
use std::path::Path;

use crate::error::Error;

/// The helper crates' files and the lock file: (path in the workspace, content).
pub(super) static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The parser that macros are made with. It gets all that a macro may ask of it from the start: a
/// later `:dep` that brought a feature would have cargo compile serde's macros anew, and all that
/// uses serde, and variables of those crates' types would be lost.
pub(super) const PARSER: &str = "syn";
const PARSER_DEPENDENCY: &str = "\n[build-dependencies]\nsyn = { version = \"3\", features = \
    [\"extra-traits\", \"fold\", \"full\", \"visit\", \"visit-mut\"] }\n";

pub(super) fn unpack(folder: &Path) -> Result<(), Error> {
    for (name, content) in FILES {
        let file = folder.join(name);
        if name.ends_with("Cargo.toml") {
            write(&file, without_tests(&text(name)).as_bytes())?;
        } else {
            write(&file, content)?;
        }
    }
    let name = "crates/bootcamp/Cargo.toml";
    let manifest = without_tests(&text(name)) + PARSER_DEPENDENCY;
    write(&folder.join(name), manifest.as_bytes())?;
    // The kernel itself is no part of the copy, nor are the crates' tests.
    let manifest = text("Cargo.toml").replace(", \"kernel\"]", "]");
    write(&folder.join("Cargo.toml"), manifest.as_bytes())
}

/// A manifest without what only tests need: nobody has downloaded that who runs none.
fn without_tests(manifest: &str) -> String {
    let mut is_of_tests = false;
    let is_kept = |line: &&str| {
        if line.starts_with('[') {
            is_of_tests = line.starts_with("[dev-dependencies");
        }
        !is_of_tests
    };
    manifest.split_inclusive('\n').filter(is_kept).collect()
}

fn text(name: &str) -> String {
    let content = FILES.iter().find(|(path, _)| *path == name).map_or(&[][..], |(_, text)| text);
    String::from_utf8_lossy(content).into_owned()
}

fn write(file: &Path, content: &[u8]) -> Result<(), Error> {
    let parent = file.parent().unwrap_or(file);
    fs::create_dir_all(parent).map_err(Error::file("create the folder", parent))?;
    fs::write(file, content).map_err(Error::file("write", file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_asks_for_nothing_that_only_tests_need() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path()).unwrap();
        let manifest = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let bootcamp = manifest("crates/bootcamp/Cargo.toml");
        assert!(text("crates/bootcamp/Cargo.toml").contains("proptest"));
        assert!(!bootcamp.contains("proptest") && bootcamp.contains("[lints]"), "{bootcamp}");
        assert!(bootcamp.ends_with(PARSER_DEPENDENCY));
        assert!(!manifest("crates/bootcamp-cell/Cargo.toml").contains("dev-dependencies"));
    }
}
