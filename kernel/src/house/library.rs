//! The standard library as rust-analyzer reads it: fewer and lighter sources.
//!
//! rust-analyzer spends most of a kernel's start on them. Without a manifest it takes the
//! crates as they lie there; tests, benches and the processor intrinsics
//! (`stdarch`) are left out, and so are the bodies of functions. Where macros repeat
//! documentation for every integer type, it is left out as well; elsewhere it is what a
//! hover shows. Macros are expanded where rust-analyzer would spend long on them.

use std::fs;
use std::path::Path;

use super::expanded;
use super::lean::without_bodies;
use crate::error::Error;
use crate::toolchain::Toolchain;

const CRATES: [&str; 6] = ["alloc", "core", "panic_abort", "panic_unwind", "proc_macro", "std"];
/// Folders of `core` whose macros carry documentation.
const MACROS: [&str; 5] = ["num", "slice", "ptr", "cmp", "sync"];
/// Folders of `core` whose functions the lengths of arrays are computed with.
const COMPUTING: [&str; 2] = ["intrinsics", "mem"];

/// What a copy of a file leaves out.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftOut {
    pub(super) comments: bool,
    pub(super) bodies: bool,
}

/// Copies the sources of a toolchain's library.
pub(super) fn copy(toolchain: &Toolchain, to: &Path) -> Result<(), Error> {
    let library = toolchain.library_sources();
    for name in CRATES {
        let left_out = |path: &Path| {
            let folder = path.strip_prefix(library.join("core/src")).ok();
            let first = folder.and_then(|folder| folder.components().next());
            let is_in = |names: &[&str]| {
                let stem = first.and_then(|first| Path::new(first.as_os_str()).file_stem());
                stem.is_some_and(|stem| names.iter().any(|name| stem == *name))
            };
            LeftOut { comments: is_in(&MACROS), bodies: !is_in(&COMPUTING) }
        };
        let (from, to) = (library.join(name).join("src"), to.join(name).join("src"));
        let Some(files) = expanded::files(toolchain, name) else {
            copy_sources(&from, &to, &left_out)?;
            continue;
        };
        fs::create_dir_all(&to).map_err(Error::file("create the folder", &to))?;
        for file in files {
            let left_out = left_out(&from.join(&file.name));
            write_source(file.text, &to.join(&file.name), left_out)?;
        }
    }
    // How `std` asks each system for things: no type of it is seen outside.
    let internal = to.join("std/src/sys");
    fs::remove_dir_all(&internal).map_err(Error::file("remove", &internal))?;
    for maps in ["map.rs", "set.rs"] {
        let file = to.join("std/src/collections/hash").join(maps);
        let text = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        fs::write(&file, without_hashbrown(&text)).map_err(Error::file("write", &file))?;
    }
    Ok(())
}

/// Copies the Rust files of a folder.
pub(super) fn copy_sources(
    from: &Path,
    to: &Path,
    left_out: &dyn Fn(&Path) -> LeftOut,
) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::file("create the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let path = entry.map_err(Error::file("read", from))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let target = to.join(name);
        if path.is_dir() {
            if !["tests", "benches"].contains(&name) {
                copy_sources(&path, &target, left_out)?;
            }
        } else if Path::new(name).extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
            write_source(text, &target, left_out(&path))?;
        }
    }
    Ok(())
}

fn write_source(text: String, to: &Path, left_out: LeftOut) -> Result<(), Error> {
    let LeftOut { comments, bodies } = left_out;
    let text = if comments { without_comments(&text) } else { text };
    let text = if bodies { without_bodies(&text) } else { text };
    fs::write(to, text).map_err(Error::file("write", to))
}

/// `std`'s maps are made of a crate that is not here. A field of an unknown type makes
/// rust-analyzer lose the parameters of a map that is borrowed: `map.get(&1)` had no type.
fn without_hashbrown(text: &str) -> String {
    let plain = |line: &str| {
        let (_, parameters) = line.trim().strip_prefix("base: base::")?.split_once('<')?;
        let parameters = parameters.strip_suffix(">,")?.replace("'a", "&'a ()");
        Some(format!("base: core::marker::PhantomData<({parameters},)>,\n"))
    };
    text.lines().map(|line| plain(line).unwrap_or_else(|| format!("{line}\n"))).collect()
}

/// Lines that are nothing but a comment or a piece of documentation become empty: lines
/// keep their numbers.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &str| {
        let line = line.trim();
        line.starts_with("//") || (line.starts_with("#[doc = \"") && line.ends_with("\"]"))
    };
    let lines = text.lines().map(|line| if is_comment(line) { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_keep_their_parameters() {
        let text = "struct Iter<'a, K, V> {\n    base: base::Iter<'a, K, V>,\n}\n";
        let plain =
            "struct Iter<'a, K, V> {\nbase: core::marker::PhantomData<(&'a (), K, V,)>,\n}\n";
        assert_eq!(without_hashbrown(text), plain);
    }

    #[test]
    fn comments_go_and_lines_stay() {
        let text =
            "/// doc\nfn f() {}\n    // why\n  #[doc = \"a\"]\n    let url = \"http://x\";\n";
        assert_eq!(without_comments(text), "\nfn f() {}\n\n\n    let url = \"http://x\";\n");
    }
}
