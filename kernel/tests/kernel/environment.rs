//! The folder and the environment of the cells, as a front end sees them.

use std::fs;
use std::path::Path;

use crate::files::{folder, refused, start};
use crate::magics::help_page;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::shown::Shown;

#[test]
fn every_magic_has_its_help() {
    let mut front_end = FrontEnd::shared();
    for (name, begin) in
        [("pwd", "%pwd\n"), ("cd", "%cd [FOLDER]\n"), ("env", "%env [NAME]\n%env NAME=VALUE\n")]
    {
        assert!(help_page(&mut front_end, name).starts_with(begin), "{name}");
    }
}

#[test]
fn the_folder_changes_for_the_cells_and_for_the_processes_that_follow() {
    let mut front_end = start();
    let home = fs::canonicalize(folder(&front_end)).unwrap();
    let inner = home.join("a b");
    fs::create_dir(&inner).unwrap();
    fs::write(home.join("file"), "").unwrap();
    let line = |path: &Path| format!("{}\n", path.display());
    assert_eq!(front_end.run("%pwd").stdout(), line(&home));
    refused(
        &mut front_end,
        &[
            ("%cd -", "`%cd -` goes back to the folder before: there is none yet"),
            ("%cd none", "`none` is not there: `%pwd` shows the folder, `!ls` what is in it"),
            ("%cd file", "`file` is a file: `%cd` goes to folders"),
            ("%cd -q x", "`%cd` has no option `-q`: it takes none"),
            ("%pwd x", "`%pwd` takes no `x`: `%cd x` goes there"),
        ],
    );
    assert_eq!(front_end.run("%pwd").stdout(), line(&home));
    assert_eq!(front_end.run("%cd \"a b\"").stdout(), line(&inner));
    assert_eq!(
        front_end.run("std::fs::write(\"here\", \"\").unwrap();\n!pwd").stdout(),
        line(&inner)
    );
    assert!(inner.join("here").is_file());
    assert_eq!(front_end.run("%cd -").stdout(), line(&home));
    assert_eq!(front_end.run("%cd -").stdout(), line(&inner));
    // Another process has it, too.
    assert!(!front_end.run("std::process::abort()").is_ok());
    assert_eq!(front_end.run("%pwd\n!pwd").stdout(), line(&inner).repeat(2));
    assert_eq!(front_end.run("%cd").stdout(), line(&home));
    assert_eq!(front_end.run("%cd ~/a b").stdout(), line(&inner));
    assert_eq!(front_end.run("%cd ..").stdout(), line(&home));
}

#[test]
fn variables_are_set_for_the_cells_and_for_the_processes_that_follow() {
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("A_TOKEN", "shh-1").env("DB_PASSWORD", "shh-2").env("PLAIN", "<seen>");
    });
    let run = front_end.run("%env");
    let [Shown::Display(table)] = &run.shown[..] else { panic!("{run:#?}") };
    let text = table["text/plain"].as_str().unwrap();
    assert!(text.starts_with("Variable "), "{text}");
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    for name in ["A_TOKEN", "DB_PASSWORD"] {
        assert!(line(name).ends_with(" <hidden>"), "{text}");
    }
    assert!(line("PLAIN").ends_with(" <seen>"), "{text}");
    let html = table["text/html"].as_str().unwrap();
    assert!(html.contains("&lt;seen&gt;") && !html.contains("shh-"), "{html}");
    assert_eq!(front_end.run("%env A_TOKEN").stdout(), "shh-1\n");

    assert_eq!(front_end.run("%env WALKERS=5 \"12\"").stdout(), "env: WALKERS=5 \"12\"\n");
    assert_eq!(front_end.run("%env STEPS 7").stdout(), "env: STEPS=7\n");
    let cell = "!echo $STEPS\nstd::env::var(\"WALKERS\").unwrap()";
    for _ in 0..2 {
        let run = front_end.run(cell);
        assert_eq!((run.stdout(), run.result()), ("7\n".into(), Some("\"5 \\\"12\\\"\"".into())));
        assert!(!front_end.run("std::process::abort()").is_ok());
    }
    refused(
        &mut front_end,
        &[
            (
                "%env NOBODY",
                "there is no variable `NOBODY`: `%env` shows all, `%env NOBODY=VALUE` sets it",
            ),
            ("%env =5", "`` is no name of a variable: write `%env NAME=VALUE`"),
            ("%env -x", "`-x` is no name of a variable: write `%env NAME=VALUE`"),
        ],
    );
    let (_, _, traceback) = front_end.run("let x = 1;\n%env NOBODY").error();
    assert!(traceback.contains("2 │ %env NOBODY"), "{traceback}");
}

#[test]
fn beside_other_threads_only_what_is_started_sees_a_variable() {
    let mut front_end = FrontEnd::start_with(|_| {});
    let thread = "let (stop, stopped) = std::sync::mpsc::channel::<()>();\n\
        let thread = std::thread::spawn(move || stopped.recv().is_err());";
    assert!(front_end.run(thread).is_ok());
    let run = front_end.run("%env LATE=1");
    assert!(run.is_ok(), "{run:#?}");
    let note = "env: LATE=1\nOther threads run in the notebook's process: ";
    assert!(run.stdout().starts_with(note), "{run:#?}");
    assert_eq!(front_end.run("%env LATE\n!echo $LATE").stdout(), "1\n1\n");
    assert_eq!(front_end.run("%%bash\necho $LATE").stdout(), "1\n");
    let seen = "std::env::var(\"LATE\").ok()";
    assert_eq!(front_end.run(seen).result(), Some("None".into()));
    // Alone again: this one and the other one.
    assert!(front_end.run("drop(stop);\nthread.join().unwrap();").is_ok());
    assert_eq!(front_end.run("%env LATER=2").stdout(), "env: LATER=2\n");
    assert_eq!(front_end.run(seen).result(), Some("Some(\"1\")".into()));
    // Another process begins with all.
    let rayon = "use bootcamp::prelude::*;\n(0..9).into_par_iter().sum::<i32>()";
    let run = front_end.run(rayon);
    assert_eq!(run.result(), Some("36".into()), "{run:#?}");
    assert!(front_end.run("%env LATE=3").stdout().contains("Other threads"));
    assert!(front_end.run("%reset -f").is_ok());
    assert_eq!(front_end.run(seen).result(), Some("Some(\"3\")".into()));
}
