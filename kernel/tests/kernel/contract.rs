//! What the kernel takes for granted of the code that evcxr generates.
//!
//! `BOOTCAMP_RECORD_PASSES=FILE` makes the kernel add each run of the compiler to a file: what
//! evcxr generated, and what of it was changed. `contract.txt` is what evcxr generated when
//! somebody last looked at it; with `BOOTCAMP_RENEW=1` this test writes it anew.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde::Deserialize;

use bootcamp_testkit::FrontEnd;

/// The cells, one after the other in one session, and what is changed in each run of the compiler
/// for them.
const CELLS: [(&str, &str, &[&[&str]]); 17] = [
    ("a statement", "println!(\"one\");", &[&["catch"]]),
    ("an expression", "1 + 1", &[&["catch", "last-expression"]]),
    ("a function", "fn double(x: i64) -> i64 { 2 * x }", &[&[]]),
    ("a call", "double(4)", &[&["catch", "last-expression"]]),
    ("a function defined anew", "fn double(x: i64) -> i64 { x + x }", &[&[]]),
    ("a variable", "let kept = String::from(\"a\");", &[&["store", "catch"]]),
    ("a variable used", "kept.len()", &[&["store", "catch", "last-expression"]]),
    ("a variable in scope", "println!(\"two\");", &[&["store", "catch", "variables"]]),
    ("a variable defined anew", "let kept = vec![kept];", &[&["store", "catch"]]),
    ("an error", "nowhere(1);", &[&["store", "catch", "variables"]]),
    ("a variable moved", "drop(kept);", &[&["store", "catch"], &["store", "catch"]]),
    (
        "a `?` that fails",
        "let parsed: i64 = \"x\".parse()?;",
        &[&["store", "catch"], &["store", "question-mark", "catch"]],
    ),
    ("tokio", ":dep tokio = { version = \"1\", features = [\"rt-multi-thread\"] }", &[&[]]),
    // From the first `?` on, evcxr is prepared for one in each cell.
    (
        "an `.await`",
        "async { 5 }.await",
        &[
            &["store", "question-mark", "catch", "last-expression"],
            &["store", "question-mark", "catch"],
            &["store", "question-mark", "catch"],
        ],
    ),
    (
        "a cell after an `.await`",
        "println!(\"three\");",
        &[&["store", "question-mark", "catch", "runtime"]],
    ),
    // evcxr generates items in any order: there is never more than one.
    (
        "a variable of a person's type",
        ":clear\nstruct Own(u8);\nlet own = Own(1);",
        &[&["store", "catch"]],
    ),
    // The first run ends before the code of the cell: evcxr forgets the variable.
    ("a type defined anew", "struct Own(u16);", &[&["store", "catch", "redefined"], &["catch"]]),
];
const FAILING: [&str; 2] = ["an error", "a `?` that fails"];

/// By which constants of [`TEXT`] a change finds its place.
const HOOKS: [(&str, &[&str]); 7] = [
    ("store", &["STORE_MODULE"]),
    ("question-mark", &["ERROR_TYPE", "CONVERSION", "PRINT"]),
    ("catch", &["CATCHES", "FUNCTION", "FUNCTION_NAME"]),
    ("last-expression", &["SHOWS"]),
    ("variables", &["CHECK", "TAKE", "PUT"]),
    ("redefined", &["STORE", "CHECKS"]),
    ("runtime", &["BEGIN", "END"]),
];
const TEXT: &str = "../crates/bootcamp-evaluator/src/evcxr_words.rs";
const SNAPSHOT: &str = "tests/kernel/contract.txt";

/// A run of the compiler.
#[derive(Debug, Deserialize)]
struct Pass {
    /// 0 for evcxr's own, before any cell.
    cell: usize,
    hooks: Vec<String>,
    generated: String,
}

#[test]
fn evcxr_generates_what_the_hooks_look_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passes");
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("BOOTCAMP_RECORD_PASSES", &file);
    });
    let mut seen = 0;
    let mut fresh = || -> Vec<Pass> {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let passes = text.lines().skip(seen).map(|line| serde_json::from_str(line).unwrap());
        let passes: Vec<Pass> = passes.collect();
        seen += passes.len();
        passes
    };
    let mut problems = String::new();
    let mut found = String::new();
    for (name, code, expected) in CELLS {
        let run = front_end.run(code);
        if run.is_ok() == FAILING.contains(&name) {
            let _ = writeln!(problems, "{name} ended in another way: {run:#?}");
        }
        let (first, passes): (Vec<Pass>, Vec<Pass>) =
            fresh().into_iter().partition(|pass| pass.cell == 0);
        if name == CELLS[0].0 {
            let name = "evcxr's own first cell";
            compare(name, &first, &[&["catch", "last-expression"]], &mut problems);
            write(name, &first, &mut found);
        }
        compare(name, &passes, expected, &mut problems);
        write(name, &passes, &mut found);
    }
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
    if env::var_os("BOOTCAMP_RENEW").is_some() {
        fs::write(&snapshot, &found).unwrap();
    }
    let kept = fs::read_to_string(&snapshot).unwrap_or_default();
    assert!(
        problems.is_empty() && found == kept,
        "evcxr generates other code than this kernel knows.\n{problems}{}",
        difference(&kept, &found)
    );
}

/// Says where not the expected changes were made.
fn compare(name: &str, passes: &[Pass], expected: &[&[&str]], problems: &mut String) {
    let found: Vec<&[String]> = passes.iter().map(|pass| &pass.hooks[..]).collect();
    if found.len() != expected.len() {
        let (found, expected) = (found.len(), expected.len());
        let _ = writeln!(problems, "{name}: rustc ran {found} times, not {expected} times");
    }
    for (number, (found, expected)) in (1..).zip(found.iter().zip(expected)) {
        for hook in *expected {
            if !found.iter().any(|fired| fired == hook) {
                let places = places(hook);
                let _ = writeln!(
                    problems,
                    "{name}, pass {number}: `{hook}` was not changed; look at {places}"
                );
            }
        }
        for hook in found.iter().filter(|hook| !expected.contains(&&hook[..])) {
            let _ = writeln!(problems, "{name}, pass {number}: `{hook}` was changed");
        }
    }
}

fn places(hook: &str) -> String {
    let (_, constants) = HOOKS.iter().find(|(name, _)| *name == hook).expect("a hook");
    format!("{} in {}", constants.join(", "), TEXT.trim_start_matches("../"))
}

/// Adds what was generated, without what is another in each session, and the store only once.
fn write(name: &str, passes: &[Pass], all: &mut String) {
    const STORE: &str = "mod evcxr_internal_runtime {\n";
    for (number, pass) in (1..).zip(passes) {
        let mut code = String::new();
        let mut rest = &pass.generated[..];
        while let Some((before, after)) = rest.split_once("run_user_code_") {
            code.push_str(before);
            code.push_str("run_user_code_N");
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        code.push_str(rest);
        // The first line of the store is in the text already where a whole store is.
        if let Some(start) = code.find(STORE)
            && let Some(end) =
                code[start..].find("\n}\n}\n").map(|end| start + end + "\n}\n}\n".len())
            && all.contains(&code[start..end])
        {
            code.replace_range(start..end, "(the store, as above)\n");
        }
        let _ = writeln!(
            all,
            "==== {name}, pass {number}: {}\n{}",
            pass.hooks.join(", "),
            code.trim_end()
        );
    }
}

/// The lines that differ, each with the place where it is.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // The longest common part of what follows, from each pair of lines on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut section, mut text) = (0, 0, None, String::new());
    while i < old.len() || j < new.len() {
        let is_common = i < old.len() && j < new.len() && old[i] == new[j];
        let is_gone = j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1];
        let line = if is_common || !is_gone { new[j] } else { old[i] };
        if line.starts_with("====") {
            section = Some(line);
        }
        if !is_common {
            if let Some(section) = section.take().filter(|section| *section != line) {
                let _ = writeln!(text, "  {section}");
            }
            let _ = writeln!(text, "{} {line}", if is_gone { '-' } else { '+' });
        }
        i += usize::from(is_common || is_gone);
        j += usize::from(is_common || !is_gone);
    }
    text
}

#[test]
fn the_constants_that_are_named_are_all_there_are() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TEXT)).unwrap();
    let (_, generated) = text.split_once("mod generated {").unwrap();
    let lines = generated.lines().map(str::trim_start);
    let constants = lines.filter_map(|line| line.strip_prefix("pub(crate) const "));
    let mut there: Vec<&str> = constants.filter_map(|line| Some(line.split_once(':')?.0)).collect();
    let mut named: Vec<&str> =
        HOOKS.iter().flat_map(|(_, constants)| *constants).copied().collect();
    there.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, there);
}
