//! `%%python`: what a cell prints, shows and asks.

use jupyter_protocol::Payload;

use super::{front_end, ok, why};
use bootcamp_testkit::shown::Shown;

#[test]
fn a_cell_prints_and_shows_and_keeps_its_variables() {
    let mut front_end = front_end();
    ok(&mut front_end, "let kept = vec![1, 2, 3];");
    let run = ok(&mut front_end, "%%python\nx = 5\nprint('größe', x)\nx + 1");
    assert_eq!((run.stdout().as_str(), run.result().as_deref()), ("größe 5\n", Some("6")));
    let run = ok(&mut front_end, "%%python\nimport sys\nprint(x * 2, file=sys.stderr)");
    assert_eq!((run.stderr().as_str(), run.stdout().as_str()), ("10\n", ""));

    let cell = "%%python\nfrom IPython.display import HTML, clear_output, display\n\
                handle = display(HTML('<b>1</b>'), display_id='bold')\n\
                handle.update(HTML('<b>2</b>'))\nclear_output(wait=True)";
    let run = ok(&mut front_end, cell);
    let [
        Shown::DisplayWithId { id, data },
        Shown::Update { id: same, data: new },
        Shown::Clear { wait: true },
    ] = &run.shown[..]
    else {
        panic!("{run:#?}");
    };
    assert_eq!((id.as_str(), same.as_str()), ("bold", "bold"));
    assert_eq!((&data["text/html"], &new["text/html"]), (&"<b>1</b>".into(), &"<b>2</b>".into()));

    // Help goes beside the notebook.
    let run = ok(&mut front_end, "%%python\nlen?");
    let [Payload::Page { data, .. }] = &run.reply.payload[..] else { panic!("{run:#?}") };
    let data = serde_json::to_string(data).unwrap();
    assert!(data.contains("Return the number of items in a container"), "{data}");

    // Its error is the cell's, and what was there before is there after it.
    let run = front_end.run("%%python\ndef f():\n    return 1 / 0\nf()");
    let (ename, evalue, traceback) = run.error();
    assert_eq!((ename.as_str(), evalue.as_str()), ("ZeroDivisionError", "division by zero"));
    assert!(traceback.contains("return 1 / 0"), "{traceback}");
    assert_eq!(ok(&mut front_end, "%%python\nx").result().as_deref(), Some("5"));
    assert_eq!(ok(&mut front_end, "kept.len()").result().as_deref(), Some("3"));
    // The same kernel, by its name.
    assert_eq!(ok(&mut front_end, "%%kernel python3\nx").result().as_deref(), Some("5"));
    let run = ok(&mut front_end, "%%capture python\n%%python\nprint(x)");
    assert_eq!(run.stdout(), "");
    assert_eq!(ok(&mut front_end, "python.stdout").result().as_deref(), Some("\"5\\n\""));
    assert_eq!(front_end.shut_down(), Some(0));
}

#[test]
fn a_cell_asks_the_person_at_the_notebook() {
    let mut front_end = front_end();
    let cell = "%%python\nname = input('Name: ')\nprint('Hello', name)";
    let run = front_end.run_answering(cell, &[("Name: ", "Ada")]);
    assert_eq!(run.stdout(), "Hello Ada\n", "{run:#?}");
    let run = front_end.run_answering(
        "%%python\nimport getpass\nlen(getpass.getpass('PIN: '))",
        &[("PIN: ", "1234")],
    );
    assert_eq!(run.result().as_deref(), Some("4"));
    // Without one.
    let run = front_end.run("%%python\ninput('Name: ')");
    assert_eq!(run.error().1, "this front end cannot ask for input");
}

#[test]
fn kernels_are_listed_and_stopped() {
    let mut front_end = front_end();
    let run = ok(&mut front_end, "%kernels");
    let text = run.stdout();
    let line = text.lines().find(|line| line.starts_with("%%python")).expect("Python's line");
    assert!(line.contains("Python 3") && !line.contains("running"), "{text}");
    ok(&mut front_end, "%%python\nx = 5");
    let text = ok(&mut front_end, "%kernels").stdout();
    assert!(
        text.lines().any(|line| line.starts_with("%%python") && line.ends_with("running")),
        "{text}"
    );
    let run = ok(&mut front_end, "%kernels --stop python");
    assert_eq!(run.stdout(), "The kernel `python3` was ended.\n");
    assert!(
        why(&mut front_end, "%kernels --stop python").contains("no kernel `python3` was started")
    );
    assert_eq!(why(&mut front_end, "%%python\nx"), "name 'x' is not defined");
}

#[test]
fn what_is_written_in_a_wrong_way_is_told() {
    let mut front_end = front_end();
    for (cell, expected) in [
        ("%%python\n", "there is nothing to run: write the code below `%%python`"),
        ("%%python 3\n1", "`%%python` takes no `3`: the code goes below it"),
        (
            "%%python -w 5\n1",
            "`%%python` has no option `-w`: it takes -i NAMES, -o NAMES, --optional",
        ),
        ("%%python -i 7\n1", "`-i 7`: give names of variables, as in `-i points`"),
        (
            "%%kernel\n1",
            "give the name of one kernel, as in `%%kernel python3`: `%kernels` shows them",
        ),
        ("%%kernel cobol\n1", "there is no kernel `cobol`: `%kernels` shows those that there are"),
        ("%kernels python", "`%kernels` takes no `python`, only `--stop NAME`"),
    ] {
        assert_eq!(why(&mut front_end, cell), expected, "{cell}");
    }
    let text = why(&mut front_end, "%%julia\n1");
    assert!(text.starts_with("there is no kernel for `%%julia` here: "), "{text}");
    let run = ok(&mut front_end, "%%julia --optional\n1");
    assert!(
        run.stdout().starts_with("Skipped: there is no kernel for `%%julia` here: "),
        "{run:#?}"
    );
}
