//! A list that is being collected: in columns, for as long as its items are alike.

use std::borrow::Cow;
use std::mem;

use crate::data::{Data, Field, Number, Values};

#[derive(Debug, Default)]
pub(crate) enum Items {
    #[default]
    Empty,
    /// So many times nothing.
    Missing(usize),
    Numbers(Values),
    Texts(Vec<String>),
    /// Arrays of one shape.
    Arrays {
        count: usize,
        shape: Vec<usize>,
        values: Values,
    },
    Records {
        count: usize,
        names: Vec<Cow<'static, str>>,
        columns: Vec<Items>,
    },
    /// What has nothing in common.
    Mixed(Vec<Data>),
}

impl Items {
    pub(crate) fn push(&mut self, item: Data) {
        if !self.takes(&item) {
            *self = Self::Mixed(mem::take(self).into_list());
        }
        match (&mut *self, item) {
            (Self::Empty, item) => *self = Self::begin(item),
            (Self::Missing(count), Data::None) => *count += 1,
            (Self::Missing(count), Data::Number(number)) => {
                let mut values = missing(*count);
                values.push(number);
                *self = Self::Numbers(values);
            }
            (Self::Numbers(values), Data::Number(number)) => values.push(number),
            (Self::Numbers(values), Data::None) => values.push(MISSING),
            (Self::Texts(texts), Data::Text(text)) => texts.push(text),
            (Self::Arrays { count, values, .. }, Data::Numbers { values: more, .. }) => {
                *count += 1;
                match (&mut *values, &more) {
                    (Values::Float(values), Values::Float(more)) => values.extend(more),
                    _ => (0..more.len()).for_each(|index| values.push(more.get(index))),
                }
            }
            (Self::Records { count, columns, .. }, Data::Record(fields)) => {
                *count += 1;
                for (column, (_, item)) in columns.iter_mut().zip(fields) {
                    column.push(item);
                }
            }
            (Self::Mixed(items), item) => items.push(item),
            (_, item) => *self = Self::Mixed(vec![item]),
        }
    }

    /// Whether an item is like those before it.
    fn takes(&self, item: &Data) -> bool {
        match (self, item) {
            (Self::Empty | Self::Mixed(_), _)
            | (Self::Texts(_), Data::Text(_))
            | (Self::Missing(_), Data::None) => true,
            (Self::Missing(_), Data::Number(number)) => missing(0).takes(*number),
            (Self::Numbers(values), Data::Number(number)) => values.takes(*number),
            (Self::Numbers(values), Data::None) => values.takes(MISSING),
            (Self::Arrays { shape, values, .. }, Data::Numbers { shape: other, values: more }) => {
                shape == other && values.takes_all(more)
            }
            (Self::Records { names, columns, .. }, Data::Record(fields)) => {
                let alike = |(column, (name, (other, item))): (&Self, (&_, &Field))| {
                    // A column in which something is missing is a list.
                    name == other && is_scalar(item) && (column.takes(item) || column.misses(item))
                };
                names.len() == fields.len()
                    && columns.iter().zip(names.iter().zip(fields)).all(alike)
            }
            _ => false,
        }
    }

    /// Whether an item is missing among those before it, or the first after missing ones.
    fn misses(&self, item: &Data) -> bool {
        matches!((self, item), (Self::Missing(_), _) | (_, Data::None))
    }

    fn begin(item: Data) -> Self {
        match item {
            Data::Number(number) => Self::Numbers(Values::of(number)),
            Data::None => Self::Missing(1),
            Data::Text(text) => Self::Texts(vec![text]),
            Data::Numbers { shape, values } => Self::Arrays { count: 1, shape, values },
            Data::Record(fields)
                if !fields.is_empty() && fields.iter().all(|(_, item)| is_scalar(item)) =>
            {
                let (names, items): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
                let columns = items.into_iter().map(Self::begin).collect();
                Self::Records { count: 1, names, columns }
            }
            item => Self::Mixed(vec![item]),
        }
    }

    pub(crate) fn finish(self) -> Data {
        match self {
            Self::Empty => Data::Numbers { shape: vec![0], values: Values::Float(Vec::new()) },
            Self::Missing(count) => Data::Numbers { shape: vec![count], values: missing(count) },
            Self::Numbers(values) => Data::Numbers { shape: vec![values.len()], values },
            Self::Texts(texts) => Data::Texts(texts),
            Self::Arrays { count, mut shape, values } => {
                shape.insert(0, count);
                Data::Numbers { shape, values }
            }
            Self::Records { names, columns, .. } => {
                Data::Table(names.into_iter().zip(columns.into_iter().map(Self::finish)).collect())
            }
            Self::Mixed(items) => Data::List(items),
        }
    }

    fn into_list(self) -> Vec<Data> {
        match self {
            Self::Empty => Vec::new(),
            Self::Missing(count) => vec![Data::None; count],
            Self::Numbers(values) => {
                (0..values.len()).map(|index| Data::Number(values.get(index))).collect()
            }
            Self::Texts(texts) => texts.into_iter().map(Data::Text).collect(),
            Self::Arrays { count, shape, values } => {
                let length = shape.iter().product::<usize>();
                let part = |index: usize| {
                    let part = match &values {
                        Values::Bool(all) => Values::Bool(all[index * length..][..length].to_vec()),
                        Values::Int(all) => Values::Int(all[index * length..][..length].to_vec()),
                        Values::Float(all) => {
                            Values::Float(all[index * length..][..length].to_vec())
                        }
                    };
                    Data::Numbers { shape: shape.clone(), values: part }
                };
                (0..count).map(part).collect()
            }
            Self::Records { names, columns, .. } => {
                let mut rows: Vec<Vec<Field>> = Vec::new();
                for (name, column) in names.into_iter().zip(columns) {
                    for (index, item) in column.into_list().into_iter().enumerate() {
                        if rows.len() == index {
                            rows.push(Vec::new());
                        }
                        rows[index].push((name.clone(), item));
                    }
                }
                rows.into_iter().map(Data::Record).collect()
            }
            Self::Mixed(items) => items,
        }
    }
}

/// What is missing among numbers, as R and numpy have it.
const MISSING: Number = Number::Float(f64::NAN);

fn missing(count: usize) -> Values {
    Values::Float(vec![f64::NAN; count])
}

fn is_scalar(item: &Data) -> bool {
    matches!(item, Data::None | Data::Number(_) | Data::Text(_))
}
