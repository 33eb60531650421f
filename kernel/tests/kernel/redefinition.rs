//! Types that are defined anew while there are variables of them: what goes, and what stays.

use bootcamp_testkit::FrontEnd;

/// Runs cells that all go well.
fn run_all(front_end: &mut FrontEnd, cells: &[&str]) {
    for cell in cells {
        let run = front_end.run(cell);
        assert!(run.is_ok(), "{cell}: {run:#?}");
    }
}

#[track_caller]
fn assert_value(front_end: &mut FrontEnd, code: &str, expected: &str) {
    let run = front_end.run(code);
    assert_eq!(run.result().as_deref(), Some(expected), "{code}: {run:#?}");
    assert_eq!(run.stderr(), "", "{code}");
}

#[test]
fn words_in_comments_and_strings_cost_nothing() {
    let mut front_end = FrontEnd::shared();
    run_all(
        &mut front_end,
        &["#[derive(Debug, Clone)]\nstruct P { x: i32 }\nlet p = P { x: 3 };\nlet n = 1;"],
    );
    for cell in [
        "// what the struct P is for\nprintln!(\"the struct P is fine\");",
        "/* struct P { y: u8 } */",
        "/// How the struct P { y: u8 } came about.\nfn documented() {}",
        "let s = \"struct P { y: u8 }\";",
        "let r = r#\"\nstruct P { y: u8 }\nenum P { A }\n:dep bootcamp\n\"#;",
        "let c = 's'; let b = b\"struct P;\";",
        "println!(\"type P = u8; trait P {{}} union P {{}} mod P {{}}\");",
        "fn inner() { struct P; }",
        "#[derive(Debug, Clone)] pub struct P { /* a number */ x: i32 }",
    ] {
        let run = front_end.run(cell);
        assert!(run.is_ok(), "{cell}: {run:#?}");
        assert_eq!(run.stderr(), "", "{cell}");
        assert_value(&mut front_end, "(p.x, n)", "(3, 1)");
    }
    assert_value(&mut front_end, "r.contains(\":dep bootcamp\")", "true");
}

#[test]
fn only_a_definition_that_compiled_replaces_another() {
    let mut front_end = FrontEnd::shared();
    run_all(&mut front_end, &["#[derive(Debug)] struct P { x: i32 }", "let p = P { x: 3 };"]);
    for cell in [
        "struct P { x: f64",
        "struct P { y: Nope }",
        "struct P { y: u8 }\nlet wrong: String = 1;",
        "struct P { y: u8 }\nprintln!(\"{}\", p.y);",
    ] {
        assert!(!front_end.run(cell).is_ok(), "{cell}");
        assert_value(&mut front_end, "p.x", "3");
    }
    let (_, evalue, traceback) = front_end.run("struct P { y: u8 }\np.y").error();
    assert_eq!(evalue, "cannot find value `p` in this scope");
    assert!(traceback.contains("this cell changes the type of `p`"), "{traceback}");
    assert!(traceback.contains("it is kept"), "{traceback}");
    assert_value(&mut front_end, "p", "P { x: 3 }");
}

#[test]
fn what_a_redefinition_takes_is_told_before_it_goes_and_afterwards() {
    let mut front_end = FrontEnd::start();
    run_all(
        &mut front_end,
        &[
            "#[derive(Debug)] struct A { x: u32 }\nstruct Kept(u8);",
            "let a = A { x: 7 };\nlet list = vec![A { x: 8 }];\nlet kept = Kept(9);",
        ],
    );
    // The same size: stock evcxr would read the old bytes as the new type.
    let run = front_end.run("#[derive(Debug)] struct A { x: f32 }\nprintln!(\"new\");");
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!(run.stdout(), "new\n", "the cell runs once");
    assert_eq!(
        run.stderr(),
        "The variable `a` is lost: cell [3] changes its type `A`.\n\
         The variable `list` is lost: cell [3] changes its type `A`.\n"
    );
    let (ename, _, traceback) = front_end.run("a").error();
    assert_eq!(ename, "E0425");
    assert!(traceback.contains("cell [3] defined the type of `a` anew"), "{traceback}");
    assert!(!traceback.contains("moved"), "{traceback}");
    assert_value(&mut front_end, "kept.0", "9");
    run_all(&mut front_end, &["let a = A { x: 0.5 };"]);
    assert_value(&mut front_end, "a", "A { x: 0.5 }");
}

#[test]
fn a_cell_that_defines_a_type_and_its_variable_can_be_changed_and_run_again() {
    let mut front_end = FrontEnd::start();
    let cell = |field: &str| {
        format!(
            "#[derive(Debug)] struct P {{ {field} }}\n\
             impl Drop for P {{ fn drop(&mut self) {{ println!(\"drop {{self:?}}\"); }} }}\n\
             let p = P {{ {} }};\nprintln!(\"made\");",
            field.replace("u8", "1").replace("f64", "2.5")
        )
    };
    assert_eq!(front_end.run(&cell("x: u8")).stdout(), "made\n");
    // The same again: the old value goes as any that is shadowed.
    assert_eq!(front_end.run(&cell("x: u8")).stdout(), "made\ndrop P { x: 1 }\n");
    let run = front_end.run(&cell("y: f64"));
    assert!(run.is_ok(), "{run:#?}");
    // The old value is dropped by its own code; the cell makes another, so nothing is lost.
    assert_eq!((run.stdout(), run.stderr()), ("drop P { x: 1 }\nmade\n".to_owned(), String::new()));
    assert_value(&mut front_end, "&p", "P { y: 2.5 }");
}

#[test]
fn a_trait_that_is_defined_anew_calls_no_wrong_method() {
    let mut front_end = FrontEnd::shared();
    run_all(
        &mut front_end,
        &["trait Tr { fn one(&self) -> i32; fn two(&self) -> i32; }\nstruct A;\n\
             impl Tr for A { fn one(&self) -> i32 { 1 } fn two(&self) -> i32 { 2 } }\n\
             let boxed: Box<dyn Tr> = Box::new(A);\nlet plain = A;"],
    );
    assert_value(&mut front_end, "boxed.one()", "1");
    // A cell that does nothing but define.
    let run = front_end.run("trait Tr { fn two(&self) -> i32; fn one(&self) -> i32; }");
    assert!(run.is_ok() && run.stderr().starts_with("The variable `boxed` is lost"), "{run:#?}");
    assert_eq!(front_end.run("boxed.one()").error().0, "E0425");
    run_all(&mut front_end, &["let boxed: Box<dyn Tr> = Box::new(plain);"]);
    assert_value(&mut front_end, "(boxed.one(), boxed.two())", "(1, 2)");
}

#[test]
fn what_a_type_is_made_of_counts() {
    let mut front_end = FrontEnd::shared();
    run_all(
        &mut front_end,
        &[
            "mod m { #[derive(Debug)] pub struct A(pub i32); }\nuse m::A;\nlet a = A(1);",
            "const N: usize = 4;\nstruct Buffer([u8; N]);\nlet buffer = Buffer([1; N]);",
        ],
    );
    let run = front_end.run("#[derive(Debug)] pub struct A { pub x: f64 }\nprintln!(\"ran\");");
    assert_eq!(run.stdout(), "ran\n");
    assert!(run.stderr().contains("`a` is lost"), "{run:#?}");
    run_all(&mut front_end, &["struct Inner(i32);\nlet inner = Inner(1);"]);
    let run = front_end.run("#![allow(dead_code)]\nstruct Inner(f32);");
    assert!(run.stderr().starts_with("The variable `inner` is lost"), "{run:#?}");
    let run = front_end.run("const N: usize = 8;");
    assert!(run.stderr().starts_with("The variable `buffer` is lost"), "{run:#?}");
    assert_eq!(front_end.run("buffer.0.len()").error().0, "E0425");
}

#[test]
fn a_destructor_that_panics_ends_nothing() {
    let mut front_end = FrontEnd::start();
    run_all(
        &mut front_end,
        &["struct Bad(u8);\nimpl Drop for Bad { fn drop(&mut self) { panic!(\"no\"); } }\n\
             let bad = std::mem::ManuallyDrop::new(Bad(1));\nlet worse = Some(Bad(2));\nlet n = 5;"],
    );
    let run = front_end.run("struct Bad(u16);\nprintln!(\"on\");");
    assert!(run.is_ok(), "{run:#?}");
    assert_eq!(run.stdout(), "on\n");
    assert_value(&mut front_end, "n", "5");
}
