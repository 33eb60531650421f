//! Values on their way between Rust and other languages.
//!
//! `%%R -i points -o slope` exports `points` to R and imports `slope`. A value travels in two
//! files: `NAME.json` says what it is made of, `NAME.bin` holds its numbers and texts. Vectors
//! are kept as columns, in the machine's own format, so that a million points cost no more than
//! their bytes; every language reads these without a package.
//!
//! What is what:
//!
//! | Rust | Python | R | Octave |
//! |---|---|---|---|
//! | `f64`, `i64`, `bool`, `String` | the same | a vector of one | the same |
//! | `Vec<f64>`, `Array1<f64>` | an array | a vector | a column |
//! | `Array2<f64>`, `Vec<(f64, f64)>` | an array | a matrix | a matrix |
//! | `Vec<Point>`, `Vec` of other records | a record array | a data frame | a struct of columns |
//! | `Vec<String>` | a list | a vector | a cell array |
//! | a record, a map | a dict | a list | a struct |
//! | `None` among numbers, among texts | a NaN, `None` | a NaN, `NA` | a NaN, `[]` |
//!
//! ```
//! use bootcamp_exchange::{give, take};
//!
//! let folder = std::env::temp_dir().join(format!("exchange-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! give(&folder, "heights", &vec![1.5, 2.5]);
//! // Any type that fits: numbers are converted where nothing is lost.
//! let heights: Vec<f32> = take(&folder, "heights", "R");
//! assert_eq!(heights, [1.5, 2.5]);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # The modules
//! * `data`: a value as all languages have it
//! * `writer`, `items`, `record`: from Rust, by serde
//! * `reader`, `access`, `view`: to Rust, by serde
//! * `file`, `node`, `format`: the files in which a value travels, and what they say
//! * `error`: why a value does not travel
#![deny(missing_docs, missing_debug_implementations)]

mod access;
mod data;
mod error;
mod file;
mod format;
mod items;
mod node;
mod reader;
mod record;
mod view;
mod writer;

use std::any::type_name;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use error::ExchangeError;
pub use node::{Kind, Node};

use data::Data;

/// Writes the value of the variable `name` to `folder`, for another language.
///
/// # Panics
/// If it does not travel: its size is over a gigabyte, an integer needs more than 64 bits, a text
/// holds the character U+001E (which ends texts in the file), or the file cannot be written.
#[track_caller]
pub fn give<T: Serialize + ?Sized>(folder: impl AsRef<Path>, name: &str, value: &T) {
    let given = writer::data_of(value).and_then(|data| file::write(folder.as_ref(), name, &data));
    if let Err(why) = given {
        panic!("`{name}` cannot be exported: {why}");
    }
}

/// The value that another language has written to `folder` for the variable `name`.
///
/// # Panics
/// If it does not fit the type, or cannot be read.
#[track_caller]
#[must_use]
pub fn take<T: DeserializeOwned>(folder: impl AsRef<Path>, name: &str, language: &str) -> T {
    match file::read(folder.as_ref(), name).and_then(|data| fitted(&data)) {
        Ok(value) => value,
        Err(why) => panic!("`{name}` cannot be taken from {language}: {why}"),
    }
}

/// The value that two files hold, without the files: the text of `NAME.json`, the bytes of
/// `NAME.bin`.
///
/// ```
/// use bootcamp_exchange::parse;
///
/// let description = br#"{"node": "numbers", "kind": "bool", "shape": [2], "at": 0}"#;
/// assert_eq!(parse::<Vec<bool>>(description, &[1, 0])?, [true, false]);
/// assert!(parse::<Vec<bool>>(description, &[1]).is_err());
/// # Ok::<(), bootcamp_exchange::ExchangeError>(())
/// ```
///
/// # Errors
/// If they are damaged, or the value does not fit the type.
pub fn parse<T: DeserializeOwned>(description: &[u8], bytes: &[u8]) -> Result<T, ExchangeError> {
    fitted(&file::parse(description, bytes)?)
}

fn fitted<T: DeserializeOwned>(data: &Data) -> Result<T, ExchangeError> {
    reader::fit(data).map_err(|why: ExchangeError| ExchangeError::Misfit {
        found: data.describe(),
        wanted: type_name::<T>(),
        why: why.to_string(),
    })
}

#[cfg(test)]
mod tests;
