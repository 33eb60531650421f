use super::*;
use proptest::prelude::*;

fn is_incomplete(code: &str) -> bool {
    matches!(completeness(code), Completeness::Incomplete { .. })
}

#[test]
fn whole_cells_are_complete() {
    for code in [
        "",
        "\n// only a comment\n",
        "1 + 1",
        "let x = 1;",
        "x",
        "x?",
        "fn f() -> u8 { 1 }",
        "const fn f() {}",
        "pub(crate) fn f() {}\nf()",
        "#[derive(Debug)]\nstruct Point { x: f64 }",
        "struct Unit;",
        "/// What it is.\nstruct Unit;",
        "#![allow(unused)]",
        "if a { 1 } else { 2 }",
        "if a { 1 }\nx",
        "let S { x, .. } = s else { panic!() };",
        "for i in 0..3 { println!(\"{i}\") }",
        "let c = '{'; let b = b'('; let l: &'static str = \"[\";",
        "r#\"a \" quote and a {\"#",
        "c\"bytes\" == c\"(\"",
        "/* a /* nested */ comment { */",
        "\"a string\nof two lines\"",
        "'a: loop { break 'a }",
        "use std::fmt::*;",
        "macro_rules! m { () => {} }",
        "vec![1, 2, 3]",
        ":dep rand = \"0.10\"",
        ":dep rand = { version = \"0.10\" }\nuse rand::Rng;",
        ":vars",
        "!ls (",
        "%time",
        "?String::from_utf8",
    ] {
        assert_eq!(completeness(code), Completeness::Complete, "{code}");
    }
}

#[test]
fn begun_cells_are_incomplete() {
    for code in [
        "fn f() {",
        "println!(\"a\"",
        "\"no end",
        "r#\"no end\"",
        "br##\"no end\"#",
        "/* a /* nested */ comment",
        "let x =",
        "let x: Vec<f64> = points.iter().",
        "a +",
        "a &&",
        "|x|",
        "#[derive(Debug)]",
        "#[derive(Debug)]\n#[allow(unused)]",
        "/// What follows",
        "#",
        "if a { 1 } else",
        "if a",
        "match x",
        "fn f() -> u8",
        "pub fn f()",
        "const fn f()",
        "const LENGTH: usize = 3",
        "use std::fmt",
        "struct Pair(u8, u8)",
        "impl Point",
        "for i in 0..3",
        "x as",
        "println!",
        "[1, 2,",
        ":dep rand\nfn f() {",
    ] {
        assert!(is_incomplete(code), "{code}");
    }
}

#[test]
fn code_that_could_stand_between_brackets_closes() {
    for code in ["f(x)", "let x = 1", "if a { b }", "a +", "// (\nx", "x // (", ""] {
        assert!(closes(code), "{code}");
    }
    for code in ["f(x", "f(x))", "\"a", "/* a", "r#\"a\"", "}", "#["] {
        assert!(!closes(code), "{code}");
    }
}

#[test]
fn the_next_line_is_indented_by_open_brackets() {
    let incomplete = |indent: &str| Completeness::Incomplete { indent: indent.to_owned() };
    assert_eq!(completeness("fn f() {"), incomplete("    "));
    assert_eq!(completeness("fn f() {\n    g(1,"), incomplete("        "));
    assert_eq!(completeness("let x ="), incomplete(""));
    // What is in a string is the writer's.
    assert_eq!(completeness("f(\"no end"), incomplete(""));
}

#[test]
fn what_cannot_become_rust_is_invalid() {
    for code in [
        ")",
        "fn f() { ]",
        "let a = (1];",
        "1 \\ 2",
        "let № = 1;",
        "0x",
        "b'ab",
        "r#~\"a\"",
        "let = = 3;",
        "struct { x }",
        "fn (x) {}",
        "let x := 3;",
        "a b",
        "f(x) { 1 }",
        "def f(x) {}",
        "import numpy;",
        "use;",
        "x = ;",
        "let mut = 3;",
        "enum E { A B }",
    ] {
        assert_eq!(completeness(code), Completeness::Invalid, "{code}");
    }
    assert_eq!(completeness("%%px\nlet x = 1;"), Completeness::Unknown);
}

/// Code whose brackets close, as pieces that are whole tokens.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let leaf = prop::sample::select(vec![
        "x", " + ", "1.5", "'a'", "'a ", "\"{\"", "r#\"(\"#", "/* [ */", "// }\n", ", ", "; ",
        "fn ",
    ])
    .prop_map(|text| vec![format!("{text} ")]);
    leaf.prop_recursive(4, 40, 6, |inner| {
        let bracket = prop::sample::select(vec![("(", ")"), ("[", "]"), ("{", "}")]);
        (bracket, prop::collection::vec(inner, 0..6)).prop_map(|((open, close), parts)| {
            let mut pieces = vec![open.to_owned()];
            pieces.extend(parts.concat());
            pieces.push(close.to_owned());
            pieces
        })
    })
}

proptest! {
    #[test]
    fn any_text_is_judged(code in r#"[a-z0-9{}()\[\]"'/*#r\\ \n;=.:%!é😀№-]{0,60}"#) {
        let _ = completeness(&code);
    }

    #[test]
    fn a_cell_cut_off_inside_a_bracket_is_incomplete(pieces in pieces(), cut in any::<prop::sample::Index>()) {
        prop_assert!(by_tokens(&pieces.concat()) != Completeness::Invalid);
        let cut = cut.index(pieces.len());
        let open = |text: &String| ["(", "[", "{"].contains(&text.as_str());
        let close = |text: &String| [")", "]", "}"].contains(&text.as_str());
        let before = &pieces[..cut];
        let depth = before.iter().filter(|text| open(text)).count() - before.iter().filter(|text| close(text)).count();
        prop_assume!(depth > 0);
        prop_assert_eq!(
            completeness(&before.concat()),
            Completeness::Incomplete { indent: "    ".repeat(depth) }
        );
    }
}
