//! Variables on their way to another language and back.

use super::{front_end, ok, why};

const SETUP: &str = "use bootcamp::prelude::*;\nuse bootcamp::ndarray::array;\n\
    let points = vec![Point { x: 1.0, y: 2.0 }, Point { x: 3.0, y: 4.5 }];\n\
    let table = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];\nlet heights = vec![0.5, f64::NAN];\n\
    let n = 7_usize;\nlet name = \"größe\".to_owned();\nlet yes = true;\n\
    let words = vec![\"a\".to_owned(), \"ß\\n\".to_owned()];\nlet pairs = vec![(1.0, 2.0), (3.0, 4.0)];";

#[test]
fn variables_go_to_python() {
    let mut front_end = front_end();
    ok(&mut front_end, SETUP);
    let cell = "%%python -i points,table -i heights,n,name,yes,words,pairs\n\
        import numpy\n\
        assert points.x.tolist() == [1.0, 3.0] and points['y'].tolist() == [2.0, 4.5]\n\
        assert table.shape == (2, 3) and table[1, 0] == 4.0\n\
        assert heights[0] == 0.5 and numpy.isnan(heights[1])\n\
        assert n == 7 and type(n) is int and name == 'größe' and yes is True\n\
        assert words == ['a', 'ß\\n'] and pairs.tolist() == [[1.0, 2.0], [3.0, 4.0]]\n\
        points.x[0] = 9.0";
    ok(&mut front_end, cell);
    // They are copies.
    assert_eq!(ok(&mut front_end, "points[0].x").result().as_deref(), Some("1.0"));
}

#[test]
fn variables_come_from_python() {
    let mut front_end = front_end();
    let cell = "%%python -o slope,count,title,flags,words,matrix,fit,table\n\
        import numpy\n\
        slope, count, title, flags = 0.5, 3, 'größe', [True, False]\n\
        words = ['a', 'ß\\n']\nmatrix = numpy.arange(6.0).reshape(2, 3)\n\
        fit = {'a': 1.5, 'b': 2.5}\ntable = numpy.rec.fromarrays([[1.0, 2.0], [3.0, 4.0]], names=['x', 'y'])";
    ok(&mut front_end, cell);
    let run = ok(
        &mut front_end,
        "(slope, count, title.as_str(), &flags, &words, matrix[[1, 0]], fit[\"b\"], &table[\"y\"])",
    );
    let expected = "(0.5, 3, \"größe\", [true, false], [\"a\", \"ß\\n\"], 3.0, 2.5, [3.0, 4.0])";
    assert_eq!(run.result().as_deref(), Some(expected));
    // A type that is stated, and one that is the cell's own.
    ok(
        &mut front_end,
        ":dep serde = { version = \"1\", features = [\"derive\"] }\nuse bootcamp::prelude::*;",
    );
    ok(
        &mut front_end,
        "#[derive(Debug, serde::Deserialize)]\npub struct Player { name: String, age: u8 }",
    );
    let cell = "%%python -o table: Vec<Point>, matrix:Vec<Vec<f32>>, players:Vec<Player>\n\
        players = [{'name': 'Ada', 'age': 36.0}, {'name': 'Bo', 'age': 7.0}]";
    ok(&mut front_end, cell);
    let run =
        ok(&mut front_end, "(table[1], &matrix[1], players[1].age, players[0].name.as_str())");
    let expected = "(Point { x: 2.0, y: 4.0 }, [3.0, 4.0, 5.0], 7, \"Ada\")";
    assert_eq!(run.result().as_deref(), Some(expected));
    // There and back, where something is missing.
    ok(
        &mut front_end,
        "#[derive(Debug, serde::Serialize, serde::Deserialize)]\n\
        pub struct Note { title: Option<String>, height: Option<f64> }\n\
        let notes = vec![Note { title: None, height: Some(1.5) }, Note { title: Some(\"b\".to_owned()), height: None }];",
    );
    let cell = "%%python -i notes -o notes:Vec<Note>, same:Vec<Note>\n\
        assert notes.title.tolist() == [None, 'b'] and notes.height[0] == 1.5\n\
        same = [dict(title=title, height=height) for title, height in notes.tolist()]";
    ok(&mut front_end, cell);
    let run = ok(&mut front_end, "format!(\"{notes:?}\") == format!(\"{same:?}\")");
    assert_eq!(run.result().as_deref(), Some("true"));
}

#[test]
fn numbers_of_python_come_as_they_are() {
    let mut front_end = front_end();
    let cell = "%%python -o few,rows:Vec<Vec<bool>>,hidden,large:Vec<Vec<i64>>,mixed:(i64, f64)\n\
        import numpy\nfew = [numpy.float64(0.5), 1.5]\nrows = [[True, False], [False, True]]\n\
        hidden = numpy.ma.masked_array([1, 2, 3], mask=[False, True, False])\n\
        large = [[2**53 + 1, 0], [1, 2]]\nmixed = [2**53 + 1, 0.5]";
    ok(&mut front_end, cell);
    let run =
        ok(&mut front_end, "(&few, &rows, hidden[0], hidden[1].is_nan(), large[0][0], mixed.0)");
    let expected = "([0.5, 1.5], [[true, false], [false, true]], 1.0, true, 9007199254740993, 9007199254740993)";
    assert_eq!(run.result().as_deref(), Some(expected));
    for value in ["[[2**63, -1]]", "[2**63, 0.5]"] {
        assert_eq!(
            why(&mut front_end, &format!("%%python -o big:Vec<Vec<f64>>\nbig = {value}")),
            "`big` cannot be taken from Python: the integer 9223372036854775808 needs more than 64 bits"
        );
    }
}

#[test]
fn what_does_not_travel_is_told_and_changes_nothing() {
    let mut front_end = front_end();
    ok(
        &mut front_end,
        "let lambda = 1;\nlet big = vec![0_u64; 1 << 28];\nlet large = u64::MAX;\npub struct Own { pub a: u8 }\nlet own = Own { a: 1 };",
    );
    for (cell, expected) in [
        (
            "%%python -i nothing\n1",
            "there is no variable `nothing`; there are `big`, `lambda`, `large`, `own`",
        ),
        ("%%python -i lambda\n1", "`lambda` is a word of the language in Python: rename it"),
        (
            "%%python -i big\n1",
            "`big` cannot be exported: it takes more than 1 GB; export a part of it, or a file",
        ),
        (
            "%%python -i large\n1",
            "`large` cannot be exported: the integer 18446744073709551615 needs more than 64 bits",
        ),
        ("%%python -o gone\n1", "`gone` cannot be taken from Python: name 'gone' is not defined"),
        (
            "%%python -o none\nnone = None",
            "`none` is nothing in Python: state its type, as in `-o none:Vec<f64>`",
        ),
        (
            "%%python -o mixed\nmixed = [1, 'a']",
            "`mixed` is a list of 2 items in Python: state its type, as in `-o mixed:Vec<f64>`",
        ),
        (
            "%%python -o two\ntwo = {1: 2.0, '1': 3.0}",
            "`two` cannot be taken from Python: two keys are the same as texts",
        ),
        (
            "%%python -o row\nrow = {'a': 1, 'b': 'x'}",
            "`row` is a record of `a`, `b` in Python: state its type, as in `-o row:Row`, where `struct Row` derives serde::Deserialize",
        ),
        (
            "%%python -o text:f64\ntext = 'a'",
            "`text` cannot be taken from Python: it is a text, which does not fit f64: a number was wanted",
        ),
        (
            "%%python -o large\nlarge = 2**64",
            "`large` cannot be taken from Python: the integer 18446744073709551616 needs more than 64 bits",
        ),
    ] {
        assert_eq!(why(&mut front_end, cell), expected, "{cell}");
    }
    let text = why(&mut front_end, "%%python -i own\n1");
    assert!(
        text.contains("has no serde") && text.contains("#[derive(serde::Serialize)]"),
        "{text}"
    );
    let text = why(&mut front_end, "%%python -o f\ndef f(): pass");
    assert!(
        text.starts_with("`f` cannot be taken from Python: a function cannot be handed to Rust"),
        "{text}"
    );
    let run = ok(&mut front_end, "(lambda, big.len() >> 20, large, own.a)");
    assert_eq!(run.result().as_deref(), Some("(1, 256, 18446744073709551615, 1)"));
}
