//! The parameters of a call that a program wants written.

use crate::prelude::*;
use serde_json::{Map, Value};

use super::Fields;
use crate::refusal::WrongParameter;

/// Parameters, taken one by one. The first that is wrong is remembered, and what is left at the end
/// is unknown: [`Self::end`] tells.
pub struct Params {
    given: Map<String, Value>,
    wrong: Option<WrongParameter>,
}

impl core::fmt::Debug for Params {
    /// The names alone: any value may be a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.given.keys()).finish()
    }
}

impl From<Fields> for Params {
    fn from(fields: Fields) -> Self {
        Self { given: fields.0, wrong: None }
    }
}

impl Params {
    /// The value under the first of these names that is there.
    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        names.iter().find_map(|name| {
            // Null stays, which is as good as absent.
            let value = self.given.get_mut(*name)?.take();
            (!value.is_null()).then_some((*name, value))
        })
    }

    /// Remembers what is wrong, unless something was before.
    pub fn refuse(&mut self, name: &str, problem: &'static str) {
        self.wrong.get_or_insert_with(|| WrongParameter::new(name, problem));
    }

    /// What is wrong with this one, unless something was wrong before.
    pub fn wrong(&mut self, name: &str, problem: &'static str) -> WrongParameter {
        self.wrong.take().unwrap_or_else(|| WrongParameter::new(name, problem))
    }

    /// A text under the first of these names that is there. What is no text is wrong.
    pub fn text(&mut self, names: &[&'static str]) -> Option<String> {
        let (name, value) = self.take(names)?;
        if let Value::String(text) = value {
            return Some(text);
        }
        self.refuse(name, "must be a text");
        None
    }

    /// As [`Self::text`], of what must be there and not be empty; empty where it is wrong.
    pub fn required(&mut self, names: &[&'static str]) -> String {
        let text = self.text(names);
        let problem = if text.is_none() { "is missing" } else { "must not be empty" };
        let text = text.unwrap_or_default();
        if text.trim().is_empty() {
            self.refuse(names.first().copied().unwrap_or_default(), problem);
        }
        text
    }

    /// A whole number of 0 and more, also as a text. Anything else is wrong.
    pub fn number(&mut self, names: &[&'static str]) -> Option<u64> {
        let (name, value) = self.take(names)?;
        let number = match &value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        if number.is_none() {
            self.refuse(name, "must be a whole number");
        }
        number
    }

    /// Yes or no. Anything else is wrong.
    pub fn flag(&mut self, names: &[&'static str]) -> Option<bool> {
        let (name, value) = self.take(names)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.refuse(name, "must be true or false");
        }
        flag
    }

    /// Refuses what was wrong, or what was not taken; `null` is absent.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] naming the first.
    pub fn end(self) -> Result<(), WrongParameter> {
        let left = || {
            let (name, _) = self.given.iter().find(|(_, value)| !value.is_null())?;
            Some(WrongParameter::new(name, "is not known to this call"))
        };
        self.wrong.or_else(left).map_or(Ok(()), Err)
    }
}
