//! The members of a JSON reply, as a client reads them.

use crate::prelude::*;
use serde_json::{Map, Value};

use super::Wrong;
use crate::time::Timestamp;

/// The members of a JSON object. What is wrong is as good as absent, unless it may be absent.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a>(pub &'a Map<String, Value>);

impl<'a> Members<'a> {
    /// A text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    /// A text of one's own.
    pub fn string(self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A whole number of 0 and more.
    pub fn number(self, name: &str) -> Option<u32> {
        self.0.get(name)?.as_u64().and_then(|number| u32::try_from(number).ok())
    }

    /// True or false.
    pub fn flag(self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// A moment, as RFC 3339 writes it.
    pub fn time(self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    /// The members of an object in it.
    pub fn object(self, name: &str) -> Option<Members<'a>> {
        self.0.get(name)?.as_object().map(Members)
    }

    /// What may be null or left out.
    ///
    /// # Errors
    ///
    /// [`Wrong`] for what is there and cannot be read.
    pub fn maybe<T>(
        self,
        name: &str,
        read: impl FnOnce(Self, &str) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => read(self, name).map(Some).ok_or(Wrong),
        }
    }
}
