//! From Rust, by serde: what has fields, and ndarray's arrays among it.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser};

use crate::data::{Data, Field, Number, Values};
use crate::error::ExchangeError;

/// How ndarray names its arrays and their fields.
pub(crate) const ARRAY: &str = "Array";
pub(crate) const ARRAY_FIELDS: [&str; 3] = ["v", "dim", "data"];

/// A struct or a map.
#[derive(Debug)]
pub(crate) struct Fields<W> {
    to: W,
    name: &'static str,
    collected: Vec<Field>,
    key: Cow<'static, str>,
    variant: Option<&'static str>,
}

impl<W: Serializer<Ok = Data, Error = ExchangeError> + Copy> Fields<W> {
    pub(crate) fn new(
        to: W,
        name: &'static str,
        length: usize,
        variant: Option<&'static str>,
    ) -> Self {
        Self { to, name, collected: Vec::with_capacity(length), key: Cow::Borrowed(""), variant }
    }

    fn add<T: Serialize + ?Sized>(
        &mut self,
        name: Cow<'static, str>,
        value: &T,
    ) -> Result<(), ExchangeError> {
        let value = value.serialize(self.to)?;
        self.collected.push((name, value));
        Ok(())
    }

    fn finish(self) -> Data {
        let data =
            if self.name == ARRAY { array(self.collected) } else { Data::Record(self.collected) };
        of_variant(self.variant, data)
    }
}

/// A variant with data is a record of one field.
pub(crate) fn of_variant(variant: Option<&'static str>, data: Data) -> Data {
    match variant {
        Some(name) => Data::Record(vec![(Cow::Borrowed(name), data)]),
        None => data,
    }
}

/// An array from ndarray's own record of it.
fn array(mut fields: Vec<Field>) -> Data {
    let Some(shape) = shape_of(&fields) else { return Data::Record(fields) };
    match fields.pop() {
        Some((_, Data::Numbers { values, .. })) => Data::Numbers { shape, values },
        last => {
            fields.extend(last);
            Data::Record(fields)
        }
    }
}

/// The shape of an array of numbers, if that is what these fields are.
fn shape_of(fields: &[Field]) -> Option<Vec<usize>> {
    let [_, (_, Data::Numbers { values: Values::Int(sides), .. }), (_, data)] = fields else {
        return None;
    };
    let shape: Option<Vec<usize>> = sides.iter().map(|side| usize::try_from(*side).ok()).collect();
    let is_array = fields.iter().map(|(name, _)| &name[..]).eq(ARRAY_FIELDS);
    shape.filter(|shape| is_array && data.column_length() == Some(shape.iter().product()))
}

impl<W: Serializer<Ok = Data, Error = ExchangeError> + Copy> ser::SerializeStruct for Fields<W> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ExchangeError> {
        self.add(Cow::Borrowed(name), value)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}

impl<W: Serializer<Ok = Data, Error = ExchangeError> + Copy> ser::SerializeStructVariant
    for Fields<W>
{
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ExchangeError> {
        self.add(Cow::Borrowed(name), value)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}

impl<W: Serializer<Ok = Data, Error = ExchangeError> + Copy> ser::SerializeMap for Fields<W> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ExchangeError> {
        self.key = Cow::Owned(match key.serialize(self.to)? {
            Data::Text(text) => text,
            Data::Number(Number::Int(number)) => number.to_string(),
            Data::Number(Number::Bool(value)) => value.to_string(),
            _ => return Err(ExchangeError::Key),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ExchangeError> {
        let key = std::mem::take(&mut self.key);
        self.add(key, value)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}
