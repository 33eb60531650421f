//! Which module uses which: arrows go one way.
//!
//! `cargo test --release --workspace --test integration rooms -- --nocapture` shows the arrows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bootcamp_syntax::token::{Token, closing, code};

/// The modules that each module of a folder uses, of those beside it.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The source files at a path, or below it.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return entries(path).iter().flat_map(|path| files(path)).collect();
    }
    let is_code = path.extension().is_some_and(|of| of == "rs");
    is_code.then(|| path.to_owned()).into_iter().collect()
}

/// A folder, and all in it that hold modules.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let below = entries(folder).into_iter().filter(|path| path.is_dir());
    let mut all: Vec<PathBuf> = below.flat_map(|path| folders(&path)).collect();
    all.extend((!files(folder).is_empty()).then(|| folder.to_owned()));
    all
}

/// The modules inside of a file, between their braces: `super` is the file there.
fn inner_modules(tokens: &[Token<'_>]) -> Vec<Range<usize>> {
    let begins = (0..tokens.len()).filter(|&at| {
        tokens[at].text == "mod" && tokens.get(at + 2).is_some_and(|open| open.text == "{")
    });
    begins.filter_map(|at| Some(at..closing(tokens, at + 2)?)).collect()
}

/// The names that code has after `crate::` or `super::`, as in `use crate::{a::B, c};`.
fn named<'a>(text: &'a str, head: &str) -> BTreeSet<&'a str> {
    let tokens = code(text);
    let inner = if head == "super" { inner_modules(&tokens) } else { Vec::new() };
    let mut named = BTreeSet::new();
    for (at, path) in tokens.windows(4).enumerate() {
        let is_path = [path[0].text, path[1].text, path[2].text] == [head, ":", ":"];
        let goes_on = at > 0 && tokens[at - 1].text == ":";
        if !is_path || goes_on || inner.iter().any(|inside| inside.contains(&at)) {
            continue;
        }
        let first = at + 3;
        if path[3].text != "{" {
            named.insert(path[3].text);
            continue;
        }
        let inside = first + 1..closing(&tokens, first).unwrap_or(tokens.len());
        let begins = inside.filter(|&at| {
            let before = tokens[at - 1];
            at == first + 1 || before.text == "," && before.depth == path[3].depth + 1
        });
        named.extend(begins.map(|at| tokens[at].text));
    }
    named
}

/// The names that a `mod.rs` or `lib.rs` has from modules below it, each with its module: who
/// names them there uses that module.
fn passed_on(folder: &Path, modules: &BTreeSet<String>) -> BTreeMap<String, String> {
    let file =
        ["mod.rs", "lib.rs"].map(|name| folder.join(name)).into_iter().find(|file| file.exists());
    let text = file.map(|file| fs::read_to_string(file).unwrap()).unwrap_or_default();
    let tokens = code(&text);
    let mut passed_on = BTreeMap::new();
    for at in (0..tokens.len()).filter(|&at| tokens[at].text == "use") {
        let Some(module) = tokens.get(at + 1).filter(|of| modules.contains(of.text)) else {
            continue;
        };
        let path = tokens[at + 2..].iter().take_while(|token| token.text != ";");
        let path: Vec<_> = path.map(|token| token.text).chain([";"]).collect();
        let ends = path.windows(2).filter(|pair| [",", "}", ";"].contains(&pair[1]));
        passed_on.extend(ends.map(|pair| (pair[0].to_owned(), module.text.to_owned())));
    }
    passed_on
}

/// The arrows among the modules of a folder; `mod.rs` and `lib.rs` hold them all.
fn arrows(folder: &Path, is_crate: bool) -> Arrows {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let is_module = |path: &PathBuf| {
        !files(path).is_empty() && !["lib", "main", "mod", "tests"].contains(&stem(path).as_str())
    };
    let modules: Vec<PathBuf> = entries(folder).into_iter().filter(is_module).collect();
    let names: BTreeSet<String> = modules.iter().map(|path| stem(path)).collect();
    let passed_on = passed_on(folder, &names);
    let uses = |path: &PathBuf| {
        let own = stem(path);
        let (head, files) = match (is_crate, path.is_dir()) {
            (true, _) => ("crate", files(path)),
            (false, true) => ("super", files(&path.join("mod.rs"))),
            (false, false) => ("super", vec![path.clone()]),
        };
        let texts: Vec<String> =
            files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        let used = texts.iter().flat_map(|text| named(text, head));
        let used =
            used.map(|name| passed_on.get(name).map_or_else(|| name.to_owned(), Clone::clone));
        let used = used.filter(|name| names.contains(name) && *name != own).collect();
        (own, used)
    };
    modules.iter().map(uses).collect()
}

/// The modules from which a way leads back to them.
fn circle(arrows: &Arrows) -> Vec<&String> {
    let leads_back = |start: &&String| {
        let (mut open, mut seen) = (vec![*start], BTreeSet::new());
        while let Some(name) = open.pop() {
            for next in &arrows[name] {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    arrows.keys().filter(leads_back).collect()
}

#[test]
fn names_are_read_from_paths() {
    let text = "use crate::{a::{B, C}, d, e as f};\nfn g() { crate::h::i() } // crate::j\n\
                pub(crate) use super::k; pub(in crate::l) struct M;\nuse super::super::n;\n\
                mod tests { use super::o; use crate::p; }";
    assert_eq!(named(text, "crate"), BTreeSet::from(["a", "d", "e", "h", "l", "p"]));
    assert_eq!(named(text, "super"), BTreeSet::from(["k", "super"]));
}

#[test]
fn a_circle_is_found() {
    let arrows = |all: &[(&str, &[&str])]| -> Arrows {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        all.iter().map(|(name, uses)| ((*name).to_owned(), owned(uses))).collect()
    };
    assert_eq!(circle(&arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &[])])), [""; 0]);
    assert_eq!(circle(&arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])])), ["b", "c"]);
}

#[expect(clippy::print_stdout, reason = "for whoever asks for it")]
fn show(arrows: &str) {
    println!("{arrows}");
}

#[test]
fn no_modules_use_each_other() {
    let root = root();
    let mut crates = entries(&root.join("crates"));
    crates.push(root.join("kernel"));
    let (mut shown, mut wrong) = (String::new(), Vec::new());
    for source in crates.iter().map(|folder| folder.join("src")) {
        for folder in folders(&source) {
            let arrows = arrows(&folder, folder == source);
            let name = folder.strip_prefix(&root).unwrap().display();
            let _ = writeln!(shown, "{name}");
            for (module, used) in arrows.iter().filter(|(_, used)| !used.is_empty()) {
                let used: Vec<&str> = used.iter().map(String::as_str).collect();
                let _ = writeln!(shown, "  {module} -> {}", used.join(", "));
            }
            let circle = circle(&arrows);
            if !circle.is_empty() {
                wrong.push(format!("{name}: {circle:?}"));
            }
        }
    }
    show(&shown);
    assert_eq!(wrong, [""; 0], "modules that use each other");
}

/// Crates whose `lib.rs` lists their modules, from the lowest to the highest.
const ORDERED: [&str; 2] = ["crates/bootcamp-evaluator", "kernel"];

#[test]
fn modules_use_only_those_above_them() {
    let mut wrong = Vec::new();
    for name in ORDERED {
        let source = root().join(name).join("src");
        let text = fs::read_to_string(source.join("lib.rs")).unwrap();
        let entries =
            text.lines().filter_map(|line| line.strip_prefix("//! * `")?.split_once("`: "));
        let listed: Vec<&str> = entries.map(|(name, _)| name).collect();
        let arrows = arrows(&source, true);
        assert_eq!(
            listed.iter().copied().collect::<BTreeSet<_>>(),
            arrows.keys().map(String::as_str).collect(),
            "the list in {name}/src/lib.rs, and the modules that there are"
        );
        let place = |name: &str| listed.iter().position(|known| *known == name);
        for (module, used) in &arrows {
            for used in used.iter().filter(|used| place(used) > place(module)) {
                let names_it = |file: &PathBuf| {
                    named(&fs::read_to_string(file).unwrap(), "crate").contains(used.as_str())
                };
                let places = [source.join(module), source.join(format!("{module}.rs"))];
                let places = places.iter().filter(|place| place.exists());
                for file in places.flat_map(|place| files(place)).filter(names_it) {
                    let file = file.strip_prefix(&source).unwrap().display();
                    wrong.push(format!(
                        "{name}: {file} uses `{used}`, which stands below `{module}`"
                    ));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}
