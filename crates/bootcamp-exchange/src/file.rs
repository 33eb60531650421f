//! The files in which a value travels.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::data::{Data, Field, Number, Values, table_length};
use crate::error::ExchangeError;
use crate::format::{MOST, SEPARATOR};
use crate::node::{Kind, Node};

/// Numbers begin at a multiple of this.
const ALIGNMENT: usize = 8;
/// As in numpy.
const MOST_SIDES: usize = 64;
/// The bytes of a row without numbers at its worst, which is a list of lists of any values.
const ROW: usize = 128;

fn paths(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    (folder.join(format!("{name}.json")), folder.join(format!("{name}.bin")))
}

/// Writes a value.
pub(crate) fn write(folder: &Path, name: &str, data: &Data) -> Result<(), ExchangeError> {
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
pub(crate) fn read(folder: &Path, name: &str) -> Result<Data, ExchangeError> {
    let (description, numbers) = paths(folder, name);
    parse(&fs::read(description)?, &fs::read(numbers)?)
}

/// The value that two files hold.
pub(crate) fn parse(description: &[u8], bytes: &[u8]) -> Result<Data, ExchangeError> {
    let mut source = Source { bytes, rows_of_nothing: 0 };
    source.data(serde_json::from_slice(description)?)
}

/// What a description speaks of.
struct Source<'a> {
    bytes: &'a [u8],
    /// How many rows the arrays without numbers have: no byte stands for them.
    rows_of_nothing: usize,
}

impl Source<'_> {
    fn data(&mut self, node: Node) -> Result<Data, ExchangeError> {
        Ok(match node {
            Node::None => Data::None,
            Node::Text { value } => Data::Text(value),
            Node::Numbers { kind, shape, at } => self.numbers(kind, shape, at)?,
            Node::Texts { length, at, bytes } => {
                let text = std::str::from_utf8(self.part(at, Some(bytes))?)
                    .map_err(|_| ExchangeError::Damaged("a text is not UTF-8"))?;
                let texts: Vec<String> =
                    text.split_terminator(SEPARATOR).map(str::to_owned).collect();
                if texts.len() != length {
                    return Err(ExchangeError::Damaged("it has another number of texts"));
                }
                Data::Texts(texts)
            }
            Node::List { items } => Data::List(self.all(items)?),
            Node::Record { names, items } => Data::Record(fields(names, self.all(items)?)?),
            Node::Table { names, items } => {
                let columns = fields(names, self.all(items)?)?;
                if !columns.is_empty() && table_length(&columns).is_none() {
                    return Err(ExchangeError::Damaged("columns of a table differ in length"));
                }
                Data::Table(columns)
            }
        })
    }

    fn all(&mut self, items: Vec<Node>) -> Result<Vec<Data>, ExchangeError> {
        items.into_iter().map(|item| self.data(item)).collect()
    }

    fn numbers(&mut self, kind: Kind, shape: Vec<usize>, at: usize) -> Result<Data, ExchangeError> {
        let count = count_of(shape.iter().copied());
        if shape.len() > MOST_SIDES {
            return Err(ExchangeError::Damaged("it has more than 64 dimensions"));
        }
        // An array without numbers may still have more rows than there is time.
        if count_of(shape.iter().map(|side| (*side).max(1))).is_none_or(|all| all > MOST) {
            return Err(ExchangeError::TooLarge);
        }
        if count == Some(0) {
            self.rows_of_nothing += rows_of(&shape);
            if self.rows_of_nothing > MOST / ROW {
                return Err(ExchangeError::TooLarge);
            }
        }
        let wide = || self.part(at, count.and_then(|count| count.checked_mul(8)));
        let words = |bytes: &'_ [u8]| bytes.as_chunks::<8>().0.to_vec();
        let values = match kind {
            Kind::Bool => {
                Values::Bool(self.part(at, count)?.iter().map(|byte| *byte != 0).collect())
            }
            Kind::I64 => Values::Int(words(wide()?).into_iter().map(i64::from_le_bytes).collect()),
            Kind::F64 => {
                Values::Float(words(wide()?).into_iter().map(f64::from_le_bytes).collect())
            }
        };
        Ok(match (&shape[..], &values) {
            ([], Values::Bool(values)) => Data::Number(Number::Bool(values[0])),
            ([], Values::Int(values)) => Data::Number(Number::Int(values[0])),
            ([], Values::Float(values)) => Data::Number(Number::Float(values[0])),
            _ => Data::Numbers { shape, values },
        })
    }

    fn part(&self, at: usize, length: Option<usize>) -> Result<&[u8], ExchangeError> {
        length
            .and_then(|length| self.bytes.get(at..at.checked_add(length)?))
            .ok_or(ExchangeError::Damaged("it is shorter than it says"))
    }
}

/// How many rows an array has, and rows of rows.
fn rows_of(shape: &[usize]) -> usize {
    let mut rows = 1;
    shape
        .iter()
        .map(|side| {
            rows *= side;
            rows
        })
        .sum()
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
