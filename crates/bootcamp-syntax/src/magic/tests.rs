use super::split::*;
use proptest::prelude::*;

struct Names;

impl Known for Names {
    fn is_magic(&self, name: &str) -> bool {
        ["time", "px"].contains(&name)
    }

    fn is_variable(&self, name: &str) -> bool {
        name == "n"
    }
}

/// The steps in short: Rust as it is, `%name|arguments`, and `%%name|arguments|body`.
fn steps(cell: &str) -> Vec<String> {
    let text = |step| match step {
        Step::Rust(code) => code,
        Step::Magic(call) => {
            let body = call.body.as_ref().map_or(String::new(), |body| format!("|{body}"));
            format!("{}|{}{body}", call.spelling(), call.arguments)
        }
    };
    split(cell, &Names).into_iter().map(text).collect()
}

#[test]
fn rust_is_left_alone() {
    for cell in [
        "let x = 1;\nx % 3",
        "x\n% 3",
        "x\n%y",
        "let r = 17\n    %time;",
        "let r = match x { _ => 7 }\n  %time;",
        "f(\n%time\n)",
        "\"\n%time\n!ls\n\"",
        "r#\"\n%time \"\n\"#",
        "/*\n%time\n*/ 1",
        "// what\nlet b = !flag;",
        "let b = !a\n    && !c;",
        "let b = !a\n;",
        "let b = !{\n    a\n};",
        "fn f() -> bool {\n    !done\n}",
        "println!(\"{x}\");",
        "x\n!= y",
        ":dep rand = \"0.10\"\n:dep serde\nlet x = 1;",
        "#[derive(Debug)]\nstruct A;",
        "",
        "// only a comment\n",
    ] {
        let whole: Vec<String> = if cell.is_empty() || cell.starts_with("// only") {
            vec![]
        } else {
            vec![cell.to_owned()]
        };
        assert_eq!(steps(cell), whole);
    }
}

#[test]
fn magics_are_taken_off_and_lines_are_kept() {
    assert_eq!(steps("%time f(x) "), ["%time|f(x)"]);
    assert_eq!(steps("let x = 1;\n  %who\nx"), ["let x = 1;\n", "%who|", "\n\nx"]);
    assert_eq!(steps("x + 1\n%time y"), ["x + 1\n", "%time|y"]);
    assert_eq!(steps("if a { b }\n%px 1"), ["if a { b }\n", "%px|1"]);
    assert_eq!(
        steps("%cd don't {\n%pwd\nlet s = \"a\";"),
        ["%cd|don't {", "%pwd|", "\n\nlet s = \"a\";"]
    );
    assert_eq!(steps(":dep rand\n%time x"), [":dep rand\n", "%time|x"]);
}

#[test]
fn a_cell_magic_has_the_whole_cell() {
    assert_eq!(steps("\n %%sh -x\nls '\n%time"), ["%%sh|-x|ls '\n%time"]);
    assert_eq!(steps("%%time"), ["%%time||"]);
    assert_eq!(steps("let x = 1;\n%%time\nx"), ["let x = 1;\n", "%%time|", "\n\nx"]);
}

#[test]
fn lines_for_the_shell_become_rust() {
    assert_eq!(steps("!ls -l 'a"), ["bootcamp::runtime::shell::run(\"ls -l 'a\");"]);
    assert_eq!(
        steps("let m = 1;\n!echo {n} {m} {k}\nm"),
        ["let m = 1;\nbootcamp::runtime::shell::run(&std::format!(\"echo {n} {m} {{k}}\"));\nm"]
    );
    assert_eq!(
        steps("let all = !ls | wc\nall"),
        ["let all = bootcamp::runtime::shell::lines(\"ls | wc\");\nall"]
    );
    assert_eq!(
        steps("let mut a: Vec<String> = !ls"),
        ["let mut a: Vec<String> = bootcamp::runtime::shell::lines(\"ls\");"]
    );
}

#[test]
fn code_of_a_call_stands_at_its_place() {
    let cell = "let é = 1;\n  %time -v f(x)";
    let Step::Magic(call) = split(cell, &Names).pop().unwrap() else { panic!("a magic") };
    assert_eq!(call.code_of("f(x)"), "\n           f(x)");
    let Step::Magic(call) = split("%%time\nf(x)", &Names).pop().unwrap() else { panic!("one") };
    assert_eq!(call.body_code(), "\nf(x)");
}

proptest! {
    #[test]
    fn any_text_is_taken_apart(cell in r#"[a-z%!{}()"'/*#\\ \n;=.:é😀&]{0,60}"#) {
        let lines = cell.matches('\n').count();
        for step in split(&cell, &Names) {
            match step {
                Step::Rust(code) => {
                    prop_assert!(code.matches('\n').count() <= lines);
                    // Every line is the cell's, or was made of one for the shell.
                    for (mine, line) in code.split('\n').zip(cell.split('\n')) {
                        let is_own = mine.trim().is_empty() || line.starts_with(mine);
                        prop_assert!(is_own || mine.contains("shell::"), "{mine:?} {line:?}");
                    }
                }
                Step::Magic(call) => prop_assert!(call.line <= lines),
            }
        }
    }
}
