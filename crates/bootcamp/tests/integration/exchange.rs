use std::fs;
use std::path::PathBuf;

use bootcamp::Point;
use bootcamp::exchange::{read_csv, write_csv};
use proptest::prelude::*;

/// A file that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("bootcamp-{name}-{}.csv", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

proptest! {
    #[test]
    fn every_digit_comes_back(
        walks in prop::collection::vec(prop::collection::vec(any::<(f64, f64)>(), 1..9), 0..5),
    ) {
        let file = Scratch::new("digits");
        let walks: Vec<Vec<Point>> =
            walks.into_iter().map(|walk| walk.into_iter().map(Point::from).collect()).collect();
        write_csv(&file.0, &walks).unwrap();
        prop_assert_eq!(read_csv(&file.0).unwrap(), walks);
    }
}

#[test]
fn a_wrong_line_is_named() {
    let file = Scratch::new("wrong");
    for (text, message) in [
        ("", ":1: the file is empty: it must begin with chain,draw,x,y"),
        ("x,y\n", ":1: the first line must be chain,draw,x,y, not 'x,y'"),
        ("chain,draw,x,y\n0,0,1,2,3\n", ":2: 5 values instead of 4: chain,draw,x,y"),
        ("chain,draw,x,y\n0,0,1,2\n\n0,1,a,2\n", ":4: x is 'a': it must be a number such as 0.5"),
        ("chain,draw,x,y\n1.5,0,1,2\n", ":2: chain is '1.5': it must be a whole number from 0"),
        ("chain,draw,x,y\n0,7,1,2\n0,7,1,2\n", ":3: draw 7 of chain 0 is there twice"),
    ] {
        fs::write(&file.0, text).unwrap();
        let error = read_csv(&file.0).unwrap_err().to_string();
        assert_eq!(error, format!("{}{message}", file.0.display()));
    }
}

#[test]
fn lines_of_spreadsheets_are_read() {
    let file = Scratch::new("spreadsheet");
    fs::write(&file.0, "\u{feff}chain, draw, x, y\r\n3,1,nan,-inf\r\n2,0, 1e3 ,.5\r\n3,0,1,1\r\n")
        .unwrap();
    let walks = read_csv(&file.0).unwrap();
    assert_eq!(walks[0], [Point { x: 1000.0, y: 0.5 }]);
    assert!(walks[1][0] == Point { x: 1.0, y: 1.0 } && walks[1][1].x.is_nan());
}
