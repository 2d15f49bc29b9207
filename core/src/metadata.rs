//! What a vendor keeps beside a product or a license: a JSON object that we only carry.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Most bytes of metadata, written as compact JSON.
pub const METADATA_BYTES_MAX: usize = 4_096;

/// A JSON object of at most 4 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(Map<String, Value>);

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
        let metadata = Self(object);
        if metadata.to_json().len() > METADATA_BYTES_MAX {
            return Err(TooMuchMetadata);
        }
        Ok(metadata)
    }

    /// The members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn to_json(&self) -> String {
        // Writing a map of JSON values to a string has no way to fail.
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

/// Readable formats get the object, a store's format its JSON text: that one cannot hold a value
/// that describes itself.
impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.0.serialize(serializer)
        } else if self.0.is_empty() {
            serializer.serialize_str("")
        } else {
            serializer.serialize_str(&self.to_json())
        }
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let object = Map::deserialize(deserializer)?;
            return Self::new(object)
                .map_err(|TooMuchMetadata| D::Error::custom("metadata is larger than 4 KiB"));
        }
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(&text).map(Self).map_err(D::Error::custom)
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
