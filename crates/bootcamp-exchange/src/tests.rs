use std::collections::BTreeMap;
use std::fmt::Debug;
use std::panic::catch_unwind;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Player {
    name: String,
    age: u8,
    fit: bool,
    score: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Circle(f64),
    Segment(f64, f64),
    Box { width: f64, names: Vec<String> },
}

/// As ndarray writes and reads its arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Array<D> {
    v: u8,
    dim: D,
    data: Vec<f64>,
}

fn there_and_as<T: Serialize + ?Sized, U: DeserializeOwned>(value: &T) -> U {
    let folder = tempfile::tempdir().unwrap();
    give(folder.path(), "value", value);
    take(folder.path(), "value", "Rust")
}

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    assert_eq!(there_and_as::<T, T>(value), *value);
}

fn node<T: Serialize>(value: &T) -> Node {
    let folder = tempfile::tempdir().unwrap();
    give(folder.path(), "value", value);
    serde_json::from_slice(&std::fs::read(folder.path().join("value.json")).unwrap()).unwrap()
}

fn why(act: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *catch_unwind(act).unwrap_err().downcast::<String>().unwrap()
}

#[test]
fn values_come_back() {
    comes_back(&1.5);
    comes_back(&-7_i8);
    comes_back(&u64::from(u32::MAX));
    comes_back(&true);
    comes_back(&'ß');
    comes_back(&"größe\nzwei".to_owned());
    comes_back(&vec![1.0, f64::INFINITY, -0.0]);
    comes_back(&vec![i64::MIN, i64::MAX]);
    comes_back(&Vec::<f64>::new());
    comes_back(&vec![true, false]);
    comes_back(&vec![String::new(), "日本".to_owned(), "a, \"b\"".to_owned()]);
    comes_back(&vec![(1.0, 2.0), (3.0, 4.0)]);
    comes_back(&vec![[[1_u8, 2], [3, 4]], [[5, 6], [7, 8]]]);
    comes_back(&vec![vec![1.0], vec![], vec![2.0, 3.0]]);
    comes_back(&vec![Some(1.0), None, Some(3.0)]);
    comes_back(&vec![None, Some(2), None]);
    comes_back(&vec![Some((1_i64 << 53) + 1), None]);
    comes_back(&vec![None, Some(true)]);
    comes_back(&vec![None, Some("a".to_owned()), None]);
    comes_back(&vec![None::<String>, None]);
    comes_back(&((1_i64 << 53) + 1, 0.5));
    comes_back(&vec![vec![0, (1_i64 << 53) + 1], vec![1, 2]]);
    comes_back(&("a".to_owned(), 1, vec![2.5]));
    comes_back(&BTreeMap::from([("a".to_owned(), 1.5), ("b".to_owned(), 2.5)]));
    comes_back(&vec![Point { x: 1.0, y: 2.0 }, Point { x: 3.0, y: 4.0 }]);
    comes_back(&Array { v: 1, dim: [2, 2], data: vec![1.0, 2.0, 3.0, 4.0] });
    comes_back(&vec![
        Shape::Nothing,
        Shape::Circle(1.5),
        Shape::Segment(1.0, 2.0),
        Shape::Box { width: 2.0, names: vec!["a".to_owned(), "b".to_owned()] },
    ]);
    let player = |name: &str, score| Player { name: name.to_owned(), age: 9, fit: true, score };
    comes_back(&vec![player("Ada", None), player("Bo", Some(0.5))]);
    comes_back(&player("Ada", Some(1.0)));
}

#[test]
fn what_is_alike_travels_in_columns() {
    let numbers =
        |shape: &[usize], at| Node::Numbers { kind: Kind::F64, shape: shape.to_vec(), at };
    let names = || vec!["x".to_owned(), "y".to_owned()];
    let points = vec![Point { x: 1.0, y: 2.0 }; 3];
    let items = vec![numbers(&[3], 0), numbers(&[3], 24)];
    assert_eq!(node(&points), Node::Table { names: names(), items });
    assert_eq!(node(&[(1.0, 2.0); 3]), numbers(&[3, 2], 0));
    assert_eq!(node(&Array { v: 1, dim: [1, 2], data: vec![1.0, 2.0] }), numbers(&[1, 2], 0));
    assert_eq!(
        node(&points[0]),
        Node::Record { names: names(), items: vec![numbers(&[], 0), numbers(&[], 8)] }
    );
    // Integers and floats meet as floats, and what has nothing in common is a list.
    assert_eq!(node(&(1, 2.5)), numbers(&[2], 0));
    assert!(matches!(node(&(1, "a")), Node::List { .. }));
}

#[test]
fn numbers_are_converted_where_nothing_is_lost() {
    assert_eq!(there_and_as::<_, Vec<usize>>(&[1.0, 2.0]), [1, 2]);
    assert_eq!(there_and_as::<_, Vec<f64>>(&[1, 2]), [1.0, 2.0]);
    assert_eq!(there_and_as::<_, u8>(&[3.0]), 3);
    assert_eq!(there_and_as::<_, Vec<f64>>(&3.0), [3.0]);
    // The columns of a struct of Octave's, and the rows of a matrix, are points.
    let columns = BTreeMap::from([("x", vec![1.0, 3.0]), ("y", vec![2.0, 4.0])]);
    let points = [Point { x: 1.0, y: 2.0 }, Point { x: 3.0, y: 4.0 }];
    assert_eq!(there_and_as::<_, Vec<Point>>(&columns), points);
    assert_eq!(there_and_as::<_, Vec<Point>>(&[[1.0, 2.0], [3.0, 4.0]]), points);
    let whole: Array<[usize; 1]> = there_and_as(&2.5);
    assert_eq!(whole, Array { v: 1, dim: [1], data: vec![2.5] });
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    title: Option<String>,
    height: Option<f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Tree(Vec<Tree>);

#[test]
fn a_record_in_which_something_is_missing_stays_in_its_table() {
    let note = |title: Option<&str>, height| Note { title: title.map(str::to_owned), height };
    for notes in [
        [note(Some("a"), Some(1.0)), note(None, None), note(Some("c"), Some(3.0))],
        [note(None, None), note(Some("b"), Some(2.0)), note(None, None)],
        [note(None, None), note(None, None), note(None, None)],
    ] {
        comes_back(&notes);
        assert!(matches!(node(&notes), Node::Table { .. }), "{notes:?}");
    }
}

#[test]
fn nothing_is_dropped_that_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    give(folder.path(), "a", &[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let path = folder.path();
    let pairs = why(|| drop(take::<Vec<(f64, f64)>>(path, "a", "R")));
    assert!(pairs.ends_with("a list of 2 items and not of 3 was wanted"), "{pairs}");
    let points = why(|| drop(take::<Vec<Point>>(path, "a", "R")));
    assert!(points.ends_with("a list of 2 items and not of 3 was wanted"), "{points}");
    let few = why(|| drop(take::<Vec<[f64; 4]>>(path, "a", "R")));
    assert!(few.contains("invalid length 3, expected an array of length 4"), "{few}");
    // One value is a list of one, and that one is no list.
    give(folder.path(), "a", &1.5);
    let tree = why(|| drop(take::<Tree>(path, "a", "R")));
    assert!(tree.ends_with("a list was wanted"), "{tree}");
}

#[test]
fn what_does_not_fit_is_told() {
    let folder = tempfile::tempdir().unwrap();
    give(folder.path(), "slope", &vec![0.5, 1.5]);
    let path = folder.path().to_owned();
    let text = why(move || {
        let _: f64 = take(path, "slope", "R");
    });
    assert_eq!(
        text,
        "`slope` cannot be taken from R: it is an array of floats of the shape [2], which does \
         not fit f64: a number was wanted"
    );
    let path = folder.path().to_owned();
    let text = why(move || {
        let _: Vec<usize> = take(path, "slope", "R");
    });
    assert!(text.ends_with("an integer and not 0.5 was wanted"), "{text}");
    let path = folder.path().to_owned();
    let text = why(move || {
        let _: Vec<f64> = take(path, "other", "R");
    });
    assert!(text.contains("its file cannot be used"), "{text}");
}

#[test]
fn what_cannot_travel_is_told() {
    let folder = std::env::temp_dir();
    let given = |why_not: &str, text: String| {
        assert_eq!(text, format!("`a` cannot be exported: {why_not}"));
    };
    let path = folder.clone();
    let text = why(move || give(path, "a", &u64::MAX));
    given("the integer 18446744073709551615 needs more than 64 bits", text);
    let path = folder.clone();
    let text = why(move || give(path, "a", "x\u{1e}"));
    given("a text in it holds the character U+001E", text);
    // Its memory is never touched.
    let path = folder.clone();
    let text = why(move || give(path, "a", &vec![0_u64; 1 << 28]));
    given("it takes more than 1 GB; export a part of it, or a file", text);
}

#[test]
fn damaged_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    give(folder.path(), "a", &vec![Point { x: 1.0, y: 2.0 }; 2]);
    let good = std::fs::read_to_string(folder.path().join("a.json")).unwrap();
    for (from, to) in [
        ("\"at\":16", "\"at\":17"),
        ("\"at\":16", "\"at\":18446744073709551615"),
        ("[2]", "[18446744073709551615,3]"),
        ("[2]", "[4]"),
        ("[\"x\",\"y\"]", "[\"x\"]"),
        ("table", "chair"),
    ] {
        std::fs::write(folder.path().join("a.json"), good.replacen(from, to, 1)).unwrap();
        let path = folder.path().to_owned();
        let text = why(move || {
            let _: Vec<Point> = take(path, "a", "R");
        });
        assert!(text.starts_with("`a` cannot be taken from R: "), "{text}");
    }
}

#[test]
fn an_array_of_nothing_has_no_endless_rows() {
    let node = |shape: &str| format!(r#"{{"node":"numbers","kind":"f64","shape":{shape},"at":0}}"#);
    let rows = |shape| parse::<Vec<Vec<f64>>>(node(shape).as_bytes(), &[]);
    assert_eq!(rows("[0,3]").unwrap(), Vec::<Vec<f64>>::new());
    assert_eq!(rows("[3,0]").unwrap(), vec![Vec::<f64>::new(); 3]);
    let shapes = ["[18446744073709551615,0]", "[0,18446744073709551615,2]", "[100000000,0]"];
    for shape in shapes {
        assert!(matches!(rows(shape), Err(ExchangeError::TooLarge)), "{shape}");
    }
    // Nor have a hundred of them.
    let arrays = vec![node("[1000000,0]"); 100].join(",");
    let list = format!(r#"{{"node":"list","items":[{arrays}]}}"#);
    let all = parse::<Vec<Vec<Vec<f64>>>>(list.as_bytes(), &[]);
    assert!(matches!(all, Err(ExchangeError::TooLarge)));
    let deep = node(&format!("[{}1]", "1,".repeat(64)));
    let why = parse::<serde_json::Value>(deep.as_bytes(), &[0; 8]).unwrap_err().to_string();
    assert!(why.ends_with("it has more than 64 dimensions"), "{why}");
}
