//! Hashes each of the crate's own files: a prebuilt image is known by the code that built it.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src");
    let mut files = Vec::new();
    collect(&own, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&own).unwrap().to_str().unwrap();
        let mut hash = DefaultHasher::new();
        fs::read(file).unwrap().hash(&mut hash);
        writeln!(code, "    ({name:?}, \"{:016x}\"),", hash.finish()).unwrap();
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    fs::write(out.join("program.rs"), code).unwrap();
}

/// Adds every file under `path`, and asks cargo to watch it.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", path.display());
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else {
        files.push(path.to_owned());
    }
}
