//! A value as all languages have it.

use std::borrow::Cow;

/// Integers up to here are floats, too.
pub(crate) const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// One number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Bool(bool),
    Int(i64),
    Float(f64),
}

/// Numbers of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
}

pub(crate) type Field = (Cow<'static, str>, Data);

/// A value as all languages have it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    None,
    Number(Number),
    Text(String),
    /// An array; the last index runs fastest.
    Numbers {
        shape: Vec<usize>,
        values: Values,
    },
    Texts(Vec<String>),
    List(Vec<Data>),
    Record(Vec<Field>),
    /// Columns of one length: vectors of numbers, texts, or lists where something is missing.
    Table(Vec<Field>),
}

impl Number {
    fn is_exact_as_float(self) -> bool {
        match self {
            Self::Int(value) => value.unsigned_abs() <= EXACT,
            Self::Bool(_) | Self::Float(_) => true,
        }
    }

    pub(crate) fn to_float(self) -> f64 {
        match self {
            Self::Bool(value) => f64::from(u8::from(value)),
            // Beyond 2^53 the nearest one.
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Float(values) => values.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Number {
        match self {
            Self::Bool(values) => Number::Bool(values[index]),
            Self::Int(values) => Number::Int(values[index]),
            Self::Float(values) => Number::Float(values[index]),
        }
    }

    pub(crate) fn of(number: Number) -> Self {
        match number {
            Number::Bool(value) => Self::Bool(vec![value]),
            Number::Int(value) => Self::Int(vec![value]),
            Number::Float(value) => Self::Float(vec![value]),
        }
    }

    /// Whether a number can be added: integers and floats mix, as floats, if none is changed.
    pub(crate) fn takes(&self, number: Number) -> bool {
        match (self, number) {
            (Self::Bool(_), Number::Bool(_)) | (Self::Int(_), Number::Int(_)) => true,
            (Self::Int(_), Number::Float(_)) => self.are_exact_as_floats(),
            (Self::Float(_), number @ (Number::Int(_) | Number::Float(_))) => {
                number.is_exact_as_float()
            }
            _ => false,
        }
    }

    /// Whether numbers can be added.
    pub(crate) fn takes_all(&self, more: &Self) -> bool {
        match (self, more) {
            (Self::Float(_), Self::Int(_)) => more.are_exact_as_floats(),
            _ => more.len() == 0 || self.takes(more.get(0)),
        }
    }

    fn are_exact_as_floats(&self) -> bool {
        (0..self.len()).all(|index| self.get(index).is_exact_as_float())
    }

    /// Adds a number that it takes.
    pub(crate) fn push(&mut self, number: Number) {
        match (&mut *self, number) {
            (Self::Bool(values), Number::Bool(value)) => values.push(value),
            (Self::Int(values), Number::Int(value)) => values.push(value),
            (Self::Float(values), number) => values.push(number.to_float()),
            (_, number) => {
                let mut values = self.floats();
                values.push(number.to_float());
                *self = Self::Float(values);
            }
        }
    }

    pub(crate) fn floats(&self) -> Vec<f64> {
        (0..self.len()).map(|index| self.get(index).to_float()).collect()
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
        }
    }
}

impl Data {
    /// What it is, for an error: `an array of floats of the shape [3, 2]`.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::None => "nothing".to_owned(),
            Self::Number(Number::Bool(value)) => format!("the bool {value}"),
            Self::Number(Number::Int(value)) => format!("the integer {value}"),
            Self::Number(Number::Float(value)) => format!("the float {value}"),
            Self::Text(_) => "a text".to_owned(),
            Self::Numbers { shape, values } => {
                format!("an array of {}s of the shape {shape:?}", values.kind())
            }
            Self::Texts(texts) => format!("a list of {} texts", texts.len()),
            Self::List(items) => format!("a list of {} items", items.len()),
            Self::Record(fields) => format!("a record of {}", names(fields)),
            Self::Table(columns) => format!("a table of {}", names(columns)),
        }
    }

    /// The length of a column.
    pub(crate) fn column_length(&self) -> Option<usize> {
        match self {
            Self::Numbers { shape, values } if shape.len() == 1 => Some(values.len()),
            Self::Texts(texts) => Some(texts.len()),
            Self::List(items) => Some(items.len()),
            _ => None,
        }
    }
}

/// The length of the columns that these are.
pub(crate) fn table_length(fields: &[Field]) -> Option<usize> {
    let first = fields.first()?.1.column_length()?;
    fields.iter().all(|(_, data)| data.column_length() == Some(first)).then_some(first)
}

fn names(fields: &[Field]) -> String {
    fields.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
