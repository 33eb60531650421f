//! Crates of the standard library with their macros expanded, as rustc prints them.
//!
//! rust-analyzer expands some thousand macros of `core` and `alloc` at each start: derives, and the
//! code that is written once for all integer types. If it drops an expansion between two cells, it
//! expands the macro again. rustc expands all of them once, for the prebuilt image.

use std::process::Command;
use std::{fs, str};

use crate::toolchain::Toolchain;
use bootcamp_syntax::token::{Token, TokenKind, closing, code};

/// Crates whose macros take rust-analyzer long.
const CRATES: [&str; 2] = ["alloc", "core"];
/// Modules from other folders that no cell needs: the processor's intrinsics.
const LEFT_OUT: [&str; 2] = ["core_arch", "core_simd"];

/// A file of a crate, below its `src`.
#[derive(Debug, PartialEq)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// Returns a crate's root and its modules. Returns `None` for another crate, and if rustc fails:
/// the option that prints expanded code is unstable.
pub(super) fn files(toolchain: &Toolchain, name: &str) -> Option<Vec<File>> {
    if !CRATES.contains(&name) {
        return None;
    }
    let folder = toolchain.library_sources().join(name);
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let edition = manifest.lines().find_map(|line| line.strip_prefix("edition = "))?;
    let output = Command::new(toolchain.rustc())
        .args(["-Zunpretty=expanded", "-Awarnings", "--crate-type=lib", "--crate-name", name])
        .arg(format!("--edition={}", edition.trim_matches('"')))
        .arg(folder.join("src/lib.rs"))
        // With this variable, rustc accepts the unstable features that only the library may use.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .ok()?;
    let text = str::from_utf8(&output.stdout).ok()?;
    output.status.success().then(|| split(&without_patterns(text)))
}

/// Returns the root, with `mod name;` for each module, and the modules.
fn split(text: &str) -> Vec<File> {
    let tokens = code(text);
    let mut files = Vec::new();
    let mut root = String::new();
    let (mut copied, mut item, mut at) = (0, 0, 0);
    while at < tokens.len() {
        let is_brace = tokens[at].kind == TokenKind::OpenBrace;
        let is_open =
            is_brace || [TokenKind::OpenParen, TokenKind::OpenBracket].contains(&tokens[at].kind);
        let Some(close) = is_open.then(|| closing(&tokens, at)).flatten() else {
            if tokens[at].kind == TokenKind::Semi {
                item = at + 1;
            }
            at += 1;
            continue;
        };
        if let Some(name) = module(&tokens[item..at]).filter(|_| is_brace) {
            let (open, end) = (tokens[at].start, tokens[close].start);
            if !LEFT_OUT.contains(&name) {
                let body = text[open + 1..end].to_owned();
                files.push(File { name: format!("{name}.rs"), text: body });
            }
            root.push_str(text[copied..open].trim_end());
            root.push(';');
            copied = end + 1;
        }
        if is_brace {
            item = close + 1;
        }
        at = close + 1;
    }
    root.push_str(&text[copied..]);
    files.push(File { name: "lib.rs".to_owned(), text: root });
    files
}

/// Returns the module that an item begins. A module with a `path` attribute stays in the root,
/// unless it is left out.
fn module<'a>(item: &[Token<'a>]) -> Option<&'a str> {
    let [.., keyword, name] = item else { return None };
    let has_path = item.windows(2).any(|pair| pair[0].text == "[" && pair[1].text == "path");
    let is_module = keyword.text == "mod" && (!has_path || LEFT_OUT.contains(&name.text));
    is_module.then_some(name.text)
}

/// Returns the text with types such as `u32 is 1..=9` without the range, because only rustc's
/// parser reads it.
fn without_patterns(text: &str) -> String {
    let tokens = code(text);
    let mut plain = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, three) in tokens.windows(3).enumerate() {
        let [before, middle, after] = three else { continue };
        let is_field = before.kind == TokenKind::OpenParen && middle.kind == TokenKind::Ident;
        let (start, end) = if is_field && after.text == "is" {
            (after.start, closing(&tokens, at).map(|close| tokens[close].start))
        } else if [before.text, middle.text, after.text] == ["is", "!", "null"] {
            (before.start, Some(after.start + after.text.len()))
        } else {
            continue;
        };
        // A match inside of a part that was removed is already gone.
        let Some(end) = end.filter(|_| start >= copied) else { continue };
        plain.push_str(text[copied..start].trim_end());
        copied = end;
    }
    plain.push_str(&text[copied..]);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_files() {
        let text = "#![no_std]\nuse a::{b, c};\n#[macro_use]\npub(crate) mod one {\n    #![allow(x)]\n    \
                    mod inner { fn f() {} }\n}\n#[path = \"../two.rs\"]\nmod two { struct A; }\n\
                    #[path = \"far/mod.rs\"]\nmod core_arch { struct B; }\nfn last() { mod no {} }\n";
        let files = split(text);
        let names: Vec<_> = files.iter().map(|file| &*file.name).collect();
        assert_eq!(names, ["one.rs", "lib.rs"]);
        assert_eq!(files[0].text, "\n    #![allow(x)]\n    mod inner { fn f() {} }\n");
        assert_eq!(
            files[1].text,
            "#![no_std]\nuse a::{b, c};\n#[macro_use]\npub(crate) mod one;\n\
             #[path = \"../two.rs\"]\nmod two { struct A; }\n\
             #[path = \"far/mod.rs\"]\nmod core_arch;\nfn last() { mod no {} }\n"
        );
    }

    #[test]
    fn ranges_of_types_go() {
        let text = "/// (this is doc)\npub struct Nanoseconds(u32 is const 0..=const (9 + 1));\n\
                    impl<T> A<*const T is !null> for *const T is !null where T: B {}";
        let plain = "/// (this is doc)\npub struct Nanoseconds(u32);\n\
                     impl<T> A<*const T> for *const T where T: B {}";
        assert_eq!(without_patterns(text), plain);
        let nested = "struct A(u32 is 1..=(u8 is 2..=3)); struct B(u8 is 1..);";
        assert_eq!(without_patterns(nested), "struct A(u32); struct B(u8);");
    }

    #[test]
    fn this_toolchain_expands_them() {
        let toolchain = Toolchain::find().unwrap();
        // A macro wrote the first text for all integer types, and a derive wrote the second.
        for (name, written) in [("core", "Add for i32 {"), ("alloc", "::core::clone::Clone for ")] {
            let files = files(&toolchain, name).unwrap_or_else(|| panic!("{name} is not expanded"));
            assert!(files.iter().any(|file| file.name == "lib.rs") && files.len() > 10);
            assert!(files.iter().any(|file| file.text.contains(written)), "{name}");
        }
    }
}
