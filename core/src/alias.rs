//! Aliases: a license's name that is safe to store, print and mail. It identifies, it cannot
//! activate.

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize};

use crate::prelude::*;
use crate::schema::described;

/// A license's public name, `XXX-XXXX-XXXXX` of `A-Z0-9`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Alias(String);

described!(Alias {
    "description": "A license's public name: safe to store, print and mail, since it cannot activate.",
    "type": "string",
    "pattern": "^[A-Z0-9]{3}-[A-Z0-9]{4}-[A-Z0-9]{5}$",
    "examples": ["XLS-334A-86AF0"],
});

/// The text does not have the form of an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAlias;

const SYMBOLS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

impl Alias {
    /// The alias that this entropy names. Two may collide; who stores them tries again.
    pub fn make(entropy: [u8; 16]) -> Self {
        // 36^12 is below 2^63, so the remainder of 128 random bits is even to one part in 2^65.
        let mut number = u128::from_le_bytes(entropy);
        let mut text = String::with_capacity(14);
        for place in 0..12 {
            if place == 3 || place == 7 {
                text.push('-');
            }
            let symbol = usize::try_from(number % 36).ok().and_then(|digit| SYMBOLS.get(digit));
            text.push(char::from(*symbol.unwrap_or(&b'A')));
            number /= 36;
        }
        Self(text)
    }

    /// Reads an alias exactly as it is shown.
    ///
    /// # Errors
    ///
    /// [`NotAnAlias`] for any other form.
    pub fn parse(text: &str) -> Result<Self, NotAnAlias> {
        let right = text.len() == 14
            && text.bytes().enumerate().all(|(place, byte)| match place {
                3 | 8 => byte == b'-',
                _ => SYMBOLS.contains(&byte),
            });
        if right { Ok(Self(text.to_owned())) } else { Err(NotAnAlias) }
    }

    /// An alias that was checked before it was stored.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Alias {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|NotAnAlias| serde::de::Error::custom("not an alias such as XLS-334A-86AF0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_made_alias_has_the_form_of_one(entropy: [u8; 16]) {
            let alias = Alias::make(entropy);
            prop_assert_eq!(Alias::parse(alias.as_str()), Ok(alias));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "XLS-334A-86AF", "XLS-334A-86AF00", "xls-334a-86af0", "XLS_334A_86AF0"] {
            assert_eq!(Alias::parse(text), Err(NotAnAlias), "{text}");
        }
    }
}
