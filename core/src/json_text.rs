//! A JSON object inside a record: readable formats get the object, a store's format its JSON text,
//! because that one cannot hold a value that describes itself.

use serde::de::Error as _;

use crate::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The object as compact JSON.
pub(crate) fn to_json(object: &Map<String, Value>) -> String {
    // Writing a map of JSON values to a string has no way to fail.
    serde_json::to_string(object).unwrap_or_default()
}

pub(crate) fn serialize<S: Serializer>(
    object: &Map<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        object.serialize(serializer)
    } else if object.is_empty() {
        serializer.serialize_str("")
    } else {
        serializer.serialize_str(&to_json(object))
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<String, Value>, D::Error> {
    if deserializer.is_human_readable() {
        return Map::deserialize(deserializer);
    }
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(&text).map_err(D::Error::custom)
}
