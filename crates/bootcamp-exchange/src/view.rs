//! A look at a part of a value: as a number, as items, as fields.

use crate::data::{Data, Field, Number, Values, table_length};

/// A part of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View<'a> {
    Whole(&'a Data),
    Number(Number),
    Text(&'a str),
    /// A part of an array: its shape, the numbers, and where it begins.
    Array(&'a [usize], &'a Values, usize),
    /// A line of a table.
    Row(&'a [Field], usize),
}

/// The items of a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    of: View<'a>,
    pub(crate) length: usize,
}

impl<'a> View<'a> {
    pub(crate) fn number(self) -> Option<Number> {
        match self {
            View::Number(number) => Some(number),
            View::Whole(Data::Number(number)) => Some(*number),
            // A vector of one is a number in R, and an array of one often is in numpy.
            View::Whole(Data::Numbers { values, .. }) if values.len() == 1 => Some(values.get(0)),
            View::Array(shape, values, at) if shape.iter().product::<usize>() == 1 => {
                Some(values.get(at))
            }
            _ => None,
        }
    }

    pub(crate) fn text(self) -> Option<&'a str> {
        match self {
            View::Text(text) => Some(text),
            View::Whole(Data::Text(text)) => Some(text),
            View::Whole(Data::Texts(texts)) if texts.len() == 1 => Some(&texts[0]),
            _ => None,
        }
    }

    /// The array that it is: its shape, the numbers, and where it begins.
    pub(crate) fn array(self) -> Option<(&'a [usize], &'a Values, usize)> {
        match self {
            View::Whole(Data::Numbers { shape, values }) => Some((shape, values, 0)),
            View::Array(shape, values, at) => Some((shape, values, at)),
            _ => None,
        }
    }

    pub(crate) fn is_none(self) -> bool {
        // R and numpy have no other way to say so among numbers.
        matches!(self, View::Whole(Data::None))
            || matches!(self.number(), Some(Number::Float(value)) if value.is_nan())
    }

    /// What it is as a list. One value is a list of one.
    pub(crate) fn items(self) -> Option<Parts<'a>> {
        let length = match self {
            View::Whole(Data::None) => 0,
            View::Whole(Data::Texts(texts)) => texts.len(),
            View::Whole(Data::List(items)) => items.len(),
            View::Whole(Data::Table(columns)) => table_length(columns).unwrap_or(0),
            // Octave's columns are fields of a struct.
            View::Whole(Data::Record(fields)) => table_length(fields)?,
            View::Whole(Data::Numbers { shape, .. }) => shape.first().copied().unwrap_or(1),
            View::Array(shape, ..) => shape.first().copied().unwrap_or(1),
            View::Whole(Data::Number(_) | Data::Text(_)) => 1,
            // The only item of such a list is no list again.
            View::Number(_) | View::Text(_) => return None,
            View::Row(fields, _) => fields.len(),
        };
        Some(Parts { of: self, length })
    }

    /// How many fields it has.
    pub(crate) fn fields(self) -> Option<&'a [Field]> {
        match self {
            View::Whole(Data::Record(fields) | Data::Table(fields)) => Some(fields),
            View::Row(fields, _) => Some(fields),
            _ => None,
        }
    }

    /// The value of a field.
    pub(crate) fn field(self, field: &'a Field) -> View<'a> {
        match self {
            View::Row(_, row) => item_of_column(&field.1, row),
            _ => View::Whole(&field.1),
        }
    }
}

impl<'a> Parts<'a> {
    pub(crate) fn get(self, index: usize) -> View<'a> {
        match self.of {
            View::Whole(Data::Texts(texts)) => View::Text(&texts[index]),
            View::Whole(Data::List(items)) => View::Whole(&items[index]),
            View::Whole(Data::Table(columns) | Data::Record(columns)) => View::Row(columns, index),
            View::Whole(Data::Numbers { shape, values }) => part(shape, values, 0, index),
            View::Array(shape, values, at) => part(shape, values, at, index),
            View::Row(fields, row) => item_of_column(&fields[index].1, row),
            View::Whole(Data::Number(number)) => View::Number(*number),
            View::Whole(Data::Text(text)) => View::Text(text),
            one => one,
        }
    }
}

fn part<'a>(shape: &'a [usize], values: &'a Values, at: usize, index: usize) -> View<'a> {
    match shape {
        [] | [_] => View::Number(values.get(at + index)),
        [_, inner @ ..] => View::Array(inner, values, at + index * inner.iter().product::<usize>()),
    }
}

fn item_of_column(column: &Data, row: usize) -> View<'_> {
    match column {
        Data::Numbers { values, .. } => View::Number(values.get(row)),
        Data::Texts(texts) => View::Text(&texts[row]),
        Data::List(items) => View::Whole(&items[row]),
        other => View::Whole(other),
    }
}
