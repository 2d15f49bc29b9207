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

/// The first thing that was wrong, if anything was.
pub type Mistake = Option<Unreadable>;

/// A type that is read from a JSON value, in the form in which serde writes it.
///
/// A record is read to its end whatever is wrong with it: where each member could be the last one
/// read, there is code after each that drops all members before it, and that was the larger part.
pub trait Readable: Sized {
    /// Reads a value. Where it is none of this type, `mistake` says so afterwards and something of
    /// the type stands in for it.
    fn read(value: &Value, mistake: &mut Mistake) -> Self;

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
    let mut mistake = None;
    let read = T::read(value, &mut mistake);
    mistake.map_or(Ok(read), Err)
}

/// Reads one member of an object. Members that nobody asks for may be there.
pub(super) fn member<T: Readable>(
    object: &Map<String, Value>,
    name: &'static str,
) -> Result<T, Unreadable> {
    let mut mistake = None;
    let read = member_of(Some(object), name, &mut mistake);
    mistake.map_or(Ok(read), Err)
}

/// Reads a member of a record; of what is no object none can be read.
fn member_of<T: Readable>(
    object: Option<&Map<String, Value>>,
    name: &'static str,
    mistake: &mut Mistake,
) -> T {
    if let Some(value) = object.and_then(|object| object.get(name)) {
        return T::read(value, mistake);
    }
    T::absent().unwrap_or_else(|| {
        mistake.get_or_insert(Unreadable { missing: Some(name) });
        T::read(&Value::Null, mistake)
    })
}

/// What was read; where nothing was, that is a mistake, and the stand-in.
fn or<T>(read: Option<T>, mistake: &mut Mistake, stand_in: T) -> T {
    read.unwrap_or_else(|| {
        mistake.get_or_insert(WRONG);
        stand_in
    })
}

fn object<'a>(value: &'a Value, mistake: &mut Mistake) -> Option<&'a Map<String, Value>> {
    let object = value.as_object();
    if object.is_none() {
        mistake.get_or_insert(WRONG);
    }
    object
}

fn text<'a>(value: &'a Value, mistake: &mut Mistake) -> &'a str {
    or(value.as_str(), mistake, "")
}

/// A text with a form of its own.
fn parsed<T: FromStr>(value: &Value, mistake: &mut Mistake, stand_in: T) -> T {
    or(value.as_str().and_then(|text| text.parse().ok()), mistake, stand_in)
}

/// One of a few words.
fn word<T: Copy>(value: &Value, words: &[(&str, T)], mistake: &mut Mistake, stand_in: T) -> T {
    let text = text(value, mistake);
    let found = words.iter().find(|(word, _)| *word == text);
    or(found.map(|(_, meant)| *meant), mistake, stand_in)
}

impl Readable for bool {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        or(value.as_bool(), mistake, false)
    }
}

impl Readable for u64 {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        or(value.as_u64(), mistake, 0)
    }
}

impl Readable for u32 {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        or(u64::read(value, mistake).try_into().ok(), mistake, 0)
    }
}

impl Readable for i32 {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        or(value.as_i64().and_then(|number| number.try_into().ok()), mistake, 0)
    }
}

impl Readable for String {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        text(value, mistake).to_owned()
    }
}

impl<T: Readable> Readable for Option<T> {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        if value.is_null() { None } else { Some(T::read(value, mistake)) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Readable> Readable for Vec<T> {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        let items = or(value.as_array().map(Vec::as_slice), mistake, &[]);
        items.iter().map(|item| T::read(item, mistake)).collect()
    }
}

#[cfg(test)]
mod tests;
