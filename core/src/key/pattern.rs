//! Vendors' own key formats, written as a pattern.

use super::{KEY_CHARS_MAX, KEY_RANDOM_BITS_MIN, KeyFormatProblem};

use crate::prelude::*;

/// A pattern: `X` is a random character of `A-Z2-9` without `I` and `O`, `H` a random upper-case
/// hex digit, `\` quotes the next character, everything else stands for itself.
///
/// `C\H-XXXX-XXXX-XXXX` makes keys such as `CH-7K2P-9XQ4-LM83`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    elements: Vec<Element>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Literal(char),
    /// Five random bits.
    Letter,
    /// Four random bits.
    Hex,
}

const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const HEX: &[u8; 16] = b"0123456789ABCDEF";

impl Element {
    pub(super) const fn bits(self) -> usize {
        match self {
            Self::Literal(_) => 0,
            Self::Letter => 5,
            Self::Hex => 4,
        }
    }

    /// The character this element writes for `value`, of which as many low bits count as it has.
    pub(super) fn write(self, value: u8) -> char {
        let symbol = match self {
            Self::Literal(character) => return character,
            Self::Letter => LETTERS.get(usize::from(value & 31)),
            Self::Hex => HEX.get(usize::from(value & 15)),
        };
        symbol.copied().map_or('2', char::from)
    }

    /// The character that a person means by `typed` in this place, if it can stand there.
    pub(super) fn read(self, typed: char) -> Option<char> {
        let upper = typed.to_ascii_uppercase();
        let fits = match self {
            Self::Literal(character) => {
                return character.eq_ignore_ascii_case(&typed).then_some(character);
            }
            Self::Letter => LETTERS.iter().any(|letter| char::from(*letter) == upper),
            Self::Hex => upper.is_ascii_hexdigit(),
        };
        fits.then_some(upper)
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A [`KeyFormatProblem`] when its keys would be too long, too easy to guess, or not keys.
    pub fn parse(text: &str) -> Result<Self, KeyFormatProblem> {
        let mut elements = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            elements.push(match character {
                'X' => Element::Letter,
                'H' => Element::Hex,
                '\\' => Element::Literal(characters.next().ok_or(KeyFormatProblem::QuotesNothing)?),
                other => Element::Literal(other),
            });
        }
        let printable = elements.iter().all(|element| match element {
            Element::Literal(character) => (' '..='~').contains(character),
            Element::Letter | Element::Hex => true,
        });
        let padded = [elements.first(), elements.last()].contains(&Some(&Element::Literal(' ')));
        let bits: usize = elements.iter().map(|element| element.bits()).sum();
        if !printable || padded {
            Err(KeyFormatProblem::NotPrintable)
        } else if elements.len() > KEY_CHARS_MAX {
            Err(KeyFormatProblem::TooLong)
        } else if bits < KEY_RANDOM_BITS_MIN {
            Err(KeyFormatProblem::TooFewRandomBits { bits })
        } else {
            Ok(Self { text: text.to_owned(), elements })
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn elements(&self) -> &[Element] {
        &self.elements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_random_bits_are_the_least() {
        assert!(Pattern::parse(r"C\H-XXXX-XXXX-XXXX").is_ok());
        assert_eq!(
            Pattern::parse(r"C\H-XXXX-XXXX-XXX").unwrap_err(),
            KeyFormatProblem::TooFewRandomBits { bits: 55 }
        );
        assert!(Pattern::parse("HHHHHHHHHHHHHHH").is_ok());
    }

    #[test]
    fn patterns_that_make_no_keys_are_refused() {
        for (text, problem) in [
            (r"XXXXXXXXXXXXX\", KeyFormatProblem::QuotesNothing),
            ("XXXXXXXXXXXXX ", KeyFormatProblem::NotPrintable),
            ("ÜXXXXXXXXXXXXX", KeyFormatProblem::NotPrintable),
            (&"X".repeat(256), KeyFormatProblem::TooLong),
        ] {
            assert_eq!(Pattern::parse(text).unwrap_err(), problem, "{text}");
        }
    }
}
