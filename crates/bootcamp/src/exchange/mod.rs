//! Walks to and from files that other tools read.
//!
//! Arrays go to and from numpy's `.npy` files ([`read_npy`], [`write_npy`]), walks to and from text.
//! The text file has a line for each point, which spreadsheets, pandas and R read:
//!
//! ```text
//! chain,draw,x,y
//! 0,0,0.5,0.25
//! 0,1,0.48,0.31
//! ```
//!
//! ```
//! use bootcamp::Point;
//! use bootcamp::exchange::{read_csv, write_csv};
//!
//! let file = std::env::temp_dir().join(format!("walks-{}.csv", std::process::id()));
//! let walks = vec![vec![Point { x: 0.5, y: 0.1 }; 3], vec![Point { x: 0.7, y: 1e-300 }; 3]];
//! write_csv(&file, &walks)?;
//! assert_eq!(read_csv(&file)?, walks);
//! # std::fs::remove_file(file).unwrap();
//! # Ok::<(), bootcamp::exchange::ExchangeError>(())
//! ```

mod npy;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Point;
pub use npy::{read_npy, write_npy};

/// The first line of a file of walks.
const HEADER: &str = "chain,draw,x,y";

/// Why a file cannot be read or written: the file, the line and what is wrong with it.
///
/// ```
/// use bootcamp::exchange::read_csv;
///
/// let error = read_csv("no/such.csv").unwrap_err();
/// assert!(error.to_string().starts_with("no/such.csv: "));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The file cannot be opened, read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What is in the file is not what it should be.
    #[error("{}: {wrong}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What is wrong, in words.
        wrong: String,
    },
    /// A line is not what it should be.
    #[error("{}:{line}: {wrong}", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// What is wrong, in words.
        wrong: String,
    },
}

/// Reads walks: those of the chain with the smallest number first, and the points of each in the
/// order of their draws, whatever the order of the lines. Numbers may be missing (a burn-in),
/// the walks may have different lengths, and coordinates may be `nan` or `inf`.
///
/// # Errors
/// When the file cannot be read, its first line is not `chain,draw,x,y`, a line has not two
/// whole numbers and two numbers, or a draw is there twice.
///
/// ```
/// use bootcamp::exchange::read_csv;
///
/// let file = std::env::temp_dir().join(format!("read-{}.csv", std::process::id()));
/// std::fs::write(&file, "chain,draw,x,y\n7,101,0.3,0.4\n7,100,0.1,0.2\n").unwrap();
/// assert_eq!(read_csv(&file)?, [[[0.1, 0.2].into(), [0.3, 0.4].into()]]);
///
/// std::fs::write(&file, "chain,draw,x,y\n0,0,0.1\n").unwrap();
/// let error = read_csv(&file).unwrap_err();
/// assert!(error.to_string().ends_with(".csv:2: 3 values instead of 4: chain,draw,x,y"));
/// # std::fs::remove_file(file).unwrap();
/// # Ok::<(), bootcamp::exchange::ExchangeError>(())
/// ```
pub fn read_csv(file: impl AsRef<Path>) -> Result<Vec<Vec<Point>>, ExchangeError> {
    let file = file.as_ref();
    let broken = |source| ExchangeError::File { file: file.to_owned(), source };
    let mut chains: BTreeMap<u64, BTreeMap<u64, Point>> = BTreeMap::new();
    let mut lines = 0;
    for (line, number) in BufReader::new(File::open(file).map_err(broken)?).lines().zip(1..) {
        let line = line.map_err(broken)?;
        let wrong = |wrong| ExchangeError::Line { file: file.to_owned(), line: number, wrong };
        // A byte order mark is what spreadsheets begin a file with.
        let line = line.trim_start_matches('\u{feff}').trim();
        if number == 1 {
            let found = line.split(',').map(str::trim).collect::<Vec<_>>().join(",");
            if found != HEADER {
                return Err(wrong(format!("the first line must be {HEADER}, not '{found}'")));
            }
        } else if !line.is_empty() {
            let (chain, draw, point) = draw_of(line).map_err(wrong)?;
            if chains.entry(chain).or_default().insert(draw, point).is_some() {
                return Err(wrong(format!("draw {draw} of chain {chain} is there twice")));
            }
        }
        lines = number;
    }
    if lines == 0 {
        let wrong = format!("the file is empty: it must begin with {HEADER}");
        return Err(ExchangeError::Line { file: file.to_owned(), line: 1, wrong });
    }
    Ok(chains.into_values().map(|draws| draws.into_values().collect()).collect())
}

fn draw_of(line: &str) -> Result<(u64, u64, Point), String> {
    let values: Vec<&str> = line.split(',').map(str::trim).collect();
    let &[chain, draw, x, y] = values.as_slice() else {
        return Err(format!("{} values instead of 4: {HEADER}", values.len()));
    };
    let whole = |name, text: &str| {
        text.parse().map_err(|_| format!("{name} is '{text}': it must be a whole number from 0"))
    };
    let coordinate = |name, text: &str| {
        text.parse().map_err(|_| format!("{name} is '{text}': it must be a number such as 0.5"))
    };
    let point = Point { x: coordinate("x", x)?, y: coordinate("y", y)? };
    Ok((whole("chain", chain)?, whole("draw", draw)?, point))
}

/// Writes walks, with chains and draws numbered from 0 and all digits of the coordinates, so
/// that [`read_csv`] gives the same points. A file that is there already is replaced.
///
/// # Errors
/// When the file cannot be written.
///
/// ```
/// use bootcamp::{Point, exchange::write_csv};
///
/// let file = std::env::temp_dir().join(format!("write-{}.csv", std::process::id()));
/// write_csv(&file, &[vec![Point { x: 0.5, y: -1.0 }]])?;
/// assert_eq!(std::fs::read_to_string(&file).unwrap(), "chain,draw,x,y\n0,0,0.5,-1\n");
/// # std::fs::remove_file(file).unwrap();
/// # Ok::<(), bootcamp::exchange::ExchangeError>(())
/// ```
pub fn write_csv(file: impl AsRef<Path>, walks: &[Vec<Point>]) -> Result<(), ExchangeError> {
    let file = file.as_ref();
    let write = || {
        let mut out = BufWriter::new(File::create(file)?);
        writeln!(out, "{HEADER}")?;
        for (chain, walk) in walks.iter().enumerate() {
            for (draw, point) in walk.iter().enumerate() {
                writeln!(out, "{chain},{draw},{},{}", point.x, point.y)?;
            }
        }
        out.flush()
    };
    write().map_err(|source| ExchangeError::File { file: file.to_owned(), source })
}
