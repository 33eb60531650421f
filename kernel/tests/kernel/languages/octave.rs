//! `%%octave`, by `octave_kernel`.

use super::{display, front_end, ok, why};
use crate::cluster::left;
use crate::interrupts::interrupted_at;
use bootcamp_testkit::FrontEnd;
use bootcamp_testkit::ipyparallel::path;

const NEEDS_OCTAVE: &str = "needs Octave: sudo apt-get install octave gnuplot-nox fonts-freefont-otf && pip install octave_kernel";

#[test]
#[ignore = "needs Octave, gnuplot and octave_kernel; scripts/test runs it where they are"]
fn octave_runs_draws_and_exchanges_variables() {
    let mut front_end = front_end();
    ok(
        &mut front_end,
        "use bootcamp::prelude::*;\nuse bootcamp::ndarray::array;\n\
        let points = vec![Point { x: 1.0, y: 2.0 }, Point { x: 2.0, y: 4.0 }, Point { x: 3.0, y: 6.0 }];\n\
        let table = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];\nlet n = 7_i64;\n\
        let words = vec![\"a\".to_owned(), String::new(), \"ss\".to_owned()];\nlet yes = vec![true, false];",
    );
    let run = front_end.run("%%octave -i points,table,n,words,yes -o slope,m,texts,flags,fit,ints\n\
        assert (points.y, [2; 4; 6]);\nassert (size (table), [2 3]); assert (table(2, 1), 4);\n\
        assert (n, 7); assert (words, {'a'; ''; 'ss'}); assert (yes, [true; false]);\n\
        p = polyfit (points.x, points.y, 1); slope = p(1);\nm = table * 2;\ntexts = flipud (words);\nflags = yes;\n\
        fit.x = [1.5; 2.5]; fit.y = [0; 1];\nints = int32 ([1 2 3]);\nprintf ('%g\\n', round (slope));");
    assert!(run.is_ok(), "{NEEDS_OCTAVE}: {run:#?}");
    assert_eq!(run.stdout().trim(), "2");
    let run = ok(
        &mut front_end,
        "((slope * 1e6).round(), m[[1, 0]], &texts, &flags, fit[\"x\"][1], &ints)",
    );
    let expected = "(2000000.0, 8.0, [\"ss\", \"\", \"a\"], [true, false], 2.5, [1, 2, 3])";
    assert_eq!(run.result().as_deref(), Some(expected));
    ok(&mut front_end, "%%octave -o fit:Vec<Point>\n1;");
    assert_eq!(ok(&mut front_end, "fit[1]").result().as_deref(), Some("Point { x: 2.5, y: 1.0 }"));
    let run = ok(&mut front_end, "%%octave\nplot (points.x, points.y)");
    assert!(display(&run).contains(&"image/svg+xml".to_owned()), "{run:#?}");

    // octave_kernel says that all went well.
    assert_eq!(why(&mut front_end, "%%octave\nerror ('bad')"), "bad");
    assert!(
        why(&mut front_end, "%%octave\nx = nothing_there + 1")
            .contains("'nothing_there' undefined")
    );
    assert!(
        why(&mut front_end, "%%octave\nx = 1;\nx = = 3")
            .starts_with("parse error near line 2 of the cell")
    );
    // A cell stops at its error, which says where.
    let cell =
        "%%octave\nfunction f ()\n  error ('in f');\nend\ndisp ('before')\nf ()\ndisp ('after')";
    let run = front_end.run(cell);
    assert_eq!(run.stdout().trim(), "before");
    let (_, evalue, traceback) = run.error();
    assert_eq!(evalue, "in f");
    assert!(traceback.contains("f at line 2, column 3\n    the cell at line 5"), "{traceback}");
    let run = ok(&mut front_end, "%%octave\nprintf?");
    let help = serde_json::to_string(&run.reply.payload).unwrap();
    assert!(help.contains("Print optional arguments"), "{help}");
    let run = ok(&mut front_end, "%%octave\nprintf ('error: not really\\n')");
    assert_eq!(run.stdout().trim(), "error: not really");
    let cell = "%%octave\ntry, error ('bad'); catch e, printf ('error: %s\\n', e.message); end\ndisp ('more')";
    assert_eq!(ok(&mut front_end, cell).stdout().trim(), "error: bad\nmore");
    let run = ok(&mut front_end, "%%octave\nwarning ('careful')");
    assert_eq!((run.stdout() + &run.stderr()).trim(), "warning: careful");
    // What is missing, and a name that is a function's.
    ok(
        &mut front_end,
        "let source = vec![Some(true), None];\nlet words = vec![None, Some(\"a\".to_owned())];",
    );
    let cell = "%%octave -i source,words -o source,words\nassert (isempty (words{1}));";
    ok(&mut front_end, cell);
    let run = ok(&mut front_end, "(&source, &words)");
    let expected = "([Some(true), None], [None, Some(\"a\")])";
    assert_eq!(run.result().as_deref(), Some(expected));
    // Records of any size.
    ok(
        &mut front_end,
        "type Map = std::collections::BTreeMap<String, f64>;\nlet none = Map::new();\nlet one = Map::from([(\"a\".to_owned(), 1.5)]);",
    );
    ok(
        &mut front_end,
        "%%octave -i none,one -o none:Map,one\nassert (isempty (fieldnames (none))); assert (one.a, 1.5);",
    );
    assert_eq!(ok(&mut front_end, "none.len() + one.len()").result().as_deref(), Some("1"));
    let text = why(&mut front_end, "%%octave -o z\nz = 1 + 2i;");
    assert!(text.contains("complex numbers cannot be handed to Rust"), "{text}");
    let text = why(&mut front_end, "%%octave -o f\nf = @(x) x;");
    assert!(text.contains("a function_handle cannot be handed to Rust"), "{text}");
    ok(&mut front_end, "let größe = 1;");
    assert!(
        why(&mut front_end, "%%octave -i größe\n1").contains("is no name of a variable in Octave")
    );
    // Octave ends, and its kernel does not.
    let text = why(&mut front_end, "%%octave\nexit");
    assert!(text.contains("its variables are gone"), "{text}");
    assert_eq!(ok(&mut front_end, "%%octave\nx = 1").stdout().trim(), "x = 1");
    assert_eq!(front_end.shut_down(), Some(0));
}

#[test]
#[ignore = "needs Octave, gnuplot and octave_kernel; scripts/test runs it where they are"]
fn octave_stops_at_an_interrupt_and_ends_with_its_kernel() {
    let folder = tempfile::tempdir().unwrap();
    let mut front_end = FrontEnd::start_with(|command| {
        command.env("PATH", path()).current_dir(folder.path());
    });
    ok(&mut front_end, "%%octave\nkept = 5;");
    let endless = "%%octave\ndisp ('begun'); fflush (stdout);\nwhile true, pause (0.1); end";
    let run = interrupted_at(&mut front_end, "begun", endless);
    assert_eq!(run.error().0, "Interrupted");
    let processes =
        crate::cluster::descendants(front_end.kernel.id(), |command| command.contains("octave"));
    assert!(!processes.is_empty());
    front_end.kill();
    assert_eq!(left(&processes), Vec::<String>::new());
    let left_behind: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left_behind.is_empty(), "{left_behind:?}");
}
