//! How each type of parameter is read from JSON and written to it, and what its JSON Schema says.

mod composite;
mod text;
mod words;

pub use text::{KeyText, Label, Reference};

use serde_json::{Map, Value};

use crate::prelude::*;
use crate::refusal::WrongParameter;
use crate::schema::Described;

/// What is wrong with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The member of it that is wrong, where it has members.
    pub member: Option<String>,
    /// The end of a sentence that begins with its name.
    pub text: String,
}

impl Problem {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { member: None, text: text.into() }
    }

    pub(super) fn within(self, member: &str) -> Self {
        let member = match self.member {
            Some(inner) => [member, ".", &inner].concat(),
            None => member.to_owned(),
        };
        Self { member: Some(member), ..self }
    }

    /// The same of the parameter of this name.
    pub(super) fn of(self, name: &str) -> WrongParameter {
        match self.member {
            Some(member) => WrongParameter::new(&[name, ".", &member].concat(), self.text),
            None => WrongParameter::new(name, self.text),
        }
    }
}

/// Reads a parameter that may be left out.
pub(super) fn given<P: Param>(value: Option<Value>) -> Result<P, Problem> {
    match value {
        None => P::absent().ok_or_else(|| Problem::new("is missing")),
        Some(Value::Null) => P::null(),
        Some(value) => P::read(value),
    }
}

/// A parameter without its type: a client's end has no use for a type of each call.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Reads a value as the server would, and writes it as the server would; `None`: left out.
    pub rewrite: fn(Option<Value>) -> Result<Option<Value>, Problem>,
}

impl Parameter {
    /// A parameter of type `P`.
    pub const fn of<P: Param>(name: &'static str) -> Self {
        Self { name, rewrite: |value| Ok(given::<P>(value)?.member()) }
    }
}

/// A type that parameters have. Its JSON Schema says what [`read`](Self::read) takes.
pub trait Param: Sized + Described {
    /// Its value when the member is absent; `None` for one that must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// Its value when the member is null, which is as good as absent unless it clears something.
    ///
    /// # Errors
    ///
    /// For one that must be there.
    fn null() -> Result<Self, Problem> {
        Self::absent().ok_or_else(|| Problem::new("is missing"))
    }

    /// Reads a value that is not null.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn read(value: Value) -> Result<Self, Problem>;

    /// Writes the value; null for one that is absent.
    fn write(&self) -> Value;

    /// Writes the member; `None` leaves it out.
    fn member(&self) -> Option<Value> {
        Some(self.write()).filter(|value| !value.is_null())
    }

    /// What an absent member is taken for, so that callers can be told; null for nothing at all.
    fn assumed() -> Value {
        Self::absent().map_or(Value::Null, |absent| absent.write())
    }

    /// The schema of a value that is not null.
    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<Self>()
    }
}

impl<P: Param> Param for Option<P> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read(value: Value) -> Result<Self, Problem> {
        P::read(value).map(Some)
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, P::write)
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        P::schema(generator)
    }
}

/// An object's member, read like a parameter of its own.
pub(super) fn take_member<P: Param>(
    object: &mut Map<String, Value>,
    name: &str,
) -> Result<P, Problem> {
    match object.remove(name) {
        None | Some(Value::Null) => {
            P::absent().ok_or_else(|| Problem::new("is missing").within(name))
        }
        Some(value) => P::read(value).map_err(|problem| problem.within(name)),
    }
}

/// Refuses what an object holds beyond the members that were taken.
pub(super) fn refuse_other_members(object: &Map<String, Value>) -> Result<(), Problem> {
    match object.keys().next() {
        Some(name) => Err(Problem::new("is not known").within(name)),
        None => Ok(()),
    }
}

pub(super) fn object(value: Value) -> Result<Map<String, Value>, Problem> {
    if let Value::Object(object) = value {
        Ok(object)
    } else {
        Err(Problem::new("must be an object"))
    }
}

fn string(value: Value) -> Result<String, Problem> {
    if let Value::String(text) = value { Ok(text) } else { Err(Problem::new("must be a string")) }
}

impl Param for bool {
    fn read(value: Value) -> Result<Self, Problem> {
        value.as_bool().ok_or_else(|| Problem::new("must be true or false"))
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

/// A yes or no that is `ASSUMED` where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag<const ASSUMED: bool>(pub bool);

#[cfg(feature = "schema")]
impl<const ASSUMED: bool> schemars::JsonSchema for Flag<ASSUMED> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Flag".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "boolean" })
    }
}

impl<const ASSUMED: bool> Param for Flag<ASSUMED> {
    fn absent() -> Option<Self> {
        Some(Self(ASSUMED))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        bool::read(value).map(Self)
    }

    fn write(&self) -> Value {
        self.0.into()
    }
}
