//! The parameters of a call that a program wants written.

use crate::prelude::*;
use serde_json::{Map, Value};

use super::Fields;
use crate::refusal::WrongParameter;

/// Parameters, taken one by one. What is left at the end is unknown.
pub struct Params(Map<String, Value>);

impl core::fmt::Debug for Params {
    /// The names alone: any value may be a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<Fields> for Params {
    fn from(fields: Fields) -> Self {
        Self(fields.0)
    }
}

impl Params {
    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        let name = names.iter().find(|name| self.0.get(**name).is_some_and(|it| !it.is_null()))?;
        self.0.remove(*name).map(|value| (*name, value))
    }

    /// A text under the first of these names that is there.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] for what is no text.
    pub fn text(&mut self, names: &[&'static str]) -> Result<Option<String>, WrongParameter> {
        match self.take(names) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text)),
            Some((name, _)) => Err(WrongParameter::new(name, "must be a text")),
        }
    }

    /// As [`Self::text`], of what must be there and not be empty.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] also for what is missing or empty.
    pub fn required(&mut self, names: &[&'static str]) -> Result<String, WrongParameter> {
        let name = names.first().copied().unwrap_or_default();
        match self.text(names)? {
            None => Err(WrongParameter::new(name, "is missing")),
            Some(text) if text.trim().is_empty() => {
                Err(WrongParameter::new(name, "must not be empty"))
            }
            Some(text) => Ok(text),
        }
    }

    /// A whole number of 0 and more, also as a text.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] for anything else.
    pub fn number(&mut self, names: &[&'static str]) -> Result<Option<u64>, WrongParameter> {
        let Some((name, value)) = self.take(names) else { return Ok(None) };
        let number = match &value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let number = number.ok_or_else(|| WrongParameter::new(name, "must be a whole number"));
        number.map(Some)
    }

    /// Yes or no.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] for anything else.
    pub fn flag(&mut self, names: &[&'static str]) -> Result<Option<bool>, WrongParameter> {
        match self.take(names) {
            None => Ok(None),
            Some((_, Value::Bool(flag))) => Ok(Some(flag)),
            Some((name, _)) => Err(WrongParameter::new(name, "must be true or false")),
        }
    }

    /// Refuses what was not taken; `null` is absent.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] naming the first.
    pub fn end(self) -> Result<(), WrongParameter> {
        match self.0.iter().find(|(_, value)| !value.is_null()) {
            Some((name, _)) => Err(WrongParameter::new(name, "is not known to this call")),
            None => Ok(()),
        }
    }
}
