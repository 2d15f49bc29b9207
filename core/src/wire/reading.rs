//! From a JSON value to one of our types.
//!
//! `serde_json::from_value` does the same and says what was wrong in words; the code that makes
//! those words, once for each type, was half of the module that browsers load. Whoever answers a
//! network's bytes needs no words, and the parameters of a call are read elsewhere, with them.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Value, map};
use std::fmt;
use std::vec;

/// The value is not of the type asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The member that is missing, where that is what is wrong.
    pub missing: Option<&'static str>,
}

const WRONG: Unreadable = Unreadable { missing: None };

/// Reads `value` as a `T`.
///
/// # Errors
///
/// [`Unreadable`] when it is none.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    T::deserialize(Reader(value))
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.missing {
            Some(member) => write!(f, "`{member}` is missing"),
            None => f.write_str("a member has the wrong form"),
        }
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        WRONG
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        WRONG
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        WRONG
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        WRONG
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        WRONG
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field) }
    }
}

struct Reader(Value);

impl<'de> Deserializer<'de> for Reader {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().ok_or(WRONG)?),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(members) => {
                visitor.visit_map(Members { left: members.into_iter(), value: Value::Null })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    // What follows accepts one kind of value each, so that no other way is compiled for a type.

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Value::Object(members) = self.0 else { return Err(WRONG) };
        visitor.visit_map(Members { left: members.into_iter(), value: Value::Null })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Value::Array(items) = self.0 else { return Err(WRONG) };
        visitor.visit_seq(Items(items.into_iter()))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Value::String(text) = self.0 else { return Err(WRONG) };
        visitor.visit_string(text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(WRONG)?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.0.as_u64().ok_or(WRONG)?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.0.as_i64().ok_or(WRONG)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, value: None }),
            Value::Object(members) => {
                let mut members = members.into_iter();
                match (members.next(), members.next()) {
                    (Some((name, value)), None) => {
                        visitor.visit_enum(Variant { name, value: Some(value) })
                    }
                    _ => Err(WRONG),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Err(WRONG),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct identifier
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(Reader(item))).transpose()
    }
}

struct Members {
    left: map::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        let name: StrDeserializer<'_, Unreadable> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(Reader(std::mem::take(&mut self.value)))
    }
}

struct Variant {
    name: String,
    value: Option<Value>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self), Unreadable> {
        let name: StrDeserializer<'_, Unreadable> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.value.is_none() { Ok(()) } else { Err(WRONG) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(Reader(self.value.ok_or(WRONG)?))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(WRONG)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Unreadable> {
        Err(WRONG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Term;
    use crate::wire::AskedQuestion;
    use serde_json::json;

    #[test]
    fn values_of_every_kind_are_read_or_refused() {
        assert_eq!(read::<Term>(json!({ "months": 3 })), Ok(Term::Months(3)));
        assert_eq!(read::<Option<Vec<u32>>>(json!([1, 2])), Ok(Some(vec![1, 2])));
        assert_eq!(read::<Option<u32>>(json!(null)), Ok(None));
        let asked = read::<AskedQuestion>(json!({ "product": "p", "mode": "test", "other": [1] }));
        assert_eq!(asked.map(|asked| asked.product), Ok(Some("p".to_owned())));
        for wrong in
            [json!({ "months": 3, "days": 1 }), json!("months"), json!({ "years": 1 }), json!(7)]
        {
            assert_eq!(read::<Term>(wrong), Err(WRONG));
        }
        assert_eq!(read::<u32>(json!(u64::MAX)), Err(WRONG));
        assert_eq!(read::<AskedQuestion>(json!([])), Err(WRONG));
    }

    #[test]
    fn a_missing_member_is_named() {
        let verdict = read::<crate::verdict::Verdict>(json!({ "valid": true }));
        assert_eq!(verdict.map_err(|error| error.missing), Err(Some("status")));
    }
}
