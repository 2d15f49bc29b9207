//! The OpenRPC document: every call with its schemas, refusals and examples, from the one list.
//!
//! Version 1.3.2, the newest that the published meta-schema knows. Parameters are described where
//! they stand; what answers are made of is shared below `components`. The same list gives the same
//! bytes. Three members are our own, as OpenRPC allows:
//!
//! - `x-scope` of a method: the scope a token needs, null where none is needed;
//! - `x-subscription` of a method: its notification, what that carries, and how it is ended;
//! - `x-errors` of the document: what each error means, and whether asking again makes sense.

mod document;
mod errors;
mod examples;
mod schemas;

pub use document::{DISCOVER, document};
pub use examples::{Example, compact, examples};

use alloc::borrow::Cow;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Call, Param, Scope};

/// What the documentation says of one call.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The method's name.
    pub method: &'static str,
    /// What its caller must be allowed.
    pub scope: Scope,
    /// Its doc comment, line by line.
    pub doc: &'static str,
    /// Its parameters.
    pub members: &'static [Member],
    /// The refusals that are its own.
    pub refusals: &'static [&'static str],
    /// Whether it may be refused with this word.
    pub may_refuse: fn(&str) -> bool,
    /// What it answers.
    pub answer: Shape,
    /// What it pushes, if it is a subscription.
    pub pushed: Option<Pushed>,
}

impl Described {
    /// What the call's type alone says.
    pub const fn of<C: Call<Answer: JsonSchema>>() -> Self {
        Self {
            method: C::METHOD,
            scope: C::SCOPE,
            doc: "",
            members: &[],
            refusals: C::REFUSALS,
            may_refuse: C::may_refuse,
            answer: Shape::of::<C::Answer>(),
            pushed: None,
        }
    }
}

/// What the documentation says of one parameter.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    name: &'static str,
    doc: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
    is_required: fn() -> bool,
    takes_null: fn() -> bool,
    assumed: fn() -> serde_json::Value,
}

impl Member {
    /// A parameter of type `P`.
    pub const fn of<P: Param>(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            doc,
            schema: P::schema,
            is_required: || P::absent().is_none(),
            takes_null: || P::null().is_ok(),
            assumed: P::assumed,
        }
    }
}

/// A type as its schema calls and describes it.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    name: fn() -> Cow<'static, str>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Shape {
    const fn of<T: JsonSchema>() -> Self {
        Self { name: T::schema_name, schema: SchemaGenerator::subschema_for::<T> }
    }
}

/// What a subscription pushes over its web socket.
#[derive(Clone, Copy, Debug)]
pub struct Pushed {
    notification: &'static str,
    unsubscribe: &'static str,
    item: Shape,
}

impl Pushed {
    /// Notifications that carry a `T` each, until `unsubscribe` is called.
    pub const fn of<T: JsonSchema>(notification: &'static str, unsubscribe: &'static str) -> Self {
        Self { notification, unsubscribe, item: Shape::of::<T>() }
    }
}

#[cfg(test)]
mod tests;
