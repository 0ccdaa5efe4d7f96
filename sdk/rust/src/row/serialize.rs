//! From a struct to a row. The outer struct's fields are columns; each field is one value.

use std::borrow::Cow;

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};
use serde_json::Value as Json;
use serde_json::value::Serializer as JsonSerializer;

use super::Row;
use super::deserialize::{Fault, STRUCTURE};
use crate::Value;

pub(super) fn row<T: Serialize + ?Sized>(object: &T) -> Result<Row, Fault> {
    object.serialize(RowSerializer)
}

struct RowSerializer;

struct Columns {
    row: Row,
    name: Option<String>,
}

impl Columns {
    fn sized(len: usize) -> Self {
        Self {
            row: Row {
                columns: Vec::with_capacity(len),
                values: Vec::with_capacity(len),
            },
            name: None,
        }
    }

    fn add<T: Serialize + ?Sized>(&mut self, name: Cow<'static, str>, value: &T) -> Result<(), Fault> {
        let value = value
            .serialize(ValueSerializer)
            .map_err(|cause| Fault(format!("{name}: {cause}")))?;
        self.row.push(name, value);
        Ok(())
    }
}

impl SerializeStruct for Columns {
    type Ok = Row;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        self.add(Cow::Borrowed(name), value)
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), Fault> {
        self.row.push(name, Value::Absent);
        Ok(())
    }

    fn end(self) -> Result<Row, Fault> {
        Ok(self.row)
    }
}

impl SerializeMap for Columns {
    type Ok = Row;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        match key.serialize(ValueSerializer)? {
            Value::Text(name) => self.name = Some(name),
            _ => return Err(Fault("a column's name is no text".into())),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let name = self
            .name
            .take()
            .ok_or_else(|| Fault("a value without a column".into()))?;
        self.add(Cow::Owned(name), value)
    }

    fn end(self) -> Result<Row, Fault> {
        Ok(self.row)
    }
}

/// Everything but a struct, a map and what wraps them is refused.
macro_rules! refuse {
    ($ok:ty, $why:literal: $($method:ident($($ty:ty),*))*) => {
        $(fn $method(self $(, _: $ty)*) -> Result<$ok, Fault> { Err(Fault($why.into())) })*
    };
}

impl Serializer for RowSerializer {
    type Ok = Row;
    type Error = Fault;
    type SerializeSeq = Impossible<Row, Fault>;
    type SerializeTuple = Impossible<Row, Fault>;
    type SerializeTupleStruct = Impossible<Row, Fault>;
    type SerializeTupleVariant = Impossible<Row, Fault>;
    type SerializeMap = Columns;
    type SerializeStruct = Columns;
    type SerializeStructVariant = Impossible<Row, Fault>;

    refuse!(Row, "it is no struct":
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_f32(f32) serialize_f64(f64)
        serialize_char(char) serialize_str(&str) serialize_bytes(&[u8]) serialize_none() serialize_unit()
        serialize_unit_struct(&'static str) serialize_unit_variant(&'static str, u32, &'static str));

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Row, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Row, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Row, Fault> {
        value.serialize(self)
    }

    refuse!(Impossible<Row, Fault>, "it is no struct":
        serialize_seq(Option<usize>) serialize_tuple(usize) serialize_tuple_struct(&'static str, usize)
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
        serialize_struct_variant(&'static str, u32, &'static str, usize));

    fn serialize_map(self, len: Option<usize>) -> Result<Columns, Fault> {
        Ok(Columns::sized(len.unwrap_or_default()))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Columns, Fault> {
        Ok(Columns::sized(len))
    }
}

/// One field's value.
struct ValueSerializer;

/// Something nested, built as JSON.
struct Nested<S>(S);

/// A list of texts is texts, an empty list is nothing, everything else nested is a structure.
fn nested(json: Json) -> Value {
    match json {
        Json::Array(elements) if elements.iter().all(Json::is_string) => {
            let texts = elements.into_iter().filter_map(|element| match element {
                Json::String(text) => Some(text),
                _ => None,
            });
            Value::from(texts.collect::<Vec<_>>())
        }
        json => Value::Structure(json.to_string()),
    }
}

macro_rules! nest {
    ($($trait:ident: $method:ident($($arg:ident: $ty:ty),*))*) => {
        $(impl<S: ser::$trait<Ok = Json, Error = serde_json::Error>> ser::$trait for Nested<S> {
            type Ok = Value;
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, $($arg: $ty,)* value: &T) -> Result<(), Fault> {
                self.0.$method($($arg,)* value).map_err(Fault::of)
            }

            fn end(self) -> Result<Value, Fault> {
                self.0.end().map(nested).map_err(Fault::of)
            }
        })*
    };
}

nest! {
    SerializeSeq: serialize_element()
    SerializeTuple: serialize_element()
    SerializeTupleStruct: serialize_field()
    SerializeTupleVariant: serialize_field()
    SerializeStruct: serialize_field(name: &'static str)
    SerializeStructVariant: serialize_field(name: &'static str)
}

impl<S: SerializeMap<Ok = Json, Error = serde_json::Error>> SerializeMap for Nested<S> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.0.serialize_key(key).map_err(Fault::of)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.0.serialize_value(value).map_err(Fault::of)
    }

    fn end(self) -> Result<Value, Fault> {
        self.0.end().map(nested).map_err(Fault::of)
    }
}

macro_rules! whole {
    ($($method:ident: $ty:ty)*) => {
        $(fn $method(self, number: $ty) -> Result<Value, Fault> {
            i64::try_from(number).map(Value::Integer).map_err(|_| Fault(format!("{number} is too large")))
        })*
    };
}

macro_rules! delegate {
    ($($method:ident($($arg:ident: $ty:ty),*): $nested:ident)*) => {
        $(fn $method(self, $($arg: $ty),*) -> Result<Nested<<JsonSerializer as Serializer>::$nested>, Fault> {
            JsonSerializer.$method($($arg),*).map(Nested).map_err(Fault::of)
        })*
    };
}

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = Fault;
    type SerializeSeq = Nested<<JsonSerializer as Serializer>::SerializeSeq>;
    type SerializeTuple = Nested<<JsonSerializer as Serializer>::SerializeTuple>;
    type SerializeTupleStruct = Nested<<JsonSerializer as Serializer>::SerializeTupleStruct>;
    type SerializeTupleVariant = Nested<<JsonSerializer as Serializer>::SerializeTupleVariant>;
    type SerializeMap = Nested<<JsonSerializer as Serializer>::SerializeMap>;
    type SerializeStruct = Nested<<JsonSerializer as Serializer>::SerializeStruct>;
    type SerializeStructVariant = Nested<<JsonSerializer as Serializer>::SerializeStructVariant>;

    whole!(serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64);

    refuse!(Value, "a value is a whole number or a text, not a fraction": serialize_f32(f32) serialize_f64(f64));

    fn serialize_bool(self, truth: bool) -> Result<Value, Fault> {
        Ok(Value::Boolean(truth))
    }

    fn serialize_char(self, letter: char) -> Result<Value, Fault> {
        Ok(Value::Text(letter.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, Fault> {
        Ok(Value::from(text))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Fault> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn serialize_none(self) -> Result<Value, Fault> {
        Ok(Value::Absent)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Fault> {
        Ok(Value::Absent)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Fault> {
        Ok(Value::Absent)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Fault> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, Fault> {
        if name == STRUCTURE {
            return serde_json::to_string(value)
                .map(Value::Structure)
                .map_err(Fault::of);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Fault> {
        JsonSerializer
            .serialize_newtype_variant(name, index, variant, value)
            .map(nested)
            .map_err(Fault::of)
    }

    delegate! {
        serialize_seq(len: Option<usize>): SerializeSeq
        serialize_tuple(len: usize): SerializeTuple
        serialize_tuple_struct(name: &'static str, len: usize): SerializeTupleStruct
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize): SerializeTupleVariant
        serialize_map(len: Option<usize>): SerializeMap
        serialize_struct(name: &'static str, len: usize): SerializeStruct
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize):
            SerializeStructVariant
    }
}
