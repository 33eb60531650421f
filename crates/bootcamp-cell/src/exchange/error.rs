//! Why a value does not travel.

use std::fmt::Display;
use std::io;

use serde::{de, ser};

/// Why a value does not travel between two languages.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("it takes more than 1 GB; hand over a part of it, or a file")]
    TooLarge,
    #[error("the integer {0} needs more than 64 bits")]
    Integer(String),
    #[error("a text in it holds the character U+001E")]
    Separator,
    #[error("a key of a map is no text and no number")]
    Key,
    #[error("it is {found}, which does not fit {wanted}: {why}")]
    Misfit { found: String, wanted: &'static str, why: String },
    #[error("its file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the description of it is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("its file cannot be used: {0}")]
    Io(#[from] io::Error),
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
