//! Magics of files and of the history, as a front end sees them.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};

use crate::disk::with_small_disk;
use crate::magics::{failure, help_page};
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Run;

/// A kernel in a folder of its own, which is its home, too.
pub(crate) fn start() -> FrontEnd {
    let folder = tempfile::tempdir().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        // With another home, but the same prebuilt image.
        command.current_dir(folder.path()).env("HOME", folder.path());
        command.env("BOOTCAMP_CACHE", cache());
    });
    front_end.folders.push(folder);
    front_end
}

/// Where the prebuilt images of the person who tests are.
fn cache() -> PathBuf {
    let folder = |name| env::var_os(name).map(PathBuf::from);
    folder("BOOTCAMP_CACHE").unwrap_or_else(|| {
        let home = || env::home_dir().unwrap().join(".cache");
        folder("XDG_CACHE_HOME").unwrap_or_else(home).join("bootcamp")
    })
}

pub(crate) fn folder(front_end: &FrontEnd) -> &Path {
    front_end.folders.last().unwrap().path()
}

fn next_input(run: &Run) -> Value {
    serde_json::to_value(&run.reply.payload).unwrap()
}

/// Each cell, and the only line that it is refused with.
pub(crate) fn refused(front_end: &mut FrontEnd, cells: &[(&str, &str)]) {
    for (cell, why) in cells {
        let (_, evalue) = failure(&front_end.run(cell));
        assert_eq!(&evalue, why, "{cell}");
    }
}

#[test]
fn every_magic_has_its_help() {
    let mut front_end = start();
    for (name, begin) in [
        ("load", "%load [-r LINES] FILE\n"),
        ("writefile", "%%writefile [-a] FILE\n"),
        ("run", "%run FILE\n"),
        ("save", "%save [-a] [-f] FILE CELLS\n"),
        ("history", "%history [-n] [-l N] [CELLS]\n"),
    ] {
        assert!(help_page(&mut front_end, name).starts_with(begin), "{name}");
    }
}

#[test]
fn a_cell_becomes_a_file() {
    let mut front_end = start();
    let file = folder(&front_end).join("a.txt");
    let mut written = |cell: &str| {
        let run = front_end.run(cell);
        assert!(run.is_ok(), "{run:#?}");
        (run.stdout(), fs::read_to_string(&file).unwrap())
    };
    let body = "%time\n let s = \"{é}\\n\";\n\n";
    assert_eq!(
        written(&format!("%%writefile a.txt\n{body}")),
        ("Writing a.txt\n".to_owned(), body.to_owned())
    );
    assert_eq!(written("%%writefile 'a.txt'\none").0, "Overwriting a.txt\n");
    let appended = ("Appending to a.txt\n".to_owned(), "one\n\n".to_owned());
    assert_eq!(written("%%writefile -a a.txt\n\n"), appended);
    // Longer than a cell may be.
    let data = format!("{}\n", "0123456789".repeat(1 << 20));
    assert_eq!(written(&format!("%%writefile a.txt\n{data}")).1, data);

    fs::create_dir(folder(&front_end).join("data")).unwrap();
    refused(
        &mut front_end,
        &[
            ("%%writefile\nx", "`%%writefile` needs a file: `%%writefile walk.rs`"),
            ("%%writefile b.txt", "there is nothing to write to `b.txt`: put it below"),
            ("%%writefile -x b.txt\nx", "`%%writefile` has no option `-x`: it takes -a"),
            ("%%writefile data\nx", "`data` is a folder: give the path of a file"),
            (
                "%%writefile /dev/null\nx",
                "`/dev/null` is no regular file: give the path of a text file",
            ),
            ("%%writefile a.txt/b\nx", "`a.txt/b` leads through a file: give another path"),
            (
                "%%writefile out/b\nx",
                "`out/b` cannot be written: there is no folder `out`, `!mkdir -p out` makes it",
            ),
            (
                "%%writefile /proc/b\nx",
                "`/proc/b` cannot be written: its folder takes no files, give another one",
            ),
            (
                "%writefile b\nx",
                "`%writefile` takes a whole cell: write `%%writefile` in its first line",
            ),
        ],
    );
    assert_eq!(fs::read_to_string(folder(&front_end).join("a.txt")).unwrap(), data);
    assert!(!front_end.run("%%sh\n".to_owned().as_str()).is_ok());
    let long = format!("%%sh\n# {data}");
    assert_eq!(failure(&front_end.run(&long)).0, "TooLong");
}

#[test]
#[ignore = "mounts a file system, which takes root; scripts/test does it where it may"]
fn a_disk_that_is_full_leaves_the_old_file() {
    let lines = with_small_disk(|disk| {
        let mut front_end = FrontEnd::start_with(|command| {
            command.current_dir(disk);
        });
        assert!(front_end.run("%%writefile a.txt\nold").is_ok());
        let long = "0123456789\n".repeat(200_000);
        let over = failure(&front_end.run(&format!("%%writefile a.txt\n{long}"))).1;
        let behind = failure(&front_end.run(&format!("%%writefile -a a.txt\n{long}"))).1;
        let names = fs::read_dir(disk).unwrap().count();
        (over, behind, fs::read_to_string(disk.join("a.txt")).unwrap(), names)
    });
    let why = "`a.txt` cannot be written: the disk is full, `!df -h` shows where there is room";
    assert_eq!(lines, (why.to_owned(), why.to_owned(), "old\n".to_owned(), 1));
}

#[test]
fn a_file_or_a_cell_is_loaded_into_the_cell() {
    let mut front_end = start();
    let path = |name: &str| folder(&front_end).join(name);
    fs::write(path("walk.rs"), "one\n two\nthree\n").unwrap();
    fs::write(path("binary"), [0, 1, 2]).unwrap();
    fs::write(path("huge.txt"), "x".repeat(2 << 20)).unwrap();
    let mut loaded = |cell: &str| {
        let run = front_end.run(cell);
        assert!(run.is_ok() && run.shown.is_empty(), "{run:#?}");
        next_input(&run)
    };
    let input = |text: &str| json!([{ "source": "set_next_input", "text": text, "replace": true }]);
    assert_eq!(loaded("let x = 1;\nlet y = 2;"), json!([]));
    assert_eq!(loaded("%load walk.rs"), input("// %load walk.rs\none\n two\nthree"));
    assert_eq!(loaded("%load ./walk"), input("// %load ./walk\none\n two\nthree"));
    assert_eq!(loaded("%load -r 2-3 walk.rs"), input("// %load -r 2-3 walk.rs\n two\nthree"));
    assert_eq!(loaded("%load 1"), input("// %load 1\nlet x = 1;\nlet y = 2;"));
    refused(
        &mut front_end,
        &[
            ("%load", "`%load` needs a file: `%load walk.rs`"),
            ("%load none", "`none` is not there: `%pwd` shows the folder, `!ls` what is in it"),
            ("%load .", "`.` is a folder: give the path of a file"),
            ("%load /dev/zero", "`/dev/zero` is no regular file: give the path of a text file"),
            ("%load binary", "`binary` is no text: a cell takes UTF-8; read it with std::fs::read"),
            (
                "%load huge.txt",
                "`huge.txt` has 2 MB: a cell takes 1 MB; read it with std::fs::read",
            ),
            ("%load -r 7-9 walk.rs", "`-r 7-9`: `walk.rs` has 3 lines, give some of them"),
            ("%load -r x walk.rs", "`x` are no numbers: write them as in `1-3 5 8-`"),
            ("%load -y walk.rs", "`%load` has no option `-y`: it takes -r LINES"),
            ("%load 99", "there is no input 99 in this session: `%history -n` shows all"),
        ],
    );
}

#[test]
fn a_file_runs_as_a_cell_and_errors_name_it() {
    let mut front_end = start();
    let root = folder(&front_end).to_owned();
    let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
    write(
        "walk.rs",
        "//! A walk.\nstruct Walk(i32);\n%time let walk = Walk(3);\n\
         fn main() {\n    println!(\"main\");\n}\nlet sum = walk.0 + 1;\n",
    );
    let run = front_end.run("println!(\"before\");\n%run walk.rs\nprintln!(\"{sum}\");");
    assert!(run.stdout().starts_with("before\nCPU times"), "{run:#?}");
    assert!(run.stdout().ends_with("main\n4\n"), "{run:#?}");
    assert_eq!(front_end.run("walk.0").result().as_deref(), Some("3"));

    write("wrong.rs", "let a = 1;\nlet b: i32 = \"\";\n");
    let (ename, _, traceback) = front_end.run("\n%run wrong").error();
    assert_eq!(ename, "E0308");
    assert!(traceback.contains("wrong:2:14") && traceback.contains("2 │ let b"), "{traceback}");
    write("panics.rs", "fn f() {\n    panic!(\"no\");\n}\nf();");
    let (_, evalue, traceback) = front_end.run("%run panics.rs").error();
    assert!(evalue == "no" && traceback.contains("panics.rs:2:5"), "{traceback}");
    // What it defined is there, and its errors still name it.
    let (_, _, traceback) = front_end.run("f()").error();
    assert!(traceback.contains("panics.rs:2:5"), "{traceback}");
    write(
        "fails.rs",
        "// no\nfn main() -> Result<(), std::num::ParseIntError> {\n    \"x\".parse::<i32>().map(drop)\n}\n",
    );
    let (ename, evalue, traceback) = front_end.run("%run fails.rs").error();
    assert_eq!(
        (&ename[..], &evalue[..]),
        ("ParseIntError", "ParseIntError { kind: InvalidDigit }")
    );
    assert!(traceback.contains("fails.rs:2:1"), "{traceback}");
    write("magic.rs", "let m = 1;\n%tine m");
    assert!(failure(&front_end.run("%run magic.rs")).1.contains("did you mean `%time`?"));
    write("itself.rs", "%run ./itself.rs");
    write("binary", "\0");
    refused(
        &mut front_end,
        &[
            ("%run", "`%run` needs a file: `%run walk.rs`"),
            (
                "%run none.rs",
                "`none.rs` is not there: `%pwd` shows the folder, `!ls` what is in it",
            ),
            ("%run /", "`/` is a folder: give the path of a file"),
            ("%run binary", "`binary` is no text: a cell takes UTF-8; read it with std::fs::read"),
            ("%run -t walk.rs", "`%run` has no option `-t`: it takes none"),
            ("%run itself.rs", "`./itself.rs` runs itself: take its `%run` out"),
        ],
    );
    assert_eq!(front_end.run("sum").result().as_deref(), Some("4"));
}

#[test]
fn inputs_are_printed_and_saved() {
    let mut front_end = start();
    front_end.run("let x = 1;");
    front_end.run("let y = x + 1;\ny");
    front_end.run("nobody");
    let history = |front_end: &mut FrontEnd, cell: &str| front_end.run(cell).stdout();
    assert_eq!(
        history(&mut front_end, "%history -n"),
        "   1: let x = 1;\n   2:\nlet y = x + 1;\ny\n   3: nobody\n   4: %history -n\n"
    );
    assert_eq!(history(&mut front_end, "%history 3 1"), "nobody\nlet x = 1;\n");
    assert_eq!(
        history(&mut front_end, "%history -l 2 -n"),
        "   4: %history -n\n   5: %history 3 1\n"
    );

    let file = folder(&front_end).join("walk.rs");
    let saved = "let x = 1;\nlet y = x + 1;\ny\n";
    let run = front_end.run("%save walk 1-2");
    assert_eq!(run.stdout(), format!("The following inputs were written to `walk.rs`:\n{saved}"));
    assert_eq!(fs::read_to_string(&file).unwrap(), saved);
    let question = "`walk.rs` is there already. Replace it (y/[n])? ";
    let run = front_end.run_answering("%save walk.rs 3", &[(question, "")]);
    assert_eq!(run.stdout(), "Nothing was written.\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), saved);
    assert!(front_end.run_answering("%save walk.rs 1", &[(question, "y")]).is_ok());
    assert_eq!(fs::read_to_string(&file).unwrap(), "let x = 1;\n");
    assert!(front_end.run("%save -a walk.rs 3").is_ok());
    assert_eq!(fs::read_to_string(&file).unwrap(), "let x = 1;\nnobody\n");
    assert!(front_end.run("%save -f walk.rs 1-2").is_ok());
    assert_eq!(front_end.run("%run walk.rs").result().as_deref(), Some("2"));
    let none = "there is no input 99 in this session: `%history -n` shows all";
    refused(
        &mut front_end,
        &[
            ("%history 99", none),
            ("%history x", "`x` are no numbers: write them as in `1-3 5 8-`"),
            ("%history -l x", "`-l x`: give a whole number above 0, such as `-l 10`"),
            ("%history -g x", "`%history` has no option `-g`: it takes -n, -l N"),
            (
                "%history -l 2 1",
                "`%history` takes `-l N` or numbers of cells: leave one of them out",
            ),
            ("%save", "`%save` needs a file: `%save walk.rs 1-3 5`"),
            ("%save walk.rs", "`%save walk.rs` needs the numbers of cells: `%save walk.rs 1-3 5`"),
            (
                "%save walk.rs 1-",
                "`walk.rs` is there already: `%save -f` replaces it, `-a` adds to it",
            ),
            ("%save walk.rs 99", none),
            ("%save -f / 1", "`/` is a folder: give the path of a file"),
            ("%save -x walk.rs 1", "`%save` has no option `-x`: it takes -a, -f"),
        ],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), saved);
}
