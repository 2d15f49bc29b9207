//! Short texts with a limit: what people call things, and how they are reached.

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize};

use crate::prelude::*;
use crate::schema::described;

/// Longest name and slug, in bytes.
pub const NAME_BYTES_MAX: usize = 255;
/// Longest e-mail address, in bytes (RFC 5321's path less its brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// Longest nonce, in characters.
pub const NONCE_CHARS_MAX: usize = 128;

/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// What is wrong with a text, as the end of a sentence that begins with the member's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextProblem(pub &'static str);

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident by $check:path $(, $keyword:literal: $rule:expr)*;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text, if it keeps to the limits.
            ///
            /// # Errors
            ///
            /// What is wrong with it.
            pub fn new(text: &str) -> Result<Self, TextProblem> {
                $check(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        described!($name {
            "description": concat!($($doc),*),
            "type": "string",
            $($keyword: $rule,)*
        });

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // What a store holds was checked when it came in.
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::new(&text).map_err(serde::de::Error::custom)
                } else {
                    String::deserialize(deserializer).map(Self)
                }
            }
        }
    )*};
}

texts! {
    /// What people call a product, a plan, a customer or a place: 1–255 bytes without control
    /// characters, trimmed.
    Name by name, "pattern": r"\S", "maxLength": NAME_BYTES_MAX;
    /// How callers name a product or a plan: 1–255 printable ASCII characters without spaces,
    /// and nothing that could be taken for an id.
    Slug by slug, "pattern": "^(?!prd_|pln_)[!-~]+$", "maxLength": NAME_BYTES_MAX,
        "examples": ["acme-forms-pro"];
    /// An e-mail address: something, an `@`, something, 254 bytes, no spaces.
    Email by email, "pattern": r"\S@\S", "maxLength": EMAIL_BYTES_MAX,
        "examples": ["ann@example.com"];
    /// What a caller wants to see again in the answer: 1–128 characters.
    Nonce by nonce, "minLength": 1, "maxLength": NONCE_CHARS_MAX;
    /// What makes the repeat of a call harmless: 1–255 characters.
    IdempotencyKey by idempotency_key, "minLength": 1, "maxLength": 255;
    /// What the payment side calls an order, a subscription, an event or an invoice: 1–255
    /// characters, none of them a control character.
    PaymentRef by payment_ref, "minLength": 1, "maxLength": 255, "examples": ["sub_1Q2w3E4r"];
    /// A currency's ISO 4217 code: three capital letters.
    Currency by currency, "pattern": "^[A-Z]{3}$", "examples": ["EUR"];
    /// Why somebody does something, for the history: 1–500 characters, trimmed.
    Reason by reason, "pattern": r"\S", "maxLength": REASON_CHARS_MAX;
}

fn name(text: &str) -> Result<String, TextProblem> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME_BYTES_MAX {
        Err(TextProblem("must be 1 to 255 bytes long"))
    } else if text.chars().any(char::is_control) {
        Err(TextProblem("must not hold control characters"))
    } else {
        Ok(text.to_owned())
    }
}

fn slug(text: &str) -> Result<String, TextProblem> {
    if text.is_empty() || text.len() > NAME_BYTES_MAX {
        Err(TextProblem("must be 1 to 255 bytes long"))
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(TextProblem("must be printable ASCII without spaces"))
    } else if text.starts_with("prd_") || text.starts_with("pln_") {
        Err(TextProblem("must not begin like an id"))
    } else {
        Ok(text.to_owned())
    }
}

fn email(text: &str) -> Result<String, TextProblem> {
    let text = text.trim();
    let parts = text.rsplit_once('@');
    if text.len() > EMAIL_BYTES_MAX {
        Err(TextProblem("must be at most 254 bytes long"))
    } else if parts.is_none_or(|(local, host)| local.is_empty() || host.is_empty()) {
        Err(TextProblem("must be an e-mail address such as ann@example.com"))
    } else if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        Err(TextProblem("must not hold spaces or control characters"))
    } else {
        Ok(text.to_owned())
    }
}

/// Characters of a text: bytes that do not go on with one. `Chars::count` is made for long texts, and
/// larger than whatever asks it in the wasm module.
pub(crate) fn count_chars(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

fn nonce(text: &str) -> Result<String, TextProblem> {
    if (1..=NONCE_CHARS_MAX).contains(&count_chars(text)) {
        Ok(text.to_owned())
    } else {
        Err(TextProblem("must be 1 to 128 characters long"))
    }
}

fn idempotency_key(text: &str) -> Result<String, TextProblem> {
    if (1..=255).contains(&count_chars(text)) {
        Ok(text.to_owned())
    } else {
        Err(TextProblem("must be 1 to 255 characters long"))
    }
}

fn payment_ref(text: &str) -> Result<String, TextProblem> {
    if text.chars().any(char::is_control) {
        Err(TextProblem("must not hold control characters"))
    } else {
        idempotency_key(text)
    }
}

fn reason(text: &str) -> Result<String, TextProblem> {
    let text = text.trim();
    if (1..=REASON_CHARS_MAX).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(TextProblem("must be 1 to 500 characters long"))
    }
}

fn currency(text: &str) -> Result<String, TextProblem> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        Err(TextProblem("must be an ISO 4217 code such as EUR"))
    }
}

impl Name {
    /// A name that was checked before it was stored.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The form in which names are searched: all lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl Slug {
    /// A slug that was checked before it was stored.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Email {
    /// The form under which two spellings of one address meet: all lower case. Mail hosts may
    /// tell local parts apart by case, but none that customers use does.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_limited() {
        assert_eq!(
            Name::new("  Acme Forms ").map(|name| name.to_string()),
            Ok("Acme Forms".into())
        );
        for bad in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(256)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
        assert!(Name::new(&"x".repeat(255)).is_ok());
    }

    #[test]
    fn a_slug_is_never_taken_for_an_id() {
        assert!(Slug::new("acme-forms-pro").is_ok());
        for bad in ["", "two words", "prd_1", "pln_1", "\u{fc}ber", "tab\t"] {
            assert!(Slug::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_has_two_sides_and_no_line_break() {
        assert!(Email::new("Ann@Example.com").is_ok());
        for bad in
            ["", "ann", "@example.com", "ann@", "a b@example.com", "ann@example.com\r\nBcc: x@y"]
        {
            assert!(Email::new(bad).is_err(), "{bad:?}");
        }
    }
}
