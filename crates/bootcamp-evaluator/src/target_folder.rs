//! cargo's target folders: what is compiled in one of them is taken into another.
//!
//! cargo keeps each crate that it compiled, a unit, in files with a hash in their names. It decides by
//! itself whether a unit that it finds is the one that it needs.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::Error;
use crate::files::{copy_folder, remove};

/// The folder in which cargo notes from what each unit was compiled.
const FINGERPRINTS: &str = ".fingerprint";
/// The compiled crates, and the build scripts with what they made.
const CRATES: &str = "deps";
const SCRIPTS: &str = "build";
/// The ends of the names of files that compilers replace, and never change in place. Such a file may
/// have another name in another folder.
const REPLACED: [&str; 3] = ["rlib", "rmeta", "so"];

/// Takes everything that `from` has and `to` has not.
pub(crate) fn take_all(from: &Path, to: &Path) -> Result<(), Error> {
    if !from.is_dir() {
        return take_file(from, to);
    }
    fs::create_dir_all(to).map_err(Error::file("create the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        take_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Takes the units of these packages that `from` has and `to` has not.
pub(crate) fn take_packages(
    from: &Path,
    to: &Path,
    packages: &HashSet<String>,
) -> Result<(), Error> {
    for profile in profiles(from) {
        let (from, to) = (from.join(&profile), to.join(&profile));
        let wanted: Vec<String> = names(&from.join(FINGERPRINTS))
            .into_iter()
            .filter(|unit| package_of(unit).is_some_and(|package| packages.contains(package)))
            .filter(|unit| !to.join(FINGERPRINTS).join(unit).exists())
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let mut crates: HashMap<String, Vec<String>> = HashMap::new();
        for file in names(&from.join(CRATES)) {
            if let Some(hash) = hash_of(&file) {
                crates.entry(hash.to_owned()).or_default().push(file);
            }
        }
        for unit in wanted {
            let hash = hash_of(&unit).unwrap_or_default();
            let of_scripts = Path::new(SCRIPTS).join(&unit);
            if from.join(&of_scripts).exists() {
                take_all(&from.join(&of_scripts), &to.join(&of_scripts))?;
            }
            for file in crates.get(hash).into_iter().flatten() {
                let file = Path::new(CRATES).join(file);
                take_all(&from.join(&file), &create_parent(to.join(&file))?)?;
            }
            // This comes last: without it, cargo does not look at the rest.
            let fingerprint = Path::new(FINGERPRINTS).join(&unit);
            take_all(&from.join(&fingerprint), &create_parent(to.join(&fingerprint))?)?;
        }
    }
    Ok(())
}

/// Removes what belongs to these crates and to the cells of a session, by rustc's names.
pub(crate) fn drop_crates(folder: &Path, crates: &[String], files: &[&str]) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    for entry in entries.filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let begins = files.iter().any(|begin| name.starts_with(begin));
        if begins || name == "incremental" || crates.contains(&crate_of(&name)) {
            remove(&path)?;
        } else if path.is_dir() {
            drop_crates(&path, crates, files)?;
        }
    }
    Ok(())
}

/// Takes a file, unless there is one of its name.
fn take_file(from: &Path, to: &Path) -> Result<(), Error> {
    if to.exists() {
        return Ok(());
    }
    let is_replaced =
        from.extension().and_then(OsStr::to_str).is_some_and(|end| REPLACED.contains(&end));
    // A link may be impossible: between file systems, or to a file of another user.
    if is_replaced && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    // A copy that is cut off must not count as one.
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    copy_folder(from, Path::new(&part))?;
    fs::rename(&part, to).map_err(Error::file("write", to))
}

/// Returns the folders of profiles in a target folder: `debug`, `TRIPLE/debug`.
fn profiles(target: &Path) -> Vec<PathBuf> {
    let has_units = |folder: &PathBuf| target.join(folder).join(FINGERPRINTS).is_dir();
    let first: Vec<PathBuf> = names(target).into_iter().map(PathBuf::from).collect();
    let second = first.iter().flat_map(|folder| {
        names(&target.join(folder)).into_iter().map(move |name| folder.join(name))
    });
    let second: Vec<PathBuf> = second.collect();
    first.into_iter().chain(second).filter(has_units).collect()
}

/// Returns the names in a folder; none if there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

fn create_parent(path: PathBuf) -> Result<PathBuf, Error> {
    let parent = path.parent().unwrap_or(&path);
    let result: io::Result<()> = fs::create_dir_all(parent);
    result.map_err(Error::file("create the folder", parent))?;
    Ok(path)
}

/// Returns the package of a unit: for `one-two-HASH` it is `one-two`.
fn package_of(unit: &str) -> Option<&str> {
    unit.rsplit_once('-').map(|(package, _)| package)
}

/// Returns the hash in the name of a unit or of its file: `one-two-HASH`, `libone_two-HASH.rlib`.
fn hash_of(name: &str) -> Option<&str> {
    let name = name.split('.').next().unwrap_or(name);
    let is_hash = |end: &&str| end.len() == 16 && end.chars().all(|c| c.is_ascii_hexdigit());
    name.rsplit_once('-').map(|(_, hash)| hash).filter(is_hash)
}

/// Returns the crate that a file or a folder of cargo's belongs to: for `libone_two-HASH.rlib` it is
/// `one_two`.
fn crate_of(file: &str) -> String {
    let name = file.split('.').next().unwrap_or(file);
    let name = match hash_of(name) {
        Some(hash) => name[..name.len() - hash.len()].trim_end_matches('-'),
        None => name,
    };
    name.strip_prefix("lib").unwrap_or(name).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a target folder with one unit of a package.
    fn write_unit(target: &Path, package: &str, hash: &str) {
        for file in [
            format!("{FINGERPRINTS}/{package}-{hash}/lib"),
            format!("{CRATES}/lib{}-{hash}.rlib", package.replace('-', "_")),
            format!("{CRATES}/{}-{hash}.d", package.replace('-', "_")),
            format!("{SCRIPTS}/{package}-{hash}/out/made"),
        ] {
            let file = target.join("triple/debug").join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, package).unwrap();
        }
    }

    fn all(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for name in names(folder) {
            match all(&folder.join(&name)) {
                inside if inside.is_empty() => found.push(name),
                inside => found.extend(inside.into_iter().map(|inside| format!("{name}/{inside}"))),
            }
        }
        found.sort();
        found
    }

    #[test]
    fn units_of_some_packages_are_taken_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        write_unit(&from, "one-two", "0123456789abcdef");
        write_unit(&from, "one", "0123456789abcdee");
        fs::create_dir(&to).unwrap();
        take_packages(&from, &to, &HashSet::from(["one-two".to_owned()])).unwrap();
        let unit = "0123456789abcdef";
        assert_eq!(
            all(&to.join("triple/debug")),
            [
                format!(".fingerprint/one-two-{unit}/lib"),
                format!("build/one-two-{unit}/out/made"),
                format!("deps/libone_two-{unit}.rlib"),
                format!("deps/one_two-{unit}.d"),
            ]
        );
        // A note of cargo's is a file of its own: cargo changes it in place.
        let note = Path::new("triple/debug/.fingerprint").join(format!("one-two-{unit}/lib"));
        fs::write(to.join(&note), "changed").unwrap();
        assert_eq!(fs::read_to_string(from.join(&note)).unwrap(), "one-two");
        take_all(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join(&note)).unwrap(), "changed");
        assert_eq!(all(&to).len(), 8);
    }

    #[test]
    fn files_of_a_crate_are_known_by_their_names() {
        for (file, of) in [
            ("libone_two-0123456789abcdef.rlib", "one_two"),
            ("one-two-0123456789abcdef", "one_two"),
            ("bootcamp-deps", "bootcamp_deps"),
            ("ctx-0123456789abcdef.ctx.fedcba-cgu.0.rcgu.o", "ctx"),
            ("libctx.so", "ctx"),
        ] {
            assert_eq!(crate_of(file), of, "{file}");
        }
    }
}
