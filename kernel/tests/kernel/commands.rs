//! evcxr's commands: what each of them does here, and that a session goes on after it.

use std::env;
use std::path::PathBuf;

use jupyter_protocol::Payload;
use tempfile::TempDir;

use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Shown;

/// What a command gives.
enum Gives {
    /// A result that begins so.
    Result(&'static str),
    /// Nothing is shown.
    Nothing,
    /// An error whose text begins so.
    Error(&'static str),
}

use Gives::{Error, Nothing, Result};

/// Each command of `:help`, in its order, with what it does here.
const COMMANDS: [(&str, Gives); 37] = [
    (":allow_static_linking 1", Result("Static linking: true")),
    (":build_env KEY=value", Result("Set KEY=value for build")),
    (":build_env KEY", Error("Please supply key=value")),
    // Dependencies that any session has compiled are there without asking.
    (":cache 500", Result("`:cache` is not needed: crates are compiled once")),
    (":cache 0", Result("`:cache` is not needed")),
    (":cache many", Result("`:cache` is not needed")),
    (":clear", Nothing),
    (":clear_cache", Result("Deleted ")),
    (":codegen_backend", Result("codegen backend: default")),
    (":dep", Error(":dep requires arguments")),
    (":dep bootcamp", Nothing),
    // The documentation of a name; `?name` is the notebook's own way.
    (":doc Vec", Result("alloc::vec")),
    (":efmt {:?}", Result("Error format: {:?} (errors must implement std::fmt::Debug)")),
    (":efmt {}", Result("Error format: {} (errors must implement std::fmt::Display)")),
    (":env KEY=value", Result("Set KEY=value (use :restart command")),
    (":explain", Error("No last error to explain")),
    (":fmt {:#?}", Result("Output format: {:#?}")),
    (":fmt", Result("Output format: {:?}")),
    (":help", Result(":allow_static_linking")),
    (":internal_debug", Result("Internals debugging: true")),
    (":internal_debug", Result("Internals debugging: false")),
    (":last_compile_dir", Result("/")),
    (":last_error_json", Error("the command has nothing to show")),
    // The linker that comes with Rust is used, whatever is said here.
    (":linker system", Result("linker: system")),
    (":load_config --quiet", Nothing),
    (":offline 1", Result("Offline mode: true")),
    (":offline 0", Result("Offline mode: false")),
    (":opt 2", Result("Optimization: 2")),
    (":preserve_vars_on_panic 1", Result("Preserve vars on panic: true")),
    (":quit", Nothing),
    (":restart", Result("Child process restarted")),
    // Dependencies need no other cache: see `:cache`.
    (":sccache 0", Result("`:sccache` is not needed")),
    (":show_deps", Nothing),
    (":t n", Result("n: i32")),
    // rustc has it on nightly toolchains only.
    (":time_passes\n:time_passes", Result("Time passes: true")),
    (":toolchain", Result("Toolchain:")),
    (":version", Result("0.22.0")),
];

/// Those that take words away again, or are tried with others.
const OTHERS: [&str; 4] = [":timing", ":type", ":types", ":vars"];

/// A kernel whose evcxr keeps its cache in a folder of the test's.
fn start(cache: &TempDir) -> FrontEnd {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || env::home_dir().expect("a home").join(".cache");
    let images = set("BOOTCAMP_CACHE")
        .unwrap_or_else(|| set("XDG_CACHE_HOME").unwrap_or_else(home).join("bootcamp"));
    FrontEnd::start_with(|command| {
        command.env("XDG_CACHE_HOME", cache.path()).env("BOOTCAMP_CACHE", images);
    })
}

#[test]
fn every_command_does_what_is_said_of_it_and_the_session_goes_on() {
    let cache = tempfile::tempdir().unwrap();
    let mut front_end = start(&cache);
    let help = front_end.run(":help").result().unwrap();
    for line in help.lines() {
        let name = line.split_whitespace().next().unwrap();
        let is_in_table =
            COMMANDS.iter().any(|(command, _)| command.split([' ', '\n']).next() == Some(name));
        assert!(is_in_table || OTHERS.contains(&name), "{name} is new: say what it does here");
    }
    for (command, gives) in COMMANDS {
        assert!(front_end.run("let n = 1;").is_ok(), "before {command}");
        let run = front_end.run(command);
        match gives {
            Result(begin) => {
                let result = run.result().unwrap_or_else(|| panic!("{command}: {run:#?}"));
                assert!(result.starts_with(begin), "{command}: {result}");
            }
            Nothing => {
                assert!(run.is_ok(), "{command}: {run:#?}");
                let is_note = |shown: &Shown| matches!(shown, Shown::Stdout(_));
                assert!(run.shown.iter().all(is_note), "{command}: {run:#?}");
            }
            Error(begin) => {
                let (_, evalue, _) = run.error();
                assert!(evalue.starts_with(begin), "{command}: {evalue}");
            }
        }
        // What takes the variables says so by its name.
        let keeps = ![":clear", ":restart"].contains(&command);
        let code = if keeps { "n + 1" } else { "1 + 1" };
        let run = front_end.run(code);
        assert_eq!(run.result().as_deref(), Some("2"), "after {command}: {run:#?}");
    }
    let run = front_end.run(":timing\n1 + 1");
    assert!(run.is_ok(), "{run:#?}");
    assert!(front_end.run(":timing").is_ok());
    assert_eq!(front_end.run(":type n").result().as_deref(), Some("n: i32"));
    assert_eq!(front_end.run(":types\nn").result().as_deref(), Some(": i32 = 1"));
    assert!(front_end.run(":types").is_ok());
    assert_eq!(front_end.run(":vars").result().as_deref(), Some("n: i32"));
    // Only the head of a cell has commands.
    assert_eq!(front_end.run("let text = \"\n:restart\n\";\nn").result().as_deref(), Some("1"));
    let (_, evalue, _) = front_end.run(":nothing").error();
    assert_eq!(evalue, "Unrecognised command :nothing");
}

#[test]
fn a_cache_for_dependencies_costs_no_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let krate = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.join("src")).unwrap();
        let manifest =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
        std::fs::write(path.join("Cargo.toml"), manifest).unwrap();
        std::fs::write(path.join("src/lib.rs"), "pub fn seven() -> u8 { 7 }").unwrap();
        format!(":dep {name} = {{ path = \"{}\" }}\n{name}::seven()", path.display())
    };
    let mut front_end = start(&folder);
    let told = front_end.run(":cache 2048").result().expect("a line");
    assert!(told.starts_with("`:cache` is not needed: "), "{told}");
    for name in ["first", "second"] {
        let run = front_end.run(&krate(name));
        assert_eq!(run.result().as_deref(), Some("7"), "{name}: {run:#?}");
        assert_eq!(front_end.run("let n = 1;\nn").result().as_deref(), Some("1"));
    }
    assert_eq!(front_end.run("first::seven() + second::seven()").result().as_deref(), Some("14"));
}

#[test]
fn to_quit_is_asked_of_the_front_end_and_ends_nothing() {
    let mut front_end = FrontEnd::start();
    assert!(front_end.run("let kept = 3;").is_ok());
    let run = front_end.run(":quit");
    assert!(run.is_ok(), "{run:#?}");
    assert!(matches!(run.reply.payload[..], [Payload::AskExit { keepkernel: false }]), "{run:#?}");
    assert!(run.stdout().contains("Shut Down Kernel"), "{run:#?}");
    assert_eq!(front_end.run("kept").result().as_deref(), Some("3"));
}
