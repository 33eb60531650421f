//! The helper crates' sources, as this program carries them.

use std::fs;
use std::path::Path;

use crate::error::Error;

/// The helper crates' files and the lock file: (path in the workspace, content).
pub(super) static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

pub(super) fn unpack(folder: &Path) -> Result<(), Error> {
    for (name, content) in FILES {
        write(&folder.join(name), content)?;
    }
    // The kernel itself is no part of the copy, nor are the crates' tests.
    let manifest = text("Cargo.toml").replace(", \"kernel\"]", "]");
    write(&folder.join("Cargo.toml"), manifest.as_bytes())
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
