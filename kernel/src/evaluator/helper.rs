//! The helper crate: `:dep bootcamp`, with whatever path, means the installed copy.

use std::path::Path;
use std::{fs, io};

/// Rewrites the `:dep bootcamp ...` lines of a cell; says whether there was one. Lines
/// stay lines, so error positions stay right.
pub(super) fn point_to_installed_copy(code: &str, installed: &Path) -> (String, bool) {
    let mut found = false;
    let lines = code.split('\n').map(|line| {
        if !is_helper_dependency(line) {
            return line.to_owned();
        }
        found = true;
        // A TOML literal string: no escapes, so any path but one with a quote is right.
        format!(":dep bootcamp = {{ path = '{}' }}", installed.display())
    });
    let code = lines.collect::<Vec<_>>().join("\n");
    (code, found)
}

fn is_helper_dependency(line: &str) -> bool {
    let Some(rest) = line.trim().strip_prefix(":dep ") else { return false };
    let name = rest.split(['=', ' ']).find(|word| !word.is_empty()).unwrap_or("");
    // evcxr also takes a bare path for a local crate.
    let is_path = name.starts_with(['.', '/']);
    name == "bootcamp" || is_path && name.trim_end_matches('/').ends_with("/bootcamp")
}

/// Puts the lock file of the house where evcxr's crate has none that names the helper:
/// cargo keeps the versions that it finds there, and needs no network for them.
pub(super) fn restore_lock(folder: &Path, lock: &[u8]) -> io::Result<()> {
    let file = folder.join("Cargo.lock");
    match fs::read_to_string(&file) {
        Ok(present) if present.contains("name = \"bootcamp\"") => Ok(()),
        _ => fs::write(file, lock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_means_the_installed_copy() {
        let installed = Path::new("/house/bootcamp");
        let expected = ":dep bootcamp = { path = '/house/bootcamp' }";
        for line in [
            ":dep bootcamp",
            "  :dep bootcamp  ",
            ":dep bootcamp = { path = \"../crates/bootcamp\" }",
            ":dep bootcamp={path=\"/elsewhere\"}",
            ":dep bootcamp = \"*\"",
            ":dep ../crates/bootcamp",
            ":dep /anywhere/bootcamp/",
        ] {
            let code = format!("{line}\nuse bootcamp::prelude::*;");
            let (rewritten, found) = point_to_installed_copy(&code, installed);
            assert!(found, "{line}");
            assert_eq!(rewritten, format!("{expected}\nuse bootcamp::prelude::*;"));
        }
    }

    #[test]
    fn other_lines_are_left_alone() {
        for code in [
            ":dep bootcamp-cell = \"1\"\n:dep rand = \"0.10\"",
            "let s = \":dep bootcamp\";",
            "// :dep bootcamp",
            ":deps bootcamp",
            ":dep",
            "",
        ] {
            let (rewritten, found) = point_to_installed_copy(code, Path::new("/x"));
            assert_eq!((rewritten.as_str(), found), (code, false));
        }
    }
}
