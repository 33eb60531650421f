//! What `warm` builds, and what a session does with it.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;

use jupyter_protocol::{CompleteRequest, InspectRequest, JupyterMessageContent};

use crate::toolchain::Toolchain;
use bootcamp_testkit::{FrontEnd, kernel};

#[test]
fn a_cells_own_dependency_is_the_same_crate_and_costs_no_variable() {
    let mut front_end = FrontEnd::start();
    let setup = "use bootcamp::prelude::*;\nlet mut random = rng(1);\nlet kept = vec![1, 2];\n\
                 struct Own(u8);\nlet own = Some(Own(7));";
    assert!(front_end.run(setup).is_ok());
    let run = front_end.run(
        ":dep rand = \"0.10\"\nlet copy: rand::rngs::Xoshiro256PlusPlus = random.clone();\n\
         copy == random",
    );
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    // Another crate that takes our generator: its rand has to be ours.
    let run = front_end.run(
        ":dep rand_distr = \"0.6\"\nuse rand_distr::{Distribution, Normal};\n\
         Normal::new(5.0_f64, 0.1).unwrap().sample(&mut random).round()",
    );
    assert_eq!(run.result().as_deref(), Some("5.0"), "{run:#?}");
    let run = front_end.run("kept.len() + own.as_ref().map_or(0, |own| own.0 as usize)");
    assert_eq!(run.result().as_deref(), Some("9"), "{run:#?}");

    // What cannot be had leaves the session as it was.
    assert!(!front_end.run(":dep rand = \"77\"\nkept.len()").is_ok());
    assert!(!front_end.run(":dep no-such-crate-anywhere").is_ok());
    assert_eq!(front_end.run("kept.len()").result().as_deref(), Some("2"));
    // A version that lacks a variable's type hides the variable, and the right one brings it back.
    let run = front_end.run(":dep rand = \"0.4\"\nkept.len()");
    assert_eq!(run.result().as_deref(), Some("2"), "{run:#?}");
    let run = front_end.run(":dep rand = \"0.10\"\ncopy == random || kept.len() == 2");
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    assert_eq!(front_end.shut_down(), Some(0));
}

#[test]
fn another_build_of_tokio_brings_a_runtime_of_its_own() {
    let mut front_end = FrontEnd::start();
    assert!(
        front_end.run(":dep tokio = { version = \"1\", features = [\"rt-multi-thread\"] }").is_ok()
    );
    let setup = "struct Holder(Option<tokio::runtime::Handle>);\nlet held = Holder(None);\n\
                 let kept = async { 7 }.await;";
    assert!(front_end.run(setup).is_ok());
    assert_eq!(front_end.run("kept").result().as_deref(), Some("7"));
    let more = ":dep tokio = { version = \"1\", features = [\"rt-multi-thread\", \"time\"] }";
    assert!(front_end.run(more).is_ok());
    let wait = "tokio::time::sleep(std::time::Duration::from_millis(1)).await;\nkept + 1";
    let run = front_end.run(wait);
    assert_eq!(run.result().as_deref(), Some("8"), "{run:#?}");
    assert_eq!(front_end.run("kept + 2").result().as_deref(), Some("9"));
    // What it is made of may be another type now.
    let (_, _, traceback) = front_end.run("held.0.is_none()").error();
    assert!(traceback.contains("added a dependency, and the type of `held`"), "{traceback}");
}

#[test]
fn an_image_of_somebody_elses_serves_cells_and_says_what_a_dependency_needs() {
    let home = tempfile::tempdir().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("CARGO_HOME", home.path());
    });
    assert!(front_end.run("use bootcamp::prelude::*;\nlet kept = rng(1);").is_ok());
    // What no line is remembered for, the real cargo compiles.
    let run = front_end.run(":opt 1\nkept == rng(1)");
    assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
    let (_, evalue, _) = front_end.run(":dep rand_distr = \"0.6\"").error();
    assert!(evalue.starts_with("`:dep` cannot work here"), "{evalue}");
    assert!(evalue.contains(&format!("yours is {}. Set", home.path().display())), "{evalue}");
    assert_eq!(front_end.run("kept == rng(1)").result().as_deref(), Some("true"));
}

#[test]
fn a_crate_in_a_folder_is_compiled_anew_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let krate = folder.path().join("my crate");
    fs::create_dir_all(krate.join("src")).unwrap();
    fs::write(krate.join("Cargo.toml"), "[package]\nname = \"mine\"\nedition = \"2024\"\n")
        .unwrap();
    let source = krate.join("src/lib.rs");
    fs::write(&source, "pub fn answer() -> i32 { 41 }\n").unwrap();
    let mut front_end = FrontEnd::start();
    let code = format!(":dep mine = {{ path = \"{}\" }}\nmine::answer()", krate.display());
    let run = front_end.run(&code);
    assert_eq!(run.result().as_deref(), Some("41"));
    // The crate is told of as it compiles; the cell's own and ours are not.
    let told = format!("{:?}", run.shown);
    assert!(told.contains("Compiling mine v0.0.0"), "{told}");
    assert!(told.contains("Compiled 1 crate in"), "{told}");
    fs::write(&source, "pub fn answer() -> i32 { 42 }\n").unwrap();
    assert_eq!(front_end.run("mine::answer()").result().as_deref(), Some("42"));
}

#[test]
fn names_of_the_crate_are_completed_and_documented_without_any_dependency() {
    let mut front_end = FrontEnd::shared();
    let code = "bootcamp::plot_den";
    let request = CompleteRequest { code: code.to_owned(), cursor_pos: code.len() };
    let id = front_end.send(request);
    let JupyterMessageContent::CompleteReply(reply) = front_end.read_shell(&id).content else {
        panic!("not a completion");
    };
    assert_eq!(reply.matches, ["plot_density(f)"]);
    let code = "bootcamp::random_walker";
    let request =
        InspectRequest { code: code.to_owned(), cursor_pos: code.len(), detail_level: None };
    let id = front_end.send(request);
    let JupyterMessageContent::InspectReply(reply) = front_end.read_shell(&id).content else {
        panic!("not an inspection");
    };
    assert!(reply.found && format!("{reply:?}").contains("Metropolis"), "{reply:?}");
}

#[test]
fn types_that_the_librarys_macros_make_are_found() {
    let cell = "use std::{cmp::Reverse, num::{NonZero, Wrapping}, time::Duration};\n\
                let checked = 5_u8.checked_add(1);\n\
                let nonzero = NonZero::new(3_i64).map(|n| n.get());\n\
                let wrapped = Wrapping(250_u8) + Wrapping(10);\n\
                let seconds = (Duration::from_millis(1500) * 2).as_secs_f64();\n\
                let ordered = Reverse((1, 'c')) < Reverse((1, 'd'));\n\
                let tried = i8::try_from(5_u64).is_ok_and(|n| n.pow(2) > 1);\n\
                let bytes = (1_u128.rotate_left(5) & !7).to_be_bytes();\n\
                let copied = [Some(1.5_f32); 2].clone().map(Option::unwrap_or_default);\n\
                let sum = [2_u16, 3].iter().sum::<u16>() + &(u16::MAX.leading_zeros() as u16);\n\
                let shared = std::sync::atomic::AtomicUsize::new(1);\n\
                let map = std::collections::HashMap::from([(1, 2.5_f32)]);\n\
                let found = map.get(&1).copied();\n\
                let keys = map.keys().copied().collect::<Vec<_>>();";
    let mut front_end = FrontEnd::shared();
    let run = front_end.run(cell);
    assert!(run.is_ok(), "{run:#?}");
    let types = front_end.run(":vars").result().unwrap_or_default();
    for variable in [
        "checked: Option<u8>",
        "nonzero: Option<i64>",
        "wrapped: Wrapping<u8>",
        "seconds: f64",
        "ordered: bool",
        "tried: bool",
        "bytes: [u8; 16]",
        "copied: [f32; 2]",
        "sum: u16",
        "shared: std::sync::atomic::AtomicUsize",
        "found: Option<f32>",
        "keys: Vec<i32>",
    ] {
        assert!(types.lines().any(|line| line == variable), "{variable} is not in:\n{types}");
    }
}

#[test]
#[ignore = "builds the prebuilt image twice over, which takes a minute; scripts/test does it"]
fn two_build_at_once_in_a_folder_with_any_name_and_an_image_that_is_cut_off_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let toolchain = Toolchain::quick(&folder.path().join("toolchain"));
    let cache = folder.path().join("Häuser, und mehr");
    let of_this_test = |command: &mut Command| {
        command.env("BOOTCAMP_CACHE", &cache).env("RUSTC", toolchain.rustc());
    };
    let warm = || {
        let mut command = kernel();
        of_this_test(&mut command);
        let output = command.arg("warm").output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        text
    };
    thread::scope(|scope| {
        scope.spawn(warm);
        scope.spawn(warm);
    });
    let images = || fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let prebuilt = images().next().expect("a prebuilt image");
    assert_eq!(images().count(), 1);
    assert!(warm().contains("is ready"));

    let run_in_it = || {
        let mut front_end = FrontEnd::start_with(|command| {
            of_this_test(command);
            command.stderr(Stdio::null());
        });
        let run = front_end.run("use bootcamp::prelude::*;\nplot_path(&[]).plain().len() > 9");
        assert_eq!(run.result().as_deref(), Some("true"), "{run:#?}");
        assert_eq!(front_end.shut_down(), Some(0));
    };
    run_in_it();
    assert!(prebuilt.join("library").is_dir());

    // As after a full disk, or a computer that lost power.
    let library = fs::File::options().write(true).open(prebuilt.join("libbootcamp.so")).unwrap();
    library.set_len(1000).unwrap();
    // As after an update to a Rust that nobody here knows.
    toolchain.remove_from_std("collections");
    let text = warm();
    assert!(!text.contains("is ready"), "it was built anew");
    let told = text.lines().filter(|line| line.contains("lays out its standard library"));
    assert_eq!(told.count(), 1, "{text}");
    assert!(text.contains("(std/src/collections/hash/map.rs is not as expected)"), "{text}");
    assert!(!prebuilt.join("library").exists());
    run_in_it();
}

#[test]
fn a_dependency_with_macros_keeps_the_variables_of_others() {
    let mut front_end = FrontEnd::start();
    let cell =
        ":dep rand_distr = \"0.6\"\nlet kept = rand_distr::Normal::new(0.5_f64, 1.0).unwrap();";
    assert!(front_end.run(cell).is_ok());
    // Its macros are made with more of `syn` than those of serde, which rand uses.
    let run = front_end.run(":dep tokio = { version = \"1\", features = [\"macros\"] }\n1");
    assert_eq!(run.result().as_deref(), Some("1"));
    assert_eq!(front_end.run("kept.mean()").result().as_deref(), Some("0.5"));
}
