//! `%%R`, by `IRkernel`.

use jupyter_protocol::{ExecuteRequest, InterruptRequest};

use super::{display, front_end, ok, why};

const NEEDS_R: &str = "needs R: sudo apt-get install r-base-core r-cran-irkernel";

#[test]
#[ignore = "needs R and IRkernel; scripts/test runs it where they are"]
fn r_runs_draws_and_exchanges_variables() {
    let mut front_end = front_end();
    ok(
        &mut front_end,
        "use bootcamp::prelude::*;\nuse bootcamp::ndarray::array;\n\
        let points = vec![Point { x: 1.0, y: 2.0 }, Point { x: 2.0, y: 4.0 }, Point { x: 3.0, y: 6.0 }];\n\
        let table = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];\nlet n = 7_i64;\nlet large = vec![1_i64 << 40, -5];\n\
        let words = vec![\"a\".to_owned(), String::new(), \"ß\".to_owned()];\nlet yes = vec![true, false];",
    );
    let run = front_end.run("%%R -i points,table,n,large,words,yes -o slope,m,texts,flags,frame,small\n\
        stopifnot(is.data.frame(points), points$y == c(2, 4, 6))\n\
        stopifnot(dim(table) == c(2, 3), table[2, 1] == 4, identical(n, 7L), large == c(2^40, -5))\n\
        stopifnot(identical(words, c('a', '', 'ß')), identical(yes, c(TRUE, FALSE)))\n\
        slope <- coef(lm(y ~ x, points))[['x']]\nm <- table * 2\ntexts <- rev(words)\nflags <- yes\n\
        frame <- data.frame(x = c(1.5, 2.5), y = c(0, NA))\nsmall <- 1:3\ncat('größe', slope, '\\n')");
    assert!(run.is_ok(), "{NEEDS_R}: {run:#?}");
    assert_eq!(run.stdout(), "größe 2 \n");
    let run = ok(
        &mut front_end,
        "((slope * 1e6).round(), m[[1, 0]], &texts, &flags, frame[\"x\"][1], frame[\"y\"][1].is_nan(), &small)",
    );
    let expected = "(2000000.0, 8.0, [\"ß\", \"\", \"a\"], [true, false], 2.5, true, [1, 2, 3])";
    assert_eq!(run.result().as_deref(), Some(expected));
    let run = ok(&mut front_end, "%%R\nplot(points$x, points$y)");
    assert!(display(&run).contains(&"image/png".to_owned()), "{run:#?}");
    let text = why(&mut front_end, "%%R\nstop('bad')");
    assert!(text.starts_with("Error in ") && text.ends_with(": bad"), "{text}");
    assert!(
        why(&mut front_end, "%%R -o fit\nfit <- lm(y ~ x, points)")
            .contains("an object of the class lm")
    );
    assert_eq!(
        why(&mut front_end, "let _x = 1;\n%%R"),
        "`%%R` is in line 2: it has to be the first line of its cell"
    );
    ok(&mut front_end, "let _x = 1;");
    assert!(why(&mut front_end, "%%R -i _x\n1").contains("is no name of a variable in R"));
    ok(&mut front_end, "%%R -o points:Vec<Point>\npoints <- points[3:2, ]");
    assert_eq!(ok(&mut front_end, "points[0].x").result().as_deref(), Some("3.0"));
    // Names of R's own program for it, and what is short.
    ok(
        &mut front_end,
        "%%R -o read,numbers:Vec<f64>,none:Vec<String>,row:Vec<Point>\nread <- 5\nnumbers <- c(1, 2)\nnone <- character(0)\nrow <- data.frame(x = 1.5, y = 2)",
    );
    let run = ok(&mut front_end, "(read, &numbers, none.len(), row[0])");
    assert_eq!(run.result().as_deref(), Some("(5.0, [1.0, 2.0], 0, Point { x: 1.5, y: 2.0 })"));
    // What is missing, and help.
    ok(&mut front_end, "let titles = vec![Some(\"a\".to_owned()), None];");
    ok(
        &mut front_end,
        "%%R -i titles -o texts:Vec<Option<String>>\nstopifnot(identical(titles, c('a', NA)))\ntexts <- c('a', NA)",
    );
    assert_eq!(ok(&mut front_end, "texts == titles").result().as_deref(), Some("true"));
    ok(&mut front_end, "let flags = vec![None, Some(true)];");
    ok(&mut front_end, "%%R -i flags -o flags\nstopifnot(identical(flags, c(NA, TRUE)))");
    assert_eq!(ok(&mut front_end, "&flags").result().as_deref(), Some("[None, Some(true)]"));
    let run = ok(&mut front_end, "%%R\n?lm");
    let data = serde_json::to_string(&run.reply.payload).unwrap();
    assert!(data.contains("Fitting Linear Models"), "{data}");
    // A question to nobody fails, whatever R makes of it.
    let run = front_end.run("%%R\nx <- readline('Name: ')");
    assert_eq!(run.error().0, "InputError");
    // An interrupt that comes before R has begun: an idle R would die of its signal.
    let id = front_end.send(ExecuteRequest::new("%%R\nSys.sleep(20)".to_owned()));
    front_end.await_busy(&id);
    front_end.control(InterruptRequest {});
    let run = front_end.collect(&id);
    assert_eq!(run.error().0, "Interrupted", "{run:#?}");
    assert_eq!(ok(&mut front_end, "%%R\nread").stdout(), "");
    assert_eq!(front_end.shut_down(), Some(0));
}
