//! The helper crate. `:dep bootcamp`, with any path, means the installed copy.

use std::path::Path;

use bootcamp_syntax::command::{Command, commands};

/// Removes the `:dep` lines of the helper crate from a cell, which has the crate anyway. The lines
/// become empty, so the positions of errors stay right.
pub(super) fn without_dependency(code: &str, prelude: &str) -> String {
    replaced(code, prelude, String::new)
}

/// Rewrites these lines for a toolchain that the prebuilt crate does not fit.
pub(super) fn with_source_dependency(code: &str, prelude: &str, installed: &Path) -> String {
    // The path is a TOML literal string, which has no escapes: any path without a quote works.
    replaced(code, prelude, || format!(":dep {prelude} = {{ path = '{}' }}", installed.display()))
}

fn replaced(code: &str, prelude: &str, replacement: impl Fn() -> String) -> String {
    let mut text = code.to_owned();
    let lines: Vec<_> = commands(code)
        .filter(|command| is_dependency_on(prelude, command))
        .map(|of| of.line)
        .collect();
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
}
