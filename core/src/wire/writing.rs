//! From one of our types to JSON text.
//!
//! `serde_json` writes the same, and every number besides: its tables and code for fractions weigh
//! more than all of this, and nothing that browsers write has one.

use serde::Serialize;

use crate::prelude::*;
use core::fmt;
use serde::ser::{
    Error, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};

/// The value holds what not every reader reads as it was meant: a fraction, or a whole number
/// beyond ±(2⁵³ - 1). Or it is of a kind that nothing of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritable;

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value is not exact in every reader")
    }
}

impl core::error::Error for Unwritable {}

impl Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Writes `value` as compact JSON.
///
/// # Errors
///
/// [`Unwritable`] for a number that is not exact in every reader.
pub fn write<T: Serialize>(value: &T) -> Result<String, Unwritable> {
    let mut writer = Writer(Vec::new());
    value.serialize(&mut writer)?;
    // Whole texts went in, and between them signs of one byte.
    String::from_utf8(writer.0).map_err(|_| Unwritable)
}

/// The text so far, as bytes: a sign that is put to a `String` is looked at first.
struct Writer(Vec<u8>);

impl Writer {
    fn string(&mut self, text: &str) {
        self.0.push(b'"');
        let mut rest = text.as_bytes();
        // What has to be quoted is rare, and what is between is copied as a whole.
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')) {
            let (plain, from) = rest.split_at(end);
            self.0.extend_from_slice(plain);
            let Some((byte, behind)) = from.split_first() else { break };
            self.quoted(*byte);
            rest = behind;
        }
        self.0.extend_from_slice(rest);
        self.0.push(b'"');
    }

    fn quoted(&mut self, byte: u8) {
        if byte >= b' ' {
            self.0.extend([b'\\', byte]);
            return;
        }
        let last = byte & 15;
        let last = last.wrapping_add(if last < 10 { b'0' } else { b'a'.wrapping_sub(10) });
        self.text("\\u00");
        self.0.extend([if byte < 16 { b'0' } else { b'1' }, last]);
    }

    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn whole(&mut self, number: i64) -> Result<(), Unwritable> {
        const EXACT_MAX: u64 = (1 << 53) - 1;
        if number.unsigned_abs() > EXACT_MAX {
            return Err(Unwritable);
        }
        self.text(&number.to_string());
        Ok(())
    }

    /// Begins another item or member: after the first one a comma stands before it.
    fn next(&mut self) {
        if !self.0.last().is_some_and(|last| matches!(last, b'[' | b'{')) {
            self.0.push(b',');
        }
    }

    fn opened(&mut self, bracket: u8) -> &mut Self {
        self.0.push(bracket);
        self
    }
}

/// Kinds that are written like another one, or not at all.
macro_rules! kinds {
    ($($method:ident($type:ty) as $other:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Unwritable> {
            self.$other(value.try_into().map_err(|_| Unwritable)?)
        }
    )*};
    ($($method:ident($($type:ty),*) -> $written:ty;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$written, Unwritable> {
            Err(Unwritable)
        }
    )*};
}

type Never = Impossible<(), Unwritable>;

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    kinds! {
        serialize_i8(i8) as whole;
        serialize_i16(i16) as whole;
        serialize_i32(i32) as whole;
        serialize_i64(i64) as whole;
        serialize_u8(u8) as whole;
        serialize_u16(u16) as whole;
        serialize_u32(u32) as whole;
        serialize_u64(u64) as whole;
    }

    kinds! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        self.text(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unwritable> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unwritable> {
        self.string(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.text("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.text("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unwritable> {
        self.text("null");
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
    ) -> Result<(), Unwritable> {
        self.string(word);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        let writer = self.opened(b'{');
        SerializeStruct::serialize_field(&mut &mut *writer, word, value)?;
        SerializeStruct::end(writer)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self.opened(b'['))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self.opened(b'['))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self.opened(b'{'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self.opened(b'{'))
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
        self.next();
        item.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.0.push(b']');
        Ok(())
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
        SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Result<(), Unwritable> {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unwritable> {
        self.next();
        name.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.0.push(b':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.0.push(b'}');
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        SerializeMap::serialize_entry(self, name, value)
    }

    fn end(self) -> Result<(), Unwritable> {
        SerializeMap::end(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Term;
    use crate::wire::{Answered, Outcome};
    use serde_json::{Value, json};

    #[track_caller]
    fn check_same<T: Serialize>(value: &T) {
        let read: Value = serde_json::from_str(&write(value).unwrap()).unwrap();
        assert_eq!(read, serde_json::to_value(value).unwrap());
    }

    #[test]
    fn what_is_written_reads_as_what_serde_json_writes() {
        check_same(&json!({
            "empty": {}, "none": null, "list": [[], [1, -2], [{ "a": true }, false]], "ö": "a…b",
            "quotes": "\"\\/", "controls": "\u{0}\u{8}\t\r\n\u{1f} \u{7f}\u{2028}",
            "largest": 9_007_199_254_740_991_u64, "smallest": -9_007_199_254_740_991_i64,
        }));
        check_same(&Outcome::unrecognized());
        check_same(&Answered { ok: true, uses_limit: Some(None), ..Answered::default() });
        check_same(&Term::Months(3));
        check_same(&(Some(()), 'x', 7_u8, -7_i8));
    }

    #[test]
    fn a_number_that_is_not_exact_everywhere_is_not_written() {
        for number in [json!(1.5), json!(1_u64 << 53), json!(-(1_i64 << 53)), json!(u64::MAX)] {
            assert_eq!(write(&json!({ "number": [number] })), Err(Unwritable), "{number}");
        }
    }
}
