//! The fields of a request, whichever encoding they came in.

use crate::prelude::*;
use serde_json::{Map, Value};

/// Named values. A form has texts only; of a name that comes twice the last one counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Map<String, Value>);

impl core::fmt::Debug for Fields {
    /// The names alone: any value may be a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What is there and cannot be read as what it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong;

impl Fields {
    /// Those of a form's pairs.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pair = |(name, value): (N, V)| (name.into(), Value::String(value.into()));
        Self(pairs.into_iter().map(pair).collect())
    }

    /// Those of a URL-encoded form: pairs are split at their first `=`, so that values may hold
    /// raw ones.
    pub fn from_form(text: &[u8]) -> Self {
        Self::from_pairs(form_urlencoded::parse(text))
    }

    /// Those of a JSON object; `None` for anything else.
    pub fn from_json(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().map(Self)
    }

    /// A text that is there; what is no text is as good as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that is there and is more than white space.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// A text, if it is there; `null` is absent.
    ///
    /// # Errors
    ///
    /// [`Wrong`] for what is no text.
    pub fn strict(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Wrong)
            }
        }
    }

    /// These, and `others` where these have none.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }
}
