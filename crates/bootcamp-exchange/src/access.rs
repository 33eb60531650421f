//! To Rust, by serde: the items of a list, the fields of a record, the variant of an enum.

use std::borrow::Cow;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::data::{Field, Values};
use crate::error::ExchangeError;
use crate::record::ARRAY_FIELDS;
use crate::view::{Parts, View};

/// The version of ndarray's own record of an array.
const ARRAY_VERSION: u8 = 1;

/// The items of a list.
#[derive(Debug)]
pub(crate) struct Sequence<'a> {
    parts: Parts<'a>,
    next: usize,
}

impl<'a> Sequence<'a> {
    pub(crate) fn new(parts: Parts<'a>) -> Self {
        Self { parts, next: 0 }
    }
}

impl<'a> SeqAccess<'a> for Sequence<'a> {
    type Error = ExchangeError;

    fn next_element_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ExchangeError> {
        if self.next == self.parts.length {
            return Ok(None);
        }
        let item = self.parts.get(self.next);
        self.next += 1;
        seed.deserialize(item).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.parts.length - self.next)
    }
}

/// The fields of a record, or of a line of a table.
#[derive(Debug)]
pub(crate) struct Map<'a> {
    of: View<'a>,
    fields: &'a [Field],
    next: usize,
}

impl<'a> Map<'a> {
    pub(crate) fn new(of: View<'a>, fields: &'a [Field]) -> Self {
        Self { of, fields, next: 0 }
    }
}

impl<'a> MapAccess<'a> for Map<'a> {
    type Error = ExchangeError;

    fn next_key_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ExchangeError> {
        let Some((name, _)) = self.fields.get(self.next) else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, ExchangeError> {
        let field = &self.fields[self.next];
        self.next += 1;
        let value = seed.deserialize(self.of.field(field));
        value.map_err(|why| ExchangeError::Other(format!("{why} for `{}`", field.0)))
    }
}

/// An array, as ndarray's own record of it.
#[derive(Debug)]
pub(crate) struct Array<'a> {
    shape: Vec<usize>,
    numbers: Flat<'a>,
    next: usize,
}

impl<'a> Array<'a> {
    pub(crate) fn new(of: View<'a>) -> Result<Self, ExchangeError> {
        let (shape, values, at) = match (of.array(), of.number()) {
            (Some((shape, values, at)), _) => (shape.to_vec(), Cow::Borrowed(values), at),
            (None, Some(number)) => (vec![1], Cow::Owned(Values::of(number)), 0),
            (None, None) => {
                return Err(ExchangeError::Other("an array of numbers was wanted".to_owned()));
            }
        };
        let end = at + shape.iter().product::<usize>();
        Ok(Self { shape, numbers: Flat { values, at, end }, next: 0 })
    }
}

impl<'a> MapAccess<'a> for Array<'a> {
    type Error = ExchangeError;

    fn next_key_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ExchangeError> {
        let Some(name) = ARRAY_FIELDS.get(self.next) else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, ExchangeError> {
        self.next += 1;
        match self.next {
            1 => seed.deserialize(ARRAY_VERSION.into_deserializer()),
            2 => seed.deserialize(SeqDeserializer::new(self.shape.iter().copied())),
            _ => seed.deserialize(&mut self.numbers),
        }
    }
}

/// The numbers of an array, one after the other.
#[derive(Debug)]
struct Flat<'a> {
    values: Cow<'a, Values>,
    at: usize,
    end: usize,
}

impl<'de> Deserializer<'de> for &mut Flat<'de> {
    type Error = ExchangeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        visitor.visit_seq(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'a> SeqAccess<'a> for Flat<'a> {
    type Error = ExchangeError;

    fn next_element_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ExchangeError> {
        if self.at == self.end {
            return Ok(None);
        }
        let number = self.values.get(self.at);
        self.at += 1;
        seed.deserialize(View::Number(number)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end - self.at)
    }
}

/// A variant that holds something: a record of one field.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    of: View<'a>,
    field: &'a Field,
}

impl<'a> Variant<'a> {
    pub(crate) fn new(of: View<'a>, field: &'a Field) -> Self {
        Self { of, field }
    }
}

impl<'a> EnumAccess<'a> for Variant<'a> {
    type Error = ExchangeError;
    type Variant = View<'a>;

    fn variant_seed<S: DeserializeSeed<'a>>(
        self,
        seed: S,
    ) -> Result<(S::Value, View<'a>), ExchangeError> {
        let name: StrDeserializer<'_, ExchangeError> = StrDeserializer::new(&self.field.0);
        let name = seed.deserialize(name)?;
        Ok((name, self.of.field(self.field)))
    }
}

impl<'a> VariantAccess<'a> for View<'a> {
    type Error = ExchangeError;

    fn unit_variant(self) -> Result<(), ExchangeError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(
        self,
        seed: S,
    ) -> Result<S::Value, ExchangeError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'a>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        self.deserialize_map(visitor)
    }
}
