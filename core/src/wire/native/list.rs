//! What every list takes: how many items, and where to go on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Defaulted, Param, Problem};
use crate::id::IdNumber;
use crate::prelude::*;
use crate::schema::described;

/// How many items of a list: 1 to 200, 50 where nothing is said.
pub type ListLimit = Defaulted<1, 200, 50>;

/// Where a list goes on: after the item with this number. Callers need not know that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(IdNumber);

described!(Cursor {
    "description": "Where a list goes on. What it says is the server's own business.",
    "type": "string",
    "examples": ["01KTBDX3BMZQ8V4T0R5E9W2YGC"],
});

impl Cursor {
    /// The cursor after the item with this number.
    pub const fn after(number: IdNumber) -> Self {
        Self(number)
    }

    /// The number of the last item that was given.
    pub const fn number(self) -> IdNumber {
        self.0
    }
}

impl Param for Cursor {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        let number = IdNumber::from_digits(&text);
        number.map(Self).map_err(|_| Problem::new("must be a `nextCursor` of this list"))
    }

    fn write(&self) -> Value {
        self.0.to_digits().into()
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_digits())
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = IdNumber::from_digits(&text);
        number.map(Self).map_err(|_| serde::de::Error::custom("not a cursor"))
    }
}
