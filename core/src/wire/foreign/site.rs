//! Texts that are to name a site, before it is known which license is meant.

use crate::identifier::{
    ActivationType, IDENTIFIER_BYTES_MAX, Identifier, NotAnIdentifier, Unicode,
};
use crate::prelude::*;

/// Why a text names no site, whatever the license is for: nothing is left of it, or too much.
/// Whether what is left is a domain is the license's to say, which may be one for something else.
pub fn no_site(text: &str) -> Option<NotAnIdentifier> {
    // Names outside ASCII are something, whatever they are.
    const SOMETHING: Unicode =
        Unicode { to_ascii: |_| Some("a".to_owned()), to_lowercase: str::to_owned };
    match Identifier::new(ActivationType::Domain, text, SOMETHING) {
        Err(NotAnIdentifier::NotAHost) if text.trim().len() > IDENTIFIER_BYTES_MAX => {
            Some(NotAnIdentifier::TooLong)
        }
        Err(problem @ (NotAnIdentifier::Empty | NotAnIdentifier::TooLong)) => Some(problem),
        Ok(_) | Err(NotAnIdentifier::NotAHost) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_no_site_when_nothing_or_too_much_is_left() {
        let long = "x".repeat(256);
        let long_path = ["https://example.com/", &long].concat();
        let cases = [
            ("example.com", None),
            ("https://www.Example.com:8080/blog", None),
            (&long_path, None),
            ("MacBook Pro 7", None),
            ("münchen.example", None),
            ("", Some(NotAnIdentifier::Empty)),
            ("http://", Some(NotAnIdentifier::Empty)),
            ("www.", Some(NotAnIdentifier::Empty)),
            (&long, Some(NotAnIdentifier::TooLong)),
        ];
        for (text, expected) in cases {
            assert_eq!(no_site(text), expected, "{text}");
        }
    }
}
