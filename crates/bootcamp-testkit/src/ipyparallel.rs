//! Where ipyparallel is: in the environment that `scripts/lab` makes, or where a person says.

use std::env;
use std::path::PathBuf;

/// A PATH on which `ipcluster` is found.
pub fn path() -> String {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = env::var_os("BOOTCAMP_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| project.join(".venv/bin/python"));
    let folder = python.parent().expect("a folder").to_owned();
    assert!(
        folder.join("ipcluster").exists(),
        "{} has no ipyparallel: run scripts/lab once, or set BOOTCAMP_PYTHON",
        folder.display()
    );
    format!("{}:{}", folder.display(), env::var("PATH").expect("a PATH"))
}
