//! Embeds the sources of the helper crates and the lock file, so that the kernel's binary alone can
//! build what a notebook's `:dep bootcamp` means.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the helper crates need to be built as dependencies.
const SOURCES: [&str; 11] = [
    "crates/bootcamp/Cargo.toml",
    "crates/bootcamp/assets",
    "crates/bootcamp/src",
    "crates/bootcamp-cell/Cargo.toml",
    "crates/bootcamp-cell/src",
    "crates/bootcamp-exchange/Cargo.toml",
    "crates/bootcamp-exchange/src",
    "crates/bootcamp-protocol/Cargo.toml",
    "crates/bootcamp-protocol/src",
    "crates/bootcamp-runtime/Cargo.toml",
    "crates/bootcamp-runtime/src",
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("..");
    let root = root.canonicalize().unwrap();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let mut files = Vec::new();
    for source in ["Cargo.toml", "Cargo.lock"].into_iter().chain(SOURCES) {
        collect(&root.join(source), &mut files);
    }
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap();
        let is_manifest = name.ends_with("Cargo.toml");
        let copy = out.join(name.replace('/', "-"));
        let from = if is_manifest { adapted(&file, &copy) } else { file.clone() };
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", from.to_str().unwrap()).unwrap();
    }
    code.push_str("]\n");
    fs::write(out.join("sources.rs"), code).unwrap();
    // A program at a fixed place has no 76,000 addresses to correct whenever it starts, and it
    // starts for every cell, as the cargo stand-in.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// Copies a manifest without what only tests need, which nobody has downloaded who runs none, and
/// without the kernel, which is no part of the copy.
fn adapted(manifest: &Path, copy: &Path) -> PathBuf {
    let text = fs::read_to_string(manifest).unwrap().replace(", \"kernel\"]", "]");
    let mut is_of_tests = false;
    let is_kept = |line: &&str| {
        if line.starts_with('[') {
            is_of_tests = line.starts_with("[dev-dependencies");
        }
        !is_of_tests
    };
    let kept: String = text.split_inclusive('\n').filter(is_kept).collect();
    fs::write(copy, kept).unwrap();
    copy.to_owned()
}

/// Adds every file under `path`, and asks cargo to watch it. Cargo takes a path that is missing for
/// a change, and would build the kernel anew whenever it is asked.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", path.display());
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else {
        assert!(path.is_file(), "{} is missing", path.display());
        files.push(path.to_owned());
    }
}
