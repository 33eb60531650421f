//! The part of a prebuilt image's key that depends on the version of this program.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::prelude::Prelude;

/// The files of this crate with their hashes; `build.rs` lists them.
const PROGRAM: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/program.rs"));
/// The file with which this crate reads code.
const TOKENS: &str = include_str!("../../../bootcamp-syntax/src/token.rs");
/// Those that build a prebuilt image, or a folder that is full of them: a change of one is a new
/// prebuilt image.
const BUILDERS: [&str; 16] = [
    "cargo",
    "child/raw_report.rs",
    "child/support.rs",
    "compiler",
    "dependencies",
    "evaluator/session.rs",
    "evcxr_words.rs",
    "files.rs",
    "inventory.rs",
    "prebuilt",
    "packages.rs",
    "prelude.rs",
    "program.rs",
    "stand_in.rs",
    "target_folder.rs",
    "toolchain.rs",
];
/// The files in these folders that only use an image.
const USERS: [&str; 11] = [
    "cargo/metadata.rs",
    "cargo/notice.rs",
    "compiler/hooks.rs",
    "compiler/rustc.rs",
    "compiler/runtime.rs",
    "compiler/source.rs",
    "compiler/store.rs",
    "compiler/variables.rs",
    "dependencies/cleaning.rs",
    "dependencies/conditions.rs",
    "prebuilt/cleaning.rs",
];

/// Returns the hash that all images of this program share.
#[must_use]
pub fn sources_hash(prelude: &Prelude) -> u64 {
    let mut key = DefaultHasher::new();
    hash_sources(prelude, &mut key);
    key.finish()
}

pub(super) fn hash_sources(prelude: &Prelude, key: &mut DefaultHasher) {
    prelude.hash(key);
    TOKENS.hash(key);
    let builders = PROGRAM.iter().filter(|(name, _)| is_builder(name));
    builders.collect::<Vec<_>>().hash(key);
}

/// Says whether a file of this program decides what is in an image.
fn is_builder(name: &str) -> bool {
    let folder = name.split_once('/').map_or(name, |(folder, _)| folder);
    BUILDERS.iter().any(|builder| [name, folder].contains(builder)) && !USERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use bootcamp_syntax::token::code;

    #[test]
    fn a_new_file_that_may_build_an_image_counts() {
        for name in ["cargo/manifest.rs", "cargo/new.rs", "prebuilt/stripped.rs", "stand_in.rs"] {
            assert!(is_builder(name), "{name}");
        }
        for name in ["cargo/notice.rs", "evaluator/mod.rs", "compile_server/mod.rs"] {
            assert!(!is_builder(name), "{name}");
        }
        let is_there = |name: &str| {
            let is_in = |file: &str| file == name || file.starts_with(&format!("{name}/"));
            PROGRAM.iter().any(|(file, _)| is_in(file))
        };
        for name in BUILDERS.iter().chain(&USERS) {
            assert!(is_there(name), "{name} is not there any more");
        }
    }

    #[test]
    fn builders_use_no_other_module_that_decides_what_they_build() {
        // Messages, errors and running programs leave nothing in an image.
        let indifferent = ["child", "error", "log", "passes", "phases", "signals", "work"];
        for (name, _) in PROGRAM.iter().filter(|(name, _)| is_builder(name)) {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
            let text = fs::read_to_string(file).unwrap();
            let tokens = code(&text);
            for path in tokens.windows(4) {
                let module = path[3].text;
                let is_path = path[0].text == "crate" && path[1].text == ":";
                let is_known = indifferent.contains(&module)
                    || BUILDERS.iter().any(|builder| builder.trim_end_matches(".rs") == module);
                assert!(!is_path || is_known, "{name} uses crate::{module}: is it a builder?");
            }
        }
    }
}
