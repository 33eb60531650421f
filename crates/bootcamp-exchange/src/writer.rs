//! From Rust, by serde: what a value is made of.

use std::cell::Cell;

use serde::{Serialize, Serializer, ser};

use crate::data::{Data, Number};
use crate::error::ExchangeError;
use crate::format::{MOST, SEPARATOR};
use crate::items::Items;
use crate::record::{Fields, of_variant};

/// What a number takes.
const NUMBER: usize = 8;

/// What a value is made of.
pub(crate) fn data_of<T: Serialize + ?Sized>(value: &T) -> Result<Data, ExchangeError> {
    value.serialize(Writer { left: &Cell::new(MOST) })
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    /// How many bytes there may still be.
    left: &'a Cell<usize>,
}

impl Writer<'_> {
    fn spend(self, bytes: usize) -> Result<(), ExchangeError> {
        let left = self.left.get().checked_sub(bytes).ok_or(ExchangeError::TooLarge)?;
        self.left.set(left);
        Ok(())
    }

    fn number(self, number: Number) -> Result<Data, ExchangeError> {
        self.spend(NUMBER)?;
        Ok(Data::Number(number))
    }

    fn items(
        self,
        length: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<List<Self>, ExchangeError> {
        // A vector of 2 GB is refused before it is copied.
        if length.unwrap_or(0) > self.left.get() / NUMBER {
            return Err(ExchangeError::TooLarge);
        }
        Ok(List { to: self, items: Items::default(), variant })
    }
}

/// A sequence, a tuple, or an enum's variant that is one.
#[derive(Debug)]
pub(crate) struct List<W> {
    to: W,
    items: Items,
    variant: Option<&'static str>,
}

impl List<Writer<'_>> {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ExchangeError> {
        self.items.push(item.serialize(self.to)?);
        Ok(())
    }

    fn finish(self) -> Data {
        of_variant(self.variant, self.items.finish())
    }
}

impl<'a> Serializer for Writer<'a> {
    type Ok = Data;
    type Error = ExchangeError;
    type SerializeSeq = List<Writer<'a>>;
    type SerializeTuple = List<Writer<'a>>;
    type SerializeTupleStruct = List<Writer<'a>>;
    type SerializeTupleVariant = List<Writer<'a>>;
    type SerializeMap = Fields<Self>;
    type SerializeStruct = Fields<Self>;
    type SerializeStructVariant = Fields<Self>;

    fn serialize_bool(self, value: bool) -> Result<Data, ExchangeError> {
        self.number(Number::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Data, ExchangeError> {
        self.number(Number::Int(value))
    }

    fn serialize_i128(self, value: i128) -> Result<Data, ExchangeError> {
        let small = i64::try_from(value).map_err(|_| ExchangeError::Integer(value.to_string()))?;
        self.serialize_i64(small)
    }

    fn serialize_u8(self, value: u8) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Data, ExchangeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Data, ExchangeError> {
        self.serialize_i128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<Data, ExchangeError> {
        let small = i64::try_from(value).map_err(|_| ExchangeError::Integer(value.to_string()))?;
        self.serialize_i64(small)
    }

    fn serialize_f32(self, value: f32) -> Result<Data, ExchangeError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Data, ExchangeError> {
        self.number(Number::Float(value))
    }

    fn serialize_char(self, value: char) -> Result<Data, ExchangeError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Data, ExchangeError> {
        self.spend(value.len())?;
        if value.contains(SEPARATOR) {
            return Err(ExchangeError::Separator);
        }
        Ok(Data::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Data, ExchangeError> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<Data, ExchangeError> {
        Ok(Data::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Data, ExchangeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Data, ExchangeError> {
        Ok(Data::None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Data, ExchangeError> {
        Ok(Data::None)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Data, ExchangeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Data, ExchangeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Data, ExchangeError> {
        Ok(of_variant(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, ExchangeError> {
        self.items(length, None)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, ExchangeError> {
        self.items(Some(length), None)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, ExchangeError> {
        self.items(Some(length), None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, ExchangeError> {
        self.items(Some(length), Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, ExchangeError> {
        Ok(Fields::new(self, "", 0, None))
    }

    fn serialize_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStruct, ExchangeError> {
        Ok(Fields::new(self, name, length, None))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, ExchangeError> {
        Ok(Fields::new(self, name, length, Some(variant)))
    }
}

impl ser::SerializeSeq for List<Writer<'_>> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ExchangeError> {
        self.push(item)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}

impl ser::SerializeTuple for List<Writer<'_>> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ExchangeError> {
        self.push(item)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleStruct for List<Writer<'_>> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ExchangeError> {
        self.push(item)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleVariant for List<Writer<'_>> {
    type Ok = Data;
    type Error = ExchangeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ExchangeError> {
        self.push(item)
    }

    fn end(self) -> Result<Data, ExchangeError> {
        Ok(self.finish())
    }
}
