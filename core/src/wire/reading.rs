//! From a JSON value to one of our types.
//!
//! `serde_json::from_value` does the same for every order of members and says what was wrong in
//! words; the code that it takes, once for each type, was most of the module that browsers load.
//! Whoever answers a network's bytes needs no words, and the parameters of a call are read
//! elsewhere, with them.

mod records;

use serde_json::{Map, Value};

use crate::prelude::*;
use core::fmt;
use core::str::FromStr;

/// The value is not of the type asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The member that is missing, where that is what is wrong.
    pub missing: Option<&'static str>,
}

const WRONG: Unreadable = Unreadable { missing: None };

impl Unreadable {
    /// What is wrong, as a part of a sentence.
    pub fn problem(self) -> String {
        match self.missing {
            Some(member) => ["`", member, "` is missing"].concat(),
            None => "a member has the wrong form".to_owned(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem())
    }
}

impl core::error::Error for Unreadable {}

/// A type that is read from a JSON value, in the form in which serde writes it.
pub trait Readable: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] when it is none of this type.
    fn read(value: &Value) -> Result<Self, Unreadable>;

    /// Its value when the member is left out; `None` for one that must be there.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads `value` as a `T`.
///
/// # Errors
///
/// [`Unreadable`] when it is none.
pub fn read<T: Readable>(value: &Value) -> Result<T, Unreadable> {
    T::read(value)
}

/// Reads a member of an object. Members that nobody asks for may be there.
pub(super) fn member<T: Readable>(
    object: &Map<String, Value>,
    name: &'static str,
) -> Result<T, Unreadable> {
    match object.get(name) {
        Some(value) => T::read(value),
        None => T::absent().ok_or(Unreadable { missing: Some(name) }),
    }
}

fn object(value: &Value) -> Result<&Map<String, Value>, Unreadable> {
    value.as_object().ok_or(WRONG)
}

fn text(value: &Value) -> Result<&str, Unreadable> {
    value.as_str().ok_or(WRONG)
}

/// A text with a form of its own.
fn parsed<T: FromStr>(value: &Value) -> Result<T, Unreadable> {
    text(value)?.parse().map_err(|_| WRONG)
}

/// One of a few words.
fn word<T: Copy>(value: &Value, words: &[(&str, T)]) -> Result<T, Unreadable> {
    let text = text(value)?;
    words.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant).ok_or(WRONG)
}

impl Readable for bool {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_bool().ok_or(WRONG)
    }
}

impl Readable for u64 {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_u64().ok_or(WRONG)
    }
}

impl Readable for u32 {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        u64::read(value)?.try_into().map_err(|_| WRONG)
    }
}

impl Readable for i32 {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_i64().ok_or(WRONG)?.try_into().map_err(|_| WRONG)
    }
}

impl Readable for String {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        text(value).map(str::to_owned)
    }
}

impl<T: Readable> Readable for Option<T> {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        if value.is_null() { Ok(None) } else { T::read(value).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Readable> Readable for Vec<T> {
    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_array().ok_or(WRONG)?.iter().map(T::read).collect()
    }
}

#[cfg(test)]
mod tests;
