//! License keys: the customer's secret, in whatever form the vendor gives it.
//!
//! A key is never judged by its form: plugins come with keys of other systems, and the only wrong
//! key is one that is not found. Form matters where keys are made ([`KeyFormat`]) and where a
//! person types one ([`inspect()`]).

mod check;
mod format;
mod inspect;
mod pattern;

pub use format::{KeyEntropy, KeyFormat, KeyFormatProblem};
pub use inspect::{Inspection, InspectionProblem, InspectionProblemCode, inspect};
pub use pattern::Pattern;

use core::fmt;

use crate::prelude::*;
use crate::schema::described;

/// Longest key, in characters.
pub const KEY_CHARS_MAX: usize = 255;

/// Shortest key of which any characters are shown.
const MASKED_CHARS_MIN: usize = 12;

/// Keys with fewer random bits could be guessed.
pub const KEY_RANDOM_BITS_MIN: usize = 60;

/// A text that can be a key: 1–255 printable ASCII characters, trimmed. Compared exactly.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKey(String);

described!(LicenseKey {
    "description": "A key: 1 to 255 printable ASCII characters, less the white space around them.",
    "type": "string",
    "pattern": r"^\s*[!-~]([ -~]*[!-~])?\s*$",
    "examples": ["CH-7K2P-9XQ4-LM83"],
});

/// The text can be nobody's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl LicenseKey {
    /// Takes a key as a customer or a vendor sent it, less the white space around it.
    ///
    /// # Errors
    ///
    /// [`NotAKey`] when it is empty, longer than 255 characters or not printable ASCII.
    pub fn new(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim();
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if (1..=KEY_CHARS_MAX).contains(&text.len()) && printable {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAKey)
        }
    }

    /// The key as it is told to its owner.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The key as people may see it who must not have it: its first four characters, and of one
    /// that is so short that these would tell much of it none.
    pub fn masked(&self) -> String {
        let shown =
            if self.0.len() < MASKED_CHARS_MIN { "" } else { self.0.get(..4).unwrap_or("") };
        [shown, "\u{2026}"].concat()
    }

    /// The form in which two keys must differ to be told apart on a server.
    pub fn folded(&self) -> String {
        self.0.to_ascii_uppercase()
    }
}

/// Logs may show the first four characters of a key, and no more.
impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.0.get(..4).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_keys_are_taken_as_they_are() {
        for text in [
            "CH-7K2P-9XQ4-LM83",
            "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6",
            "XLS-334A-86AF0",
            "ABCD1234-EFGH5678-IJKL9012-MNOP3456",
            "a key with spaces",
            "?",
        ] {
            assert_eq!(LicenseKey::new(&format!("  {text}\n")).unwrap().reveal(), text);
        }
        for text in ["", "   ", "sch\u{fc}ssel", "a\u{0}b", "a\tb", &"x".repeat(256)] {
            assert_eq!(LicenseKey::new(text), Err(NotAKey), "{text:?}");
        }
    }

    #[test]
    fn a_key_in_a_log_shows_four_characters() {
        let key = LicenseKey::new("CH-7K2P-9XQ4-LM83").unwrap();
        assert_eq!(format!("{key:?}"), "CH-7…");
        assert_eq!(key.masked(), "CH-7…");
        assert_eq!(LicenseKey::new("XLS-334A-86").unwrap().masked(), "…");
    }
}
