//! Members of an event, as far as they are there and can be read.

use serde_json::{Map, Value};

use super::{Buyer, Unreadable};
use crate::prelude::*;
use crate::text::{Email, Name, PaymentRef};
use crate::time::Timestamp;
use crate::wire::foreign::Members;
use crate::wire::{NotJson, parse};

/// Most characters of a provider's word that are kept.
const WORD_CHARS_MAX: usize = 100;

/// The members of the JSON object that a body is.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    match parse(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(NotJson) => Err(Unreadable("is no JSON object")),
    }
}

/// A name, given as a text or a number.
pub(super) fn name(members: Members<'_>, member: &str) -> Option<PaymentRef> {
    PaymentRef::new(&word(members.0.get(member)?)?).ok()
}

/// A name, given itself or as the object that has it.
pub(super) fn link(members: Members<'_>, member: &str) -> Option<PaymentRef> {
    members.object(member).map_or_else(|| name(members, member), |of| name(of, "id"))
}

/// A name that must be there.
pub(super) fn needed(members: Members<'_>, member: &str) -> Result<PaymentRef, Unreadable> {
    name(members, member).ok_or(Unreadable("has no id"))
}

/// A text or a number, as a text that is more than nothing.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The word for what happened, for people to read.
pub(super) fn kind(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(WORD_CHARS_MAX).collect()
}

/// A whole number of 0 and more, also as a text.
pub(super) fn amount(members: Members<'_>, member: &str) -> Option<u64> {
    word(members.0.get(member)?)?.parse().ok()
}

/// How many; one where nothing is said.
pub(super) fn quantity(members: Members<'_>) -> u32 {
    let said = amount(members, "quantity").and_then(|number| u32::try_from(number).ok());
    said.filter(|number| *number > 0).unwrap_or(1)
}

/// Seconds since 1970.
pub(super) fn unix(members: Members<'_>, member: &str) -> Option<Timestamp> {
    members.0.get(member)?.as_i64().map(Timestamp::from_unix)
}

/// The objects of a list.
pub(super) fn objects<'a>(
    members: Members<'a>,
    member: &str,
) -> impl Iterator<Item = Members<'a>> + use<'a> {
    let list = members.0.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object).map(Members)
}

/// Who bought, where the event says so itself.
pub(super) fn buyer(email: Option<&str>, called: Option<&str>) -> Option<Buyer> {
    let email = Email::new(email?).ok()?;
    Some(Buyer::Known { email, called: person(called) })
}

/// What people call somebody; what can be nobody's name is none.
pub(super) fn person(called: Option<&str>) -> Option<Name> {
    Name::new(called?).ok()
}
