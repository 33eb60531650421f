//! Lines of a cell that mean something else here: `:dep bootcamp`, with any path, is the installed
//! copy, and a cache of compiled crates is there without asking.

use std::path::Path;

use bootcamp_syntax::command::{Command, commands};

/// evcxr's commands for a cache of compiled crates.
const CACHES: [&str; 2] = [":cache", ":sccache"];

/// Removes the `:dep` lines of the helper crate from a cell, which has the crate anyway. The lines
/// become empty, so the positions of errors stay right.
pub(super) fn without_dependency(code: &str, prelude: &str) -> String {
    replaced(code, |command| is_dependency_on(prelude, command), String::new)
}

/// Removes the lines that ask for a cache of compiled crates, which is there without asking. Returns the
/// name of the command, if there is such a line.
pub(super) fn without_cache(code: &str) -> (String, Option<&'static str>) {
    let asks = |command: &Command<'_>| CACHES.into_iter().find(|name| *name == command.name);
    let name = commands(code).find_map(|command| asks(&command));
    (replaced(code, |command| asks(command).is_some(), String::new), name)
}

/// Rewrites these lines for a toolchain that the prebuilt crate does not fit.
pub(super) fn with_source_dependency(code: &str, prelude: &str, installed: &Path) -> String {
    // The path is a TOML literal string, which has no escapes: any path without a quote works.
    let line = || format!(":dep {prelude} = {{ path = '{}' }}", installed.display());
    replaced(code, |command| is_dependency_on(prelude, command), line)
}

fn replaced(
    code: &str,
    is_meant: impl Fn(&Command<'_>) -> bool,
    replacement: impl Fn() -> String,
) -> String {
    let mut text = code.to_owned();
    let lines: Vec<_> = commands(code).filter(is_meant).map(|of| of.line).collect();
    for line in lines.into_iter().rev() {
        text.replace_range(line, &replacement());
    }
    text
}

fn is_dependency_on(prelude: &str, command: &Command<'_>) -> bool {
    if command.name != ":dep" {
        return false;
    }
    let name = command.arguments.split(['=', ' ']).next().unwrap_or("");
    // evcxr also takes a bare path for a local crate.
    let is_path = name.starts_with(['.', '/']);
    let folder = name.trim_end_matches('/').rsplit('/').next();
    name == prelude || is_path && folder == Some(prelude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_means_the_installed_copy() {
        let installed = Path::new("/prebuilt/bootcamp");
        let expected = ":dep bootcamp = { path = '/prebuilt/bootcamp' }";
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
            let rewritten = with_source_dependency(&code, "bootcamp", installed);
            assert_eq!(rewritten, format!("{expected}\nuse bootcamp::prelude::*;"));
            assert_eq!(without_dependency(&code, "bootcamp"), "\nuse bootcamp::prelude::*;");
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
            "let s = \"\n:dep bootcamp\n\";",
            "let s = r#\"\n:dep bootcamp\n\"#;",
            "/*\n:dep bootcamp\n*/",
            "let x = 1;\n:dep bootcamp",
            "f(\n:dep bootcamp\n)",
            "//:dep bootcamp",
            ":depend bootcamp",
            ":dep bootcamps",
            ":dep ../bootcamp-cell",
            ":dep \"bootcamp\"",
        ] {
            assert_eq!(with_source_dependency(code, "bootcamp", Path::new("/x")), code);
            assert_eq!(without_dependency(code, "bootcamp"), code);
        }
    }

    #[test]
    fn a_cache_is_not_asked_for() {
        let asked = without_cache("  :sccache 1\n:dep a\nlet x = 1;\n:cache 2");
        assert_eq!(asked, ("\n:dep a\nlet x = 1;\n:cache 2".to_owned(), Some(":sccache")));
        let code = "let s = \"\n:cache 1\n\";";
        assert_eq!(without_cache(code), (code.to_owned(), None));
    }
}
