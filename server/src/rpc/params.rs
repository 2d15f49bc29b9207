//! From the parameters' text to a call.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Call;
use jsonrpsee::types::Params;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Reads a call's parameters, which must be given by name.
///
/// # Errors
///
/// `invalid_params`.
pub(super) fn read<C: Call>(params: &Params<'_>) -> Result<C, Refusal> {
    members(params).and_then(C::read)
}

/// Reads the parameters of a method that has none.
///
/// # Errors
///
/// `invalid_params`.
pub(super) fn none(params: &Params<'_>) -> Result<(), Refusal> {
    match members(params)?.keys().next() {
        Some(name) => Err(Refusal::invalid_params(name, "is not known to this method")),
        None => Ok(()),
    }
}

fn members(params: &Params<'_>) -> Result<Map<String, Value>, Refusal> {
    match params.as_str() {
        None | Some("null") => Ok(Map::new()),
        // Some clients write "no parameters" as an empty list.
        Some(text) if is_empty_list(text) => Ok(Map::new()),
        Some(text) => serde_json::Deserializer::from_str(text)
            .deserialize_any(UniqueMembers)
            .map_err(|error| Refusal::invalid_params("params", problem(&error))),
    }
}

fn is_empty_list(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inside.is_some_and(|inside| inside.trim_ascii().is_empty())
}

const MUST_BE: &str = "must be an object, each parameter by its name";

fn problem(error: &serde_json::Error) -> String {
    // serde_json adds where in the text it happened, which a sentence has no use for.
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    match text.get(..end).unwrap_or_default() {
        "recursion limit exceeded" => "must not be nested that deeply".to_owned(),
        own if own.starts_with("must ") => own.to_owned(),
        wrong if wrong.starts_with("invalid type") => MUST_BE.to_owned(),
        other => format!("cannot be read: {other}"),
    }
}

/// An object none of whose members comes twice: two readers could take different ones.
struct UniqueMembers;

impl<'de> Visitor<'de> for UniqueMembers {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value()?;
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!("must not hold `{name}` twice")));
            }
            members.insert(name, value);
        }
        Ok(members)
    }
}
