//! Why a value does not travel.

use std::fmt::Display;
use std::io;

use serde::{de, ser};

/// Why a value does not travel between two languages.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// It is larger than a gigabyte.
    #[error("it takes more than 1 GB; export a part of it, or a file")]
    TooLarge,
    /// An integer that no signed one of 64 bits is.
    #[error("the integer {0} needs more than 64 bits")]
    Integer(String),
    /// A text with the character that ends texts.
    #[error("a text in it holds the character U+001E")]
    Separator,
    /// A map whose keys have no names.
    #[error("a key of a map is no text and no number")]
    Key,
    /// It is of another type.
    #[error("it is {found}, which does not fit {wanted}: {why}")]
    Misfit {
        /// What it is.
        found: String,
        /// The type that was wanted.
        wanted: &'static str,
        /// What does not fit.
        why: String,
    },
    /// The two files contradict each other.
    #[error("its file is damaged: {0}")]
    Damaged(&'static str),
    /// The description cannot be read.
    #[error("the description of it is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file cannot be read or written.
    #[error("its file cannot be used: {0}")]
    Io(#[from] io::Error),
    /// What serde, or the type's own code, says.
    #[error("{0}")]
    Other(String),
}

impl ser::Error for ExchangeError {
    fn custom<T: Display>(why: T) -> Self {
        Self::Other(why.to_string())
    }
}

impl de::Error for ExchangeError {
    fn custom<T: Display>(why: T) -> Self {
        Self::Other(why.to_string())
    }
}
