//! The manifest of the crate in which evcxr compiles cells, and the manifest that cargo builds.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::evcxr_words::{CELL_CRATE, CELL_KIND, DEPENDENCIES};
use crate::files::copy_folder;
use crate::packages::STUB;

/// The manifest that evcxr wrote for a cell.
pub(super) struct Manifest {
    folder: PathBuf,
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
        Ok(is_cell.then(|| Self { folder: folder.to_owned(), text }))
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the lines of the user's dependencies.
    pub(super) fn dependencies(&self) -> &str {
        self.text.split_once(DEPENDENCIES).map_or("", |(_, lines)| lines.trim())
    }

    /// Says whether a dependency is a folder, whose code may change at any time.
    pub(super) fn has_path_dependency(&self) -> bool {
        self.dependencies().lines().any(|line| {
            let mut words = line.split(['{', ',', ' ']).filter(|word| !word.is_empty());
            words.any(|word| word == "path" || word.starts_with("path="))
        })
    }

    /// Returns the path of the manifest that the real cargo is given. It is a sibling of evcxr's
    /// manifest, because evcxr would overwrite its own.
    pub(super) fn sibling(&self) -> PathBuf {
        sibling(&self.folder)
    }

    /// Writes the sibling. If the cell has dependencies, the sibling also depends on the stub, and
    /// the target folder gets a copy of the crates that the stub needs, already built.
    pub(super) fn write_sibling(&self, prebuilt: &Path) -> anyhow::Result<PathBuf> {
        let stub = !self.dependencies().is_empty();
        let target = self.folder.join("target");
        let has_template = target.join(".bootcamp/template");
        if stub && !has_template.exists() {
            merge_folder(&prebuilt.join("template/target"), &target)?;
            fs::create_dir_all(target.join(".bootcamp"))?;
            fs::write(&has_template, "")?;
        }
        self.write(prebuilt, stub)
    }

    /// Writes the sibling while the prebuilt image is built: it depends on the stub, whose crates
    /// are not built yet.
    pub(super) fn write_stub_sibling(&self, prebuilt: &Path) -> anyhow::Result<PathBuf> {
        self.write(prebuilt, true)
    }

    fn write(&self, prebuilt: &Path, stub: bool) -> anyhow::Result<PathBuf> {
        let file = self.sibling();
        let folder = file.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let source = format!("path = '{}'", self.folder.join("src/lib.rs").display());
        let mut text = self.text.replacen("path = \"src/lib.rs\"", &source, 1);
        if stub {
            let path = prebuilt.join(STUB);
            let _ = writeln!(text, "{STUB} = {{ path = '{}' }}", path.display());
            restore_lock(&folder.join("Cargo.lock"), &prebuilt.join("template/Cargo.lock"))?;
        }
        text.push_str("\n[workspace]\n");
        if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
            fs::write(&file, text)?;
        }
        Ok(file)
    }
}

fn sibling(folder: &Path) -> PathBuf {
    folder.join("target/.bootcamp/ctx/Cargo.toml")
}

/// Returns the path of the lock file that cargo keeps for the cells of a folder.
pub(crate) fn lock_file(folder: &Path) -> PathBuf {
    sibling(folder).with_file_name("Cargo.lock")
}

/// Writes the image's lock file, unless there is one that names the stub. cargo keeps the versions
/// that it finds in the lock file, and needs no network for them.
fn restore_lock(file: &Path, lock: &Path) -> io::Result<()> {
    let present = fs::read_to_string(file).unwrap_or_default();
    // While the image is built, its lock file does not name the stub yet.
    if present.contains(&format!("name = \"{STUB}\"")) || !lock.exists() {
        return Ok(());
    }
    fs::write(file, fs::read(lock)?)
}

/// Copies the files and folders that do not exist in `to` yet.
fn merge_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() && target.is_dir() {
            merge_folder(&source, &target)?;
        } else if !target.exists() {
            copy_folder(&source, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(dependencies: &str) -> Manifest {
        let text = format!(
            "[package]\nname = \"ctx\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             path = \"src/lib.rs\"\n[dependencies]\n{dependencies}\n"
        );
        Manifest { folder: PathBuf::from("/some where"), text }
    }

    #[test]
    fn path_dependencies_are_seen() {
        for line in
            ["a = { path = \"x\" }", "a = {path=\"x\"}", "a = { version = \"1\", path = 'x' }"]
        {
            assert!(manifest(line).has_path_dependency(), "{line}");
        }
        for line in ["", "path = \"1\"\n", "a = \"1\"", "a = { features = [\"path\"] }"] {
            let has = manifest(line).has_path_dependency();
            assert_eq!(has, line.starts_with("path"), "{line}");
        }
    }

    #[test]
    fn the_sibling_names_the_source_by_its_whole_path() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = Manifest { folder: folder.path().to_owned(), ..manifest("") };
        let file = manifest.write_sibling(Path::new("/prebuilt")).unwrap();
        let text = fs::read_to_string(file).unwrap();
        let source = folder.path().join("src/lib.rs");
        assert!(text.contains(&format!("path = '{}'", source.display())), "{text}");
        assert!(text.ends_with("[workspace]\n") && !text.contains(STUB));
    }
}
