//! What `NAME.json` says: what a value is made of, and where its parts are in `NAME.bin`.

use serde::{Deserialize, Serialize};

/// The type of numbers in a file, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A byte, 0 or 1.
    Bool,
    /// 64 bits with a sign.
    I64,
    /// A double.
    F64,
}

/// A part of a value.
///
/// ```
/// use bootcamp_exchange::{Kind, Node};
///
/// let text = r#"{"node": "numbers", "kind": "f64", "shape": [2, 3], "at": 0}"#;
/// let node: Node = serde_json::from_str(text)?;
/// assert_eq!(node, Node::Numbers { kind: Kind::F64, shape: vec![2, 3], at: 0 });
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "node", rename_all = "lowercase")]
pub enum Node {
    /// Nothing.
    None,
    /// Numbers: one if the shape is empty, else an array, whose last index runs fastest.
    Numbers {
        /// Their type.
        kind: Kind,
        /// The length of each side.
        shape: Vec<usize>,
        /// Where the first one begins, in bytes.
        at: usize,
    },
    /// One text.
    Text {
        /// The text itself.
        value: String,
    },
    /// Texts, each of which ends with the character U+001E.
    Texts {
        /// How many.
        length: usize,
        /// Where the first one begins, in bytes.
        at: usize,
        /// How many bytes all of them take.
        bytes: usize,
    },
    /// Items of any sort.
    List {
        /// In their order.
        items: Vec<Node>,
    },
    /// Named values.
    Record {
        /// The names of the items.
        names: Vec<String>,
        /// One for each name.
        items: Vec<Node>,
    },
    /// Named columns of one length.
    Table {
        /// The names of the columns.
        names: Vec<String>,
        /// One for each name: numbers with one side, or texts.
        items: Vec<Node>,
    },
}
