//! The files in which a value travels.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::data::{Data, Field, Number, Values, table_length};
use super::error::ExchangeError;
use super::node::{Kind, Node};
use super::writer::MOST;

/// What ends a text of several.
pub(super) const SEPARATOR: char = '\u{1e}';
/// Numbers begin at a multiple of this.
const ALIGNMENT: usize = 8;

fn paths(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    (folder.join(format!("{name}.json")), folder.join(format!("{name}.bin")))
}

/// Writes a value.
pub(super) fn write(folder: &Path, name: &str, data: &Data) -> Result<(), ExchangeError> {
    let (description, numbers) = paths(folder, name);
    let mut parts =
        Parts { writer: BufWriter::with_capacity(1 << 20, File::create(numbers)?), at: 0 };
    let node = parts.write(data)?;
    parts.writer.flush()?;
    fs::write(description, serde_json::to_vec(&node)?)?;
    Ok(())
}

struct Parts<W> {
    writer: W,
    at: usize,
}

impl<W: Write> Parts<W> {
    fn write(&mut self, data: &Data) -> Result<Node, ExchangeError> {
        Ok(match data {
            Data::None => Node::None,
            Data::Number(number) => self.numbers(&[], &Values::of(*number))?,
            Data::Numbers { shape, values } => self.numbers(shape, values)?,
            Data::Text(text) => Node::Text { value: text.clone() },
            Data::Texts(texts) => {
                let at = self.at;
                for text in texts {
                    self.add(text.as_bytes())?;
                    self.add(SEPARATOR.encode_utf8(&mut [0; 4]).as_bytes())?;
                }
                Node::Texts { length: texts.len(), at, bytes: self.at - at }
            }
            Data::List(items) => {
                let items = items.iter().map(|item| self.write(item));
                Node::List { items: items.collect::<Result<_, _>>()? }
            }
            Data::Record(fields) => {
                let (names, items) = self.fields(fields)?;
                Node::Record { names, items }
            }
            Data::Table(columns) => {
                let (names, items) = self.fields(columns)?;
                Node::Table { names, items }
            }
        })
    }

    fn fields(&mut self, fields: &[Field]) -> Result<(Vec<String>, Vec<Node>), ExchangeError> {
        let names = fields.iter().map(|(name, _)| name.to_string()).collect();
        let items = fields.iter().map(|(_, item)| self.write(item));
        Ok((names, items.collect::<Result<_, _>>()?))
    }

    fn numbers(&mut self, shape: &[usize], values: &Values) -> Result<Node, ExchangeError> {
        let gap = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.add(&[0; ALIGNMENT][..gap])?;
        let (at, shape) = (self.at, shape.to_vec());
        let kind = match values {
            Values::Bool(values) => {
                values.iter().try_for_each(|value| self.add(&[u8::from(*value)]))?;
                Kind::Bool
            }
            Values::Int(values) => {
                values.iter().try_for_each(|value| self.add(&value.to_le_bytes()))?;
                Kind::I64
            }
            Values::Float(values) => {
                values.iter().try_for_each(|value| self.add(&value.to_le_bytes()))?;
                Kind::F64
            }
        };
        Ok(Node::Numbers { kind, shape, at })
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len();
        self.writer.write_all(bytes)
    }
}

/// Reads a value.
pub(super) fn read(folder: &Path, name: &str) -> Result<Data, ExchangeError> {
    let (description, numbers) = paths(folder, name);
    parse(&fs::read(description)?, &fs::read(numbers)?)
}

/// The value that two files hold.
pub(super) fn parse(description: &[u8], bytes: &[u8]) -> Result<Data, ExchangeError> {
    data_of(serde_json::from_slice(description)?, bytes)
}

fn data_of(node: Node, bytes: &[u8]) -> Result<Data, ExchangeError> {
    const SHORT: ExchangeError = ExchangeError::Damaged("it is shorter than it says");
    let part = |at: usize, length: Option<usize>| {
        length.and_then(|length| bytes.get(at..at.checked_add(length)?)).ok_or(SHORT)
    };
    let of_all = |items: Vec<Node>| {
        items.into_iter().map(|item| data_of(item, bytes)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match node {
        Node::None => Data::None,
        Node::Text { value } => Data::Text(value),
        Node::Numbers { kind, shape, at } => {
            let count = count_of(shape.iter().copied());
            // An array without numbers may still have more rows than there is time.
            if count_of(shape.iter().map(|side| (*side).max(1))).is_none_or(|all| all > MOST) {
                return Err(ExchangeError::TooLarge);
            }
            let wide = || part(at, count.and_then(|count| count.checked_mul(8)));
            let words = |bytes: &'_ [u8]| bytes.as_chunks::<8>().0.to_vec();
            let values = match kind {
                Kind::Bool => {
                    Values::Bool(part(at, count)?.iter().map(|byte| *byte != 0).collect())
                }
                Kind::I64 => {
                    Values::Int(words(wide()?).into_iter().map(i64::from_le_bytes).collect())
                }
                Kind::F64 => {
                    Values::Float(words(wide()?).into_iter().map(f64::from_le_bytes).collect())
                }
            };
            match (&shape[..], &values) {
                ([], Values::Bool(values)) => Data::Number(Number::Bool(values[0])),
                ([], Values::Int(values)) => Data::Number(Number::Int(values[0])),
                ([], Values::Float(values)) => Data::Number(Number::Float(values[0])),
                _ => Data::Numbers { shape, values },
            }
        }
        Node::Texts { length, at, bytes: taken } => {
            let text = std::str::from_utf8(part(at, Some(taken))?)
                .map_err(|_| ExchangeError::Damaged("a text is not UTF-8"))?;
            let texts: Vec<String> = text.split_terminator(SEPARATOR).map(str::to_owned).collect();
            if texts.len() != length {
                return Err(ExchangeError::Damaged("it has another number of texts"));
            }
            Data::Texts(texts)
        }
        Node::List { items } => Data::List(of_all(items)?),
        Node::Record { names, items } => Data::Record(fields(names, of_all(items)?)?),
        Node::Table { names, items } => {
            let columns = fields(names, of_all(items)?)?;
            if !columns.is_empty() && table_length(&columns).is_none() {
                return Err(ExchangeError::Damaged("columns of a table differ in length"));
            }
            Data::Table(columns)
        }
    })
}

/// How many numbers an array has; `None` if more than could be counted.
fn count_of(mut sides: impl Iterator<Item = usize>) -> Option<usize> {
    sides.try_fold(1_usize, usize::checked_mul)
}

fn fields(names: Vec<String>, items: Vec<Data>) -> Result<Vec<Field>, ExchangeError> {
    if names.len() != items.len() {
        return Err(ExchangeError::Damaged("a field has no name, or no value"));
    }
    Ok(names.into_iter().map(Cow::Owned).zip(items).collect())
}
