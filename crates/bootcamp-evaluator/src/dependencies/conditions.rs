//! What compiling a set of dependencies read of the computer: environment variables, and files
//! outside of the crates.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs};

use serde::{Deserialize, Serialize};

/// The beginnings of the lines by which a build script says what it read.
const READ_VARIABLE: [&str; 2] = ["cargo:rerun-if-env-changed=", "cargo::rerun-if-env-changed="];
const READ_FILE: [&str; 2] = ["cargo:rerun-if-changed=", "cargo::rerun-if-changed="];
/// The beginning of the line by which rustc says that a crate's code read a variable.
const USED_VARIABLE: &str = "# env-dep:";

/// The variables and the files that the crates depend on, as they were.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Conditions {
    /// A hash of each variable's value, which may be a secret.
    variables: BTreeMap<String, u64>,
    /// When each file changed last; `None` if there was none.
    files: BTreeMap<PathBuf, Option<SystemTime>>,
}

impl Conditions {
    /// Reads what cargo noted in a target folder. Files below the folders of `inside` are the crates'
    /// own, which never change.
    pub(super) fn of(target: &Path, inside: &[&Path]) -> Self {
        let mut conditions = Self::default();
        conditions.read_folder(target, inside);
        conditions
    }

    /// Says whether all of them are as they were.
    pub(super) fn hold(&self) -> bool {
        self.variables.iter().all(|(name, value)| *value == value_of(name))
            && self.files.iter().all(|(file, time)| *time == time_of(file))
    }

    fn read_folder(&mut self, folder: &Path, inside: &[&Path]) {
        for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
            let (path, name) = (entry.path(), entry.file_name());
            // What a build script made is no note of cargo's.
            if path.is_dir() && name != "out" {
                self.read_folder(&path, inside);
            } else if name == "output" || path.extension().is_some_and(|end| end == "d") {
                let text = fs::read(&path).unwrap_or_default();
                String::from_utf8_lossy(&text)
                    .lines()
                    .for_each(|line| self.read_line(line, inside));
            }
        }
    }

    fn read_line(&mut self, line: &str, inside: &[&Path]) {
        let after = |begins: &[&str]| begins.iter().find_map(|begin| line.strip_prefix(begin));
        if let Some(name) = after(&READ_VARIABLE) {
            self.variables.insert(name.to_owned(), value_of(name));
        } else if let Some(used) = line.strip_prefix(USED_VARIABLE) {
            let name = used.split_once('=').map_or(used, |(name, _)| name);
            self.variables.insert(name.to_owned(), value_of(name));
        } else if let Some(file) = after(&READ_FILE) {
            let file = Path::new(file);
            if file.is_absolute() && !inside.iter().any(|folder| file.starts_with(folder)) {
                self.files.insert(file.to_owned(), time_of(file));
            }
        }
    }
}

fn value_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    env::var_os(name).hash(&mut hasher);
    hasher.finish()
}

fn time_of(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_and_crates_read_is_noted_and_changes_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        let library = folder.path().join("system/zlib.h");
        fs::create_dir_all(target.join("debug/build/z-1/out")).unwrap();
        fs::create_dir_all(target.join("debug/deps")).unwrap();
        fs::create_dir_all(library.parent().unwrap()).unwrap();
        fs::write(&library, "").unwrap();
        let home = folder.path().join("cargo");
        let output = format!(
            "cargo:rerun-if-env-changed=Z_DIR\ncargo::rerun-if-changed={}\n\
             cargo:rerun-if-changed={}/registry/z/build.rs\ncargo:rerun-if-changed=src\n",
            library.display(),
            home.display(),
        );
        fs::write(target.join("debug/build/z-1/output"), output).unwrap();
        fs::write(target.join("debug/build/z-1/out/output"), "cargo:rerun-if-env-changed=NO\n")
            .unwrap();
        fs::write(target.join("debug/deps/z-1.d"), "z: src/lib.rs\n# env-dep:HOME=/root\n")
            .unwrap();
        let found = Conditions::of(&target, &[&home, &target]);
        assert_eq!(found.variables.keys().collect::<Vec<_>>(), ["HOME", "Z_DIR"]);
        assert_eq!(found.files.keys().collect::<Vec<_>>(), [&library]);
        assert!(found.hold());
        fs::remove_file(&library).unwrap();
        assert!(!found.hold());
        let other = BTreeMap::from([("HOME".to_owned(), 1)]);
        assert!(!Conditions { variables: other, files: BTreeMap::new() }.hold());
    }
}
