//! Whole numbers with their limits, and what they are where nothing is said.

use serde_json::Value;

use crate::prelude::*;

use super::{Param, Problem};

/// A whole number from `MIN` to `MAX`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeNumber<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> WholeNumber<MIN, MAX> {
    /// The number.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// The number as 32 bits; [`u32::MAX`] where `MAX` allows more.
    pub fn small(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

#[cfg(feature = "schema")]
impl<const MIN: u64, const MAX: u64> schemars::JsonSchema for WholeNumber<MIN, MAX> {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        format!("WholeNumber{MIN}To{MAX}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl<const MIN: u64, const MAX: u64> Param for WholeNumber<MIN, MAX> {
    fn read(value: Value) -> Result<Self, Problem> {
        let number = value.as_u64().filter(|number| (MIN..=MAX).contains(number));
        number.map(Self).ok_or_else(|| {
            let (least, most) = (MIN.to_string(), MAX.to_string());
            Problem::new(["must be a whole number from ", &least, " to ", &most].concat())
        })
    }

    fn write(&self) -> Value {
        self.0.into()
    }
}

/// A whole number that is `DEFAULT` where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaulted<const MIN: u64, const MAX: u64, const DEFAULT: u64>(WholeNumber<MIN, MAX>);

impl<const MIN: u64, const MAX: u64, const DEFAULT: u64> Defaulted<MIN, MAX, DEFAULT> {
    /// The number as 32 bits; [`u32::MAX`] where `MAX` allows more.
    pub fn small(self) -> u32 {
        self.0.small()
    }
}

#[cfg(feature = "schema")]
impl<const MIN: u64, const MAX: u64, const DEFAULT: u64> schemars::JsonSchema
    for Defaulted<MIN, MAX, DEFAULT>
{
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        format!("WholeNumber{MIN}To{MAX}Or{DEFAULT}").into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        WholeNumber::<MIN, MAX>::json_schema(generator)
    }
}

impl<const MIN: u64, const MAX: u64, const DEFAULT: u64> Param for Defaulted<MIN, MAX, DEFAULT> {
    fn absent() -> Option<Self> {
        Some(Self(WholeNumber(DEFAULT)))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        WholeNumber::read(value).map(Self)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

/// Uses to count, or below zero to give back; 1 where nothing is said, a million at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment(i32);

impl Adjustment {
    /// Most uses at once, either way.
    pub const MAX: i32 = 1_000_000;

    /// The number.
    pub const fn value(self) -> i32 {
        self.0
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Adjustment {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Adjustment".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": -Self::MAX, "maximum": Self::MAX })
    }
}

impl Param for Adjustment {
    fn absent() -> Option<Self> {
        Some(Self(1))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
        let number = number.filter(|number| (-Self::MAX..=Self::MAX).contains(number));
        number
            .map(Self)
            .ok_or_else(|| Problem::new("must be a whole number from -1000000 to 1000000"))
    }

    fn write(&self) -> Value {
        self.0.into()
    }
}
