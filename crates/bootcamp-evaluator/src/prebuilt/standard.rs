//! The copy of the standard library that rust-analyzer reads: fewer files and stripped sources.
//!
//! rust-analyzer spends most of a kernel's start on these sources. Because there is no manifest, it
//! reads the crates directly from the folder. Tests, benches, the processor intrinsics (`stdarch`)
//! and the bodies of functions are left out. Where macros repeat documentation for every integer
//! type, it is left out as well; elsewhere a hover shows it. Macros that would take rust-analyzer
//! long are expanded.

use std::path::Path;
use std::{fs, io};

use super::expanded;
use super::stripped::without_bodies;
use crate::error::Error;
use crate::files::remove;
use crate::toolchain::Toolchain;

const CRATES: [&str; 6] = ["alloc", "core", "panic_abort", "panic_unwind", "proc_macro", "std"];
/// Folders of `core` whose macros carry documentation.
const MACROS: [&str; 5] = ["num", "slice", "ptr", "cmp", "sync"];
/// Folders of `core` whose functions compute the lengths of arrays.
const COMPUTING: [&str; 2] = ["intrinsics", "mem"];

/// The parts that a copy of a file leaves out.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftOut {
    pub(super) comments: bool,
    pub(super) bodies: bool,
}

/// Copies the sources of a toolchain's library. If the library has an unknown layout, returns the
/// name of the missing file. The copy is then removed, and rust-analyzer reads the toolchain's own
/// sources.
pub(super) fn copy(toolchain: &Toolchain, to: &Path) -> Result<Option<String>, Error> {
    let missing = match copy_known(toolchain, to) {
        Err(Error::File { path, source, .. }) if source.kind() == io::ErrorKind::NotFound => path,
        copied => return copied.map(|()| None),
    };
    remove(to)?;
    let name = |folder: &Path| missing.strip_prefix(folder).map(|name| name.display().to_string());
    let name = name(to).or_else(|_| name(&toolchain.library_sources()));
    Ok(Some(name.unwrap_or_else(|_| missing.display().to_string())))
}

fn copy_known(toolchain: &Toolchain, to: &Path) -> Result<(), Error> {
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
    // This folder has the code for each operating system. No type of it can be seen from outside.
    remove(&to.join("std/src/sys"))?;
    for maps in ["map.rs", "set.rs"] {
        let file = to.join("std/src/collections/hash").join(maps);
        let text = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        let text = without_hashbrown(&text)
            .ok_or_else(|| Error::file("find a table in", &file)(io::ErrorKind::NotFound.into()))?;
        fs::write(&file, text).map_err(Error::file("write", &file))?;
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

/// Replaces the fields of `std`'s maps whose types come from the crate `hashbrown`, which is not
/// here. A field of an unknown type makes rust-analyzer lose the parameters of a borrowed map:
/// `map.get(&1)` had no type. Returns `None` for a text without such fields.
fn without_hashbrown(text: &str) -> Option<String> {
    let plain = |line: &str| {
        let (_, parameters) = line.trim().strip_prefix("base: base::")?.split_once('<')?;
        let parameters = parameters.strip_suffix(">,")?.replace("'a", "&'a ()");
        Some(format!("base: core::marker::PhantomData<({parameters},)>,\n"))
    };
    let lines = text.lines().map(|line| plain(line).unwrap_or_else(|| format!("{line}\n")));
    text.lines().any(|line| plain(line).is_some()).then(|| lines.collect())
}

/// Returns the text with an empty line for each line that is only a comment or documentation, so
/// the lines keep their numbers.
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
        assert_eq!(without_hashbrown(text).as_deref(), Some(plain));
        assert_eq!(without_hashbrown("struct Map { table: Table }"), None);
    }

    #[test]
    fn comments_go_and_lines_stay() {
        let text =
            "/// doc\nfn f() {}\n    // why\n  #[doc = \"a\"]\n    let url = \"http://x\";\n";
        assert_eq!(without_comments(text), "\nfn f() {}\n\n\n    let url = \"http://x\";\n");
    }

    #[test]
    fn a_library_of_another_layout_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let toolchain = Toolchain::in_folder(folder.path());
        let to = folder.path().join("copy");
        let write = |name: &str, text: &str| {
            let file = toolchain.library_sources().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        for name in CRATES {
            write(&format!("{name}/src/lib.rs"), "fn f() {}");
        }
        let maps = ["map.rs", "set.rs"].map(|name| format!("std/src/collections/hash/{name}"));
        for file in &maps {
            // First the file is missing; then it is there, but without the text to replace.
            assert_eq!(copy(&toolchain, &to).unwrap().as_ref(), Some(file));
            assert!(!to.exists());
            write(file, "struct Map<K> { table: Table<K> }");
            assert_eq!(copy(&toolchain, &to).unwrap().as_ref(), Some(file));
            write(file, "struct Map<K> {\n    base: base::Map<K>,\n}");
        }
        // If `std/src/sys` is somewhere else, it does no harm.
        assert_eq!(copy(&toolchain, &to).unwrap(), None);
        assert!(to.join(&maps[0]).is_file() && to.join("core/src/lib.rs").is_file());
        fs::remove_dir_all(toolchain.library_sources().join("proc_macro")).unwrap();
        fs::remove_dir_all(&to).unwrap();
        assert_eq!(copy(&toolchain, &to).unwrap().as_deref(), Some("proc_macro/src"));
    }
}
