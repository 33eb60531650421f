//! Embeds the sources of the helper crates and the lock file, so that the kernel's
//! binary alone can build what a notebook's `:dep bootcamp` means, and a hash of each of the
//! kernel's own, by which it knows whether another version of it built that.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the helper crates need to be built as dependencies.
const SOURCES: [&str; 5] = [
    "crates/bootcamp/Cargo.toml",
    "crates/bootcamp/assets",
    "crates/bootcamp/src",
    "crates/bootcamp-cell/Cargo.toml",
    "crates/bootcamp-cell/src",
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("..");
    let root = root.canonicalize().unwrap();
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for source in SOURCES {
        collect(&root.join(source), &mut files);
    }
    write_list("sources.rs", &root, files, |file| {
        format!("include_bytes!({:?})", file.to_str().unwrap())
    });
    let own = root.join("kernel/src");
    let mut files = Vec::new();
    collect(&own, &mut files);
    write_list("program.rs", &own, files, |file| {
        let mut hash = DefaultHasher::new();
        fs::read(file).unwrap().hash(&mut hash);
        format!("\"{:016x}\"", hash.finish())
    });
    // A program at a fixed place has no 76,000 addresses to correct whenever it starts, and it
    // starts for every cell, as the cargo stand-in.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// Writes a list of files, each with its name below `root` and what is to be known of it.
fn write_list(name: &str, root: &Path, mut files: Vec<PathBuf>, known: impl Fn(&Path) -> String) {
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap();
        writeln!(code, "    ({name:?}, {}),", known(file)).unwrap();
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    fs::write(out.join(name), code).unwrap();
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
