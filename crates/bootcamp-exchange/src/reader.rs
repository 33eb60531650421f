//! To Rust, by serde: a value as the type that is wanted.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use crate::access::{Array, Map, Sequence, Variant};
use crate::data::{Data, EXACT, Number};
use crate::error::ExchangeError;
use crate::record::{ARRAY, ARRAY_FIELDS};
use crate::view::View;

/// A value as the type that is wanted.
pub(crate) fn fit<T: DeserializeOwned>(data: &Data) -> Result<T, ExchangeError> {
    T::deserialize(View::Whole(data))
}

/// Whole numbers of other languages are floats.
fn whole(value: f64) -> Option<i64> {
    let is_whole = value.fract() == 0.0 && value.abs() <= EXACT as f64;
    is_whole.then_some(value as i64)
}

fn other(wanted: &str) -> ExchangeError {
    ExchangeError::Other(format!("{wanted} was wanted"))
}

impl<'a> View<'a> {
    fn integer<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        match self.number() {
            Some(Number::Int(value)) => visitor.visit_i64(value),
            Some(Number::Float(value)) => match whole(value) {
                Some(value) => visitor.visit_i64(value),
                None => Err(other(&format!("an integer and not {value}"))),
            },
            Some(Number::Bool(_)) | None => Err(other("an integer")),
        }
    }

    fn float<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        match self.number() {
            Some(number @ (Number::Int(_) | Number::Float(_))) => {
                visitor.visit_f64(number.to_float())
            }
            Some(Number::Bool(_)) | None => Err(other("a number")),
        }
    }

    fn string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        visitor.visit_str(self.text().ok_or_else(|| other("a text"))?)
    }

    fn sequence<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        let parts = self.items().ok_or_else(|| other("a list"))?;
        visitor.visit_seq(Sequence::new(parts))
    }

    /// Items for so many places: what is left over would be lost.
    fn tuple<V: Visitor<'a>>(self, places: usize, visitor: V) -> Result<V::Value, ExchangeError> {
        let length = self.items().map_or(0, |parts| parts.length);
        if length > places {
            return Err(other(&format!("a list of {places} items and not of {length}")));
        }
        self.sequence(visitor)
    }

    fn map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        let fields = self.fields().ok_or_else(|| other("a record"))?;
        visitor.visit_map(Map::new(self, fields))
    }
}

macro_rules! as_integer {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
            self.integer(visitor)
        }
    )*};
}

impl<'a> Deserializer<'a> for View<'a> {
    type Error = ExchangeError;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        match self {
            View::Whole(Data::None) => visitor.visit_unit(),
            View::Whole(Data::Record(_)) | View::Row(..) => self.map(visitor),
            View::Number(number) | View::Whole(&Data::Number(number)) => match number {
                Number::Bool(value) => visitor.visit_bool(value),
                Number::Int(value) => visitor.visit_i64(value),
                Number::Float(value) => visitor.visit_f64(value),
            },
            View::Text(text) => visitor.visit_str(text),
            View::Whole(Data::Text(text)) => visitor.visit_str(text),
            View::Whole(_) | View::Array(..) => self.sequence(visitor),
        }
    }

    as_integer! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        match self.number() {
            Some(Number::Bool(value)) => visitor.visit_bool(value),
            _ => Err(other("a bool")),
        }
    }

    fn deserialize_f32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.float(visitor)
    }

    fn deserialize_f64<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.float(visitor)
    }

    fn deserialize_char<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.string(visitor)
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.sequence(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.sequence(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        if self.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.sequence(visitor)
    }

    fn deserialize_tuple<V: Visitor<'a>>(
        self,
        places: usize,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        self.tuple(places, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        places: usize,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        self.tuple(places, visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        if name == ARRAY && fields == ARRAY_FIELDS {
            return visitor.visit_map(Array::new(self)?);
        }
        // A row of a matrix may be a point.
        if self.fields().is_some() { self.map(visitor) } else { self.tuple(fields.len(), visitor) }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        match (self.text(), self.fields()) {
            (Some(text), _) => visitor.visit_enum(StrDeserializer::new(text)),
            (None, Some([field])) => visitor.visit_enum(Variant::new(self, field)),
            _ => Err(other("the name of a variant, or a record of one field,")),
        }
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ExchangeError> {
        self.string(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(
        self,
        visitor: V,
    ) -> Result<V::Value, ExchangeError> {
        visitor.visit_unit()
    }
}
