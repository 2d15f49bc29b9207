//! Members of `*.update`: absent keeps, null clears.

use serde_json::Value;

use super::{Param, Problem};

/// A member to change: `None` keeps what there is. Null is the value that `T` has when it is
/// absent; where it has none, null is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update<T>(pub Option<T>);

#[cfg(feature = "schema")]
impl<T: Param> schemars::JsonSchema for Update<T> {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        alloc::format!("{}Update", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::schema(generator)
    }
}

impl<T: Param> Param for Update<T> {
    fn absent() -> Option<Self> {
        Some(Self(None))
    }

    fn null() -> Result<Self, Problem> {
        let cleared = T::absent().ok_or_else(|| Problem::new("cannot be cleared"))?;
        Ok(Self(Some(cleared)))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        T::read(value).map(Some).map(Self)
    }

    fn write(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, T::write)
    }

    fn member(&self) -> Option<Value> {
        self.0.as_ref().map(T::write)
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::schema(generator)
    }
}
