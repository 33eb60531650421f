//! Text in comments, strings and characters changes nothing that is read of a cell.

use std::collections::BTreeSet;

use bootcamp_syntax::binding::{bindings, kept_bindings};
use bootcamp_syntax::cell::{calls, ends_in_expression, is_rust, item_texts};
use bootcamp_syntax::command::commands;
use bootcamp_syntax::completeness::{Completeness, completeness};
use bootcamp_syntax::definition::names_types;
use bootcamp_syntax::magic::{Known, Step, split};
use bootcamp_syntax::outline::outline;
use bootcamp_syntax::redefinition::Definitions;
use bootcamp_syntax::token::{has_sequence, has_word, waits};
use proptest::prelude::*;

/// Cells with places for text: `LINE` in a comment, `BLOCK` in a comment of several lines,
/// `STRING`, `RAW` in a raw string, and `CHARACTER`.
const CELLS: [&str; 14] = [
    "// LINE\nlet p = P { x: 3 };",
    "struct P { x: f64 } // LINE\nlet q = 1; /* BLOCK */ q",
    "/// LINE\nstruct P { x: i32 }\nlet p = P { x: 1 };",
    "/** BLOCK */\nfn f() {}\nf()",
    "println!(\"STRING\");",
    "let s = \"STRING\";\nlet t = r##\"RAW\"##;\ns.len() + t.len()",
    "let c = 'CHARACTER';\nlet b = b'a';\nc",
    "let s = \"STRING\nSTRING\nSTRING\";",
    "let s = r##\"RAW\nRAW\nRAW\"##; s",
    ":dep rand = \"0.10\"\n// LINE\nrand::random::<f64>()",
    "// LINE\n:dep serde\n/* BLOCK */\nlet x = 1;",
    "mod m {\n    // LINE\n    pub const N: usize = 3; /* BLOCK */\n}\nuse m::N;\n// LINE",
    "trait Tr { /* BLOCK */ fn f(&self) -> &str { \"STRING\" } }\nimpl Tr for u8 {}\n1_u8.f()",
    "for i in 0..3 {\n    // LINE\n    println!(\"STRING{i}\"); /* BLOCK */\n}",
];

/// What would mean something, were it code.
const WORDS: [&str; 34] = [
    "struct P { y: u8 }",
    "enum P { A }",
    "struct P;",
    "trait Tr { fn g(&self); }",
    "let p = 1;",
    "let",
    "fn f() {}",
    "use m::N;",
    "type P = u8;",
    "mod m { pub const N: usize = 4; }",
    "const N: usize = 5;",
    ":dep bootcamp",
    "\n:dep rand\n",
    ":restart",
    "%time f()",
    "\n%%px\n",
    "\n!ls\n",
    "f()",
    ".await",
    ".collect()",
    "for",
    "density!",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    "http://a",
    "'",
    "//",
    "é",
    " ",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9_ :;%!{}()'/*#日-]{0,8}",
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// The cell with a text at its places, as far as it may stand there.
fn filled(cell: &str, text: &str) -> String {
    let character = text.chars().next().unwrap_or('x');
    // A comment may hold whole comments only.
    let block = text.replace('/', "|");
    cell.replace("LINE", &text.replace('\n', " "))
        .replace("BLOCK", &block)
        .replace("STRING", &text.escape_default().to_string())
        .replace("RAW", &text.replace("\"##", "\" ##"))
        .replace("CHARACTER", &character.escape_default().to_string())
}

struct Nothing;

impl Known for Nothing {
    fn is_magic(&self, _: &str) -> bool {
        true
    }

    fn is_variable(&self, _: &str) -> bool {
        false
    }
}

/// All that is read of a cell and that something follows from.
#[derive(Debug, PartialEq)]
struct Read {
    commands: Vec<(String, String)>,
    bindings: [Vec<String>; 2],
    is_expression: bool,
    items: usize,
    names_types: bool,
    outline: Vec<String>,
    changed: BTreeSet<&'static str>,
    steps: Vec<bool>,
    completeness: Completeness,
    is_rust: bool,
    words: [bool; 5],
}

fn read(cell: &str) -> Read {
    const TYPES: [&str; 5] = ["P", "Box<dyn Tr>", "[u8; N]", "m::N", "Vec<P>"];
    let mut known = Definitions::default();
    known.note("#[derive(Debug, Clone)] struct P { x: i32 }");
    known.note("trait Tr { fn f(&self) -> &str { \"f\" } }\nmod m { pub const N: usize = 3; }");
    known.note("use m::N;");
    let changes = known.changed_by(cell);
    let words = |text: &str| text.to_owned();
    let items = item_texts(cell);
    Read {
        commands: commands(cell).map(|of| (words(of.name), words(of.arguments))).collect(),
        bindings: [bindings(cell), kept_bindings(cell)],
        is_expression: ends_in_expression(cell),
        items: items.len(),
        names_types: names_types(cell),
        outline: outline(cell, true).iter().map(|entry| words(entry.name)).collect(),
        changed: TYPES.into_iter().filter(|of| changes.name_in(of).is_some()).collect(),
        steps: split(cell, &Nothing).iter().map(|step| matches!(step, Step::Rust(_))).collect(),
        completeness: completeness(cell),
        is_rust: is_rust(cell),
        words: [
            has_word(cell, &["let"]),
            has_word(cell, &["for", "while"]),
            has_sequence(cell, &[".", "collect", "("]),
            waits(cell),
            calls(cell, ["f"].into_iter()),
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn text_that_is_no_code_changes_nothing(
        cell in prop::sample::select(&CELLS[..]),
        text in text(),
    ) {
        let filled = filled(cell, &text);
        prop_assert_eq!(read(&filled), read(&self::filled(cell, "x")), "{}", filled);
    }
}

#[test]
fn the_same_text_as_code_changes_something() {
    let plain = read("let x = 1;");
    for code in [
        "struct P { y: u8 }",
        ":dep rand\nlet x = 1;",
        "let y = 1;",
        "f()",
        "%time\nlet x = 1;",
        "for x in y {}",
        "f().await",
        "trait Tr { fn g(&self); }",
        "{",
        "use a::b;",
    ] {
        assert_ne!(read(code), plain, "{code}");
    }
}
