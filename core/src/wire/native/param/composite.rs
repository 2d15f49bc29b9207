//! Parameters that are objects or lists.

use serde_json::{Map, Value};

use super::{Param, Problem, object, refuse_other_members, take_member};
use crate::catalog::{ENTITLEMENTS_MAX, Floating, TTL_SECONDS_MAX};
use crate::metadata::{Metadata, TooMuchMetadata};
use crate::prelude::*;
use crate::text::Name;
use crate::time::{DAYS_MAX, MONTHS_MAX, Term};
use crate::wire::native::WholeNumber;

impl Param for Floating {
    fn read(value: Value) -> Result<Self, Problem> {
        let mut members = object(value)?;
        let ttl: WholeNumber<1, TTL_SECONDS_MAX> = take_member(&mut members, "ttl")?;
        refuse_other_members(&members)?;
        Ok(Self { ttl: ttl.small() })
    }

    fn write(&self) -> Value {
        serde_json::json!({ "ttl": self.ttl })
    }
}

impl Param for Term {
    fn read(value: Value) -> Result<Self, Problem> {
        let mut members = object(value)?;
        let months = take_member::<Option<WholeNumber<1, MONTHS_MAX>>>(&mut members, "months")?;
        let days = take_member::<Option<WholeNumber<1, DAYS_MAX>>>(&mut members, "days")?;
        refuse_other_members(&members)?;
        match (months, days) {
            (Some(months), None) => Ok(Self::Months(months.small())),
            (None, Some(days)) => Ok(Self::Days(days.small())),
            _ => Err(Problem::new("must be {\"months\": …} or {\"days\": …}")),
        }
    }

    fn write(&self) -> Value {
        match self {
            Self::Months(months) => serde_json::json!({ "months": months }),
            Self::Days(days) => serde_json::json!({ "days": days }),
        }
    }
}

impl Param for Metadata {
    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn read(value: Value) -> Result<Self, Problem> {
        Self::new(object(value)?)
            .map_err(|TooMuchMetadata| Problem::new("is larger than 4 KiB of JSON"))
    }

    fn write(&self) -> Value {
        if self.members().is_empty() { Value::Null } else { Value::Object(self.members().clone()) }
    }

    fn assumed() -> Value {
        Value::Object(Map::new())
    }
}

/// Entitlements: a list of names, each once.
impl Param for Vec<Name> {
    fn read(value: Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else {
            return Err(Problem::new("must be a list of strings"));
        };
        if items.len() > ENTITLEMENTS_MAX {
            return Err(Problem::new("must have at most 100 items"));
        }
        let mut names = Self::new();
        for (place, item) in items.into_iter().enumerate() {
            let name = Name::read(item).map_err(|problem| problem.within(&place.to_string()))?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn write(&self) -> Value {
        self.iter().map(Param::write).collect()
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = generator.subschema_for::<Self>();
        schema.insert("maxItems".to_owned(), ENTITLEMENTS_MAX.into());
        schema
    }
}
