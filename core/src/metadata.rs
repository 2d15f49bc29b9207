//! What a vendor keeps beside a product or a license: a JSON object that we only carry.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::json_text;
use crate::prelude::*;
use crate::schema::described;

/// Most bytes of metadata, written as compact JSON.
pub const METADATA_BYTES_MAX: usize = 4_096;

/// A JSON object of at most 4 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(Map<String, Value>);

described!(Metadata {
    "description": "The vendor's own members, only carried: at most 4 KiB of compact JSON.",
    "type": "object",
});

/// The object is larger than [`METADATA_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuchMetadata;

impl Metadata {
    /// Takes the object as it is.
    ///
    /// # Errors
    ///
    /// [`TooMuchMetadata`] above 4 KiB of compact JSON.
    pub fn new(object: Map<String, Value>) -> Result<Self, TooMuchMetadata> {
        if json_text::to_json(&object).len() > METADATA_BYTES_MAX {
            return Err(TooMuchMetadata);
        }
        Ok(Self(object))
    }

    /// These with another member in the object under `owner`, everything else as it was. What stands
    /// there and is no object goes.
    ///
    /// # Errors
    ///
    /// [`TooMuchMetadata`] when that is more than 4 KiB.
    pub fn with(&self, owner: &str, member: &str, value: Value) -> Result<Self, TooMuchMetadata> {
        let mut members = self.0.clone();
        let own = members.get(owner).and_then(Value::as_object);
        let mut own: Map<String, Value> = own.cloned().unwrap_or_default();
        own.insert(member.to_owned(), value);
        members.insert(owner.to_owned(), Value::Object(own));
        Self::new(members)
    }

    /// The members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json_text::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What a store holds was measured when it came in.
        let is_from_outside = deserializer.is_human_readable();
        let object = json_text::deserialize(deserializer)?;
        if is_from_outside {
            Self::new(object)
                .map_err(|TooMuchMetadata| D::Error::custom("metadata is larger than 4 KiB"))
        } else {
            Ok(Self(object))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_kibibytes_are_the_limit() {
        let holding = |bytes: usize| {
            let mut object = Map::new();
            object.insert("a".into(), Value::String("x".repeat(bytes)));
            Metadata::new(object)
        };
        let frame = r#"{"a":""}"#.len();
        assert!(holding(METADATA_BYTES_MAX - frame).is_ok());
        assert_eq!(holding(METADATA_BYTES_MAX - frame + 1), Err(TooMuchMetadata));
    }
}
