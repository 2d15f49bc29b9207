//! What an old system keeps with a license and we do not know: a text in its metadata.

use crate::metadata::{Metadata, TooMuchMetadata};
use crate::prelude::*;

/// A text to keep in a license's metadata: `{"<dialect>": {"<member>": "<text>"}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Under which dialect's name.
    pub dialect: &'static str,
    /// In which member.
    pub member: &'static str,
    /// The text.
    pub text: String,
}

impl Kept {
    /// The metadata with this text in it, everything else as it was.
    ///
    /// # Errors
    ///
    /// [`TooMuchMetadata`] when that is more than metadata may be.
    pub fn put_into(&self, metadata: &Metadata) -> Result<Metadata, TooMuchMetadata> {
        metadata.with(self.dialect, self.member, self.text.as_str().into())
    }
}

/// The text that is kept there, if one is.
pub fn kept<'a>(metadata: &'a Metadata, dialect: &str, member: &str) -> Option<&'a str> {
    metadata.members().get(dialect)?.get(member)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn metadata(value: &Value) -> Metadata {
        Metadata::new(value.as_object().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_text_is_kept_beside_everything_else() {
        let kept_text = |text: &str| Kept { dialect: "old", member: "data", text: text.to_owned() };
        let cases = [
            (json!({}), json!({ "old": { "data": "a" } })),
            (json!({ "x": 1 }), json!({ "x": 1, "old": { "data": "a" } })),
            (
                json!({ "old": { "y": [2], "data": "b" } }),
                json!({ "old": { "y": [2], "data": "a" } }),
            ),
            (json!({ "old": "none" }), json!({ "old": { "data": "a" } })),
        ];
        for (before, after) in cases {
            let put = kept_text("a").put_into(&metadata(&before));
            assert_eq!(put, Ok(metadata(&after)), "{before}");
        }
        let full = metadata(&json!({ "x": "y".repeat(4_000) }));
        assert_eq!(kept_text(&"z".repeat(100)).put_into(&full), Err(TooMuchMetadata));
    }

    #[test]
    fn what_is_no_text_is_not_kept() {
        let found = metadata(&json!({ "old": { "data": "a" }, "new": { "data": 1 }, "odd": 2 }));
        assert_eq!(kept(&found, "old", "data"), Some("a"));
        for dialect in ["new", "odd", "none"] {
            assert_eq!(kept(&found, dialect, "data"), None, "{dialect}");
        }
    }
}
