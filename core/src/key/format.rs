//! How a product's new keys look, and how they are made from given entropy.

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::{self, DATA, GROUPS};
use super::pattern::{Element, Pattern};
use super::{KEY_CHARS_MAX, LicenseKey};
use crate::prelude::*;
use crate::schema::described;

/// How a product's new keys look. Written `counterfoil`, `hex-4x8`, or as a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFormat {
    /// `AFP-3K9XQ7-…`: the initials of the product's slug, then five groups of five random
    /// symbols and a check symbol, so that a typing error is found and located without a call.
    Counterfoil,
    /// `A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6`: 128 random bits, as LicenseDock has them.
    Hex4x8,
    /// The vendor's own.
    Pattern(Pattern),
}

described!(KeyFormat {
    "description": "How new keys look: `counterfoil`, `hex-4x8`, or a pattern in which `X` is a random \
        character of `A-Z2-9` without `I` and `O`, `H` a random hex digit, `\\` quotes, and everything \
        else stands for itself. A pattern needs 60 random bits at least.",
    "type": "string",
    "minLength": 1,
    "examples": ["counterfoil", "hex-4x8", r"C\H-XXXX-XXXX-XXXX"],
});

/// Why a text is no key format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFormatProblem {
    /// A `\` at the end.
    QuotesNothing,
    /// A character outside printable ASCII, or a space at an end.
    NotPrintable,
    /// Keys of more than 255 characters.
    TooLong,
    /// Keys that could be guessed.
    TooFewRandomBits {
        /// How many there are.
        bits: usize,
    },
}

impl KeyFormatProblem {
    /// The end of a sentence that begins with the format.
    pub fn text(self) -> String {
        let text = match self {
            Self::QuotesNothing => r"ends with `\`, which must quote a character",
            Self::NotPrintable => {
                "must be printable ASCII that neither begins nor ends with a space"
            }
            Self::TooLong => "makes keys of more than 255 characters",
            Self::TooFewRandomBits { bits } => {
                let needed =
                    " random bits and needs 60: `X` adds 5, `H` adds 4, or use `counterfoil`";
                return ["has ", &bits.to_string(), needed].concat();
            }
        };
        text.to_owned()
    }
}

impl fmt::Display for KeyFormatProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Enough random bytes for the longest key: 255 symbols of five bits.
pub struct KeyEntropy([u8; KeyEntropy::BYTES]);

impl KeyEntropy {
    /// How many bytes the caller has to bring.
    pub const BYTES: usize = (KEY_CHARS_MAX * 5).div_ceil(8);

    /// Takes the bytes of the process's own generator.
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }
}

/// It becomes a key, so it is as secret as one.
impl fmt::Debug for KeyEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEntropy(…)")
    }
}

/// Takes bits from the front of the entropy, each once.
struct Bits<'a> {
    bytes: core::slice::Iter<'a, u8>,
    held: u32,
    count: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> u8 {
        if self.count < count {
            // The entropy covers the longest key there is, so it never runs out.
            let byte = self.bytes.next().copied().unwrap_or(0);
            self.held = (self.held << 8) | u32::from(byte);
            self.count = self.count.saturating_add(8);
        }
        self.count = self.count.saturating_sub(count);
        let taken = self.held >> self.count;
        self.held &= (1_u32 << self.count).saturating_sub(1);
        u8::try_from(taken & 0xFF).unwrap_or(0)
    }
}

impl KeyFormat {
    /// Reads a format as a vendor writes it.
    ///
    /// # Errors
    ///
    /// A [`KeyFormatProblem`] when it is a pattern that makes no good keys.
    pub fn parse(text: &str) -> Result<Self, KeyFormatProblem> {
        match text {
            "counterfoil" => Ok(Self::Counterfoil),
            "hex-4x8" => Ok(Self::Hex4x8),
            pattern => Pattern::parse(pattern).map(Self::Pattern),
        }
    }

    /// The format as a vendor writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Counterfoil => "counterfoil",
            Self::Hex4x8 => "hex-4x8",
            Self::Pattern(pattern) => pattern.as_str(),
        }
    }

    /// A new key for a product with this slug.
    pub fn make(&self, slug: &str, entropy: &KeyEntropy) -> LicenseKey {
        let mut bits = Bits { bytes: entropy.0.iter(), held: 0, count: 0 };
        LicenseKey(match self {
            Self::Counterfoil => make_checked(&prefix(slug), &mut bits),
            Self::Hex4x8 => {
                let groups =
                    (0..4).map(|_| (0..8).map(|_| Element::Hex.write(bits.take(4))).collect());
                groups.collect::<Vec<String>>().join("-")
            }
            Self::Pattern(pattern) => pattern
                .elements()
                .iter()
                .map(|element| element.write(bits.take(element.bits())))
                .collect(),
        })
    }
}

fn make_checked(prefix: &[check::Symbol], bits: &mut Bits<'_>) -> String {
    let mut key: String = prefix.iter().copied().map(check::write).collect();
    for group in 1..=GROUPS {
        let data: Vec<_> = (0..DATA).map(|_| bits.take(5)).collect();
        let check = check::check_symbol(prefix, group, &data);
        key.push('-');
        key.extend(data.into_iter().chain([check]).map(check::write));
    }
    key
}

/// The initials of a slug's words, at most four; `CF` when there are fewer than two, or when one
/// of them is a letter that the key's alphabet lacks because it is easily misread.
fn prefix(slug: &str) -> Vec<check::Symbol> {
    let initials = slug
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter_map(|word| word.chars().next())
        .take(4)
        .map(|initial| match initial.to_ascii_uppercase() {
            'I' | 'L' | 'O' => None,
            other => check::read(other),
        })
        .collect::<Option<Vec<_>>>();
    initials
        .filter(|initials| initials.len() >= 2)
        .unwrap_or_else(|| "CF".chars().filter_map(check::read).collect())
}

impl Serialize for KeyFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for KeyFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn made(format: &str, slug: &str, byte: u8) -> String {
        let entropy = KeyEntropy::new([byte; KeyEntropy::BYTES]);
        KeyFormat::parse(format).unwrap().make(slug, &entropy).reveal().to_owned()
    }

    #[test]
    fn the_prefix_is_the_initials_where_they_cannot_be_misread() {
        for (slug, prefix) in [
            ("acme-forms-pro", "AFP-"),
            ("two_words", "TW-"),
            ("a-b-c-d-e", "ABCD-"),
            ("widget", "CF-"),
            ("image-lab", "CF-"),
            ("7zip-tools", "7T-"),
        ] {
            assert!(made("counterfoil", slug, 0x5A).starts_with(prefix), "{slug}");
        }
    }

    #[test]
    fn the_bits_are_used_from_the_front_and_once() {
        assert_eq!(made("hex-4x8", "x", 0x1F), "1F1F1F1F-1F1F1F1F-1F1F1F1F-1F1F1F1F");
        assert_eq!(made(r"C\H-XXXX-XXXX-XXXX", "x", 0), "CH-AAAA-AAAA-AAAA");
        assert_eq!(made(r"C\H-XXXX-XXXX-XXXX", "x", 0xFF), "CH-9999-9999-9999");
    }

    proptest! {
        #[test]
        fn different_entropy_makes_different_keys(left: [u8; 16], right: [u8; 16]) {
            let key = |seed: [u8; 16]| {
                let mut bytes = [0; KeyEntropy::BYTES];
                bytes[..15].copy_from_slice(&seed[..15]);
                KeyFormat::Counterfoil.make("acme-forms-pro", &KeyEntropy::new(bytes))
            };
            prop_assert_eq!(key(left) == key(right), left[..15] == right[..15]);
        }
    }
}
