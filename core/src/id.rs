//! Typed ids: a prefix that says of what, and 26 characters that sort in order of creation.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::prelude::*;
use crate::schema::described;
use crate::time::Timestamp;

/// Crockford's base 32: no I, L, O, U, so nothing is misread.
pub(crate) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters after the prefix: 128 bits at five a character.
const DIGITS: usize = 26;

/// The number behind an id: 48 bits of milliseconds since 1970, then 80 bits that tell ids of one
/// moment apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(u128);

impl IdNumber {
    /// The number as it was stored.
    pub const fn from_raw(number: u128) -> Self {
        Self(number)
    }

    /// The number to store.
    pub const fn raw(self) -> u128 {
        self.0
    }

    /// The number as an id shows it, without a prefix.
    pub fn to_digits(self) -> String {
        digits(self.0).iter().copied().map(char::from).collect()
    }

    /// Reads what [`to_digits`](Self::to_digits) wrote.
    ///
    /// # Errors
    ///
    /// [`NotAnId`] for any other text.
    pub fn from_digits(text: &str) -> Result<Self, NotAnId> {
        read_digits(text).map(Self)
    }

    /// The smallest number of a moment.
    pub fn first_at(moment: Timestamp) -> Self {
        let milliseconds = u128::try_from(moment.unix()).unwrap_or(0).saturating_mul(1_000);
        Self(milliseconds.wrapping_shl(80))
    }

    /// The number after `self`: of the moment `now` where time went on, else a random small step
    /// further, so that ids keep the order of creation even when the clock goes back.
    #[must_use]
    pub fn next(self, now: Timestamp, entropy: [u8; 16]) -> Self {
        const LOW_80: u128 = (1 << 80) - 1;
        let random = u128::from_le_bytes(entropy);
        let milliseconds = u128::try_from(now.unix()).unwrap_or(0).saturating_mul(1_000);
        let of_now = milliseconds.wrapping_shl(80) | (random & LOW_80);
        if of_now > self.0 {
            Self(of_now)
        } else {
            Self(self.0.saturating_add(1).saturating_add(random & 0xFFFF_FFFF))
        }
    }
}

/// The text is not an id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

/// The digits, to be written in one piece: a serializer looks at each piece anew.
fn digits(number: u128) -> [u8; DIGITS] {
    let mut rest = number;
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        let symbol = usize::try_from(rest & 31).ok().and_then(|value| CROCKFORD.get(value));
        *digit = *symbol.unwrap_or(&b'0');
        rest >>= 5;
    }
    digits
}

/// Writes a prefix and the digits of a number, which `text` has just the room for.
fn write<'a>(prefix: &str, number: IdNumber, text: &'a mut [u8]) -> &'a str {
    let bytes = prefix.bytes().chain(digits(number.raw()));
    text.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    core::str::from_utf8(text).unwrap_or_default()
}

fn read_digits(text: &str) -> Result<u128, NotAnId> {
    // 26 characters carry 130 bits; a first character above 7 would not fit in 128.
    if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
        return Err(NotAnId);
    }
    text.bytes().try_fold(0_u128, |number, byte| {
        let digit = CROCKFORD.iter().position(|symbol| *symbol == byte).ok_or(NotAnId)?;
        Ok(number.wrapping_shl(5) | u128::try_from(digit).unwrap_or(0))
    })
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident $prefix:literal,)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(IdNumber);

        impl $name {
            /// What the text of such an id begins with.
            pub const PREFIX: &str = $prefix;

            /// The id with this number.
            pub const fn new(number: IdNumber) -> Self {
                Self(number)
            }

            /// The number without its kind.
            pub const fn number(self) -> IdNumber {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; $prefix.len() + DIGITS];
                f.write_str(write($prefix, self.0, &mut text))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = text.strip_prefix($prefix).ok_or(NotAnId)?;
                Ok(Self(IdNumber(read_digits(digits)?)))
            }
        }

        described!($name {
            "description": concat!($($doc),*),
            "type": "string",
            "pattern": concat!("^", $prefix, "[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
            "examples": [concat!($prefix, "01KTBDX3BMZQ8V4T0R5E9W2YGC")],
        });

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    // Not by `Display`: the wasm module has none of its machinery.
                    let mut text = [0; $prefix.len() + DIGITS];
                    serializer.serialize_str(write($prefix, self.0, &mut text))
                } else {
                    self.0.raw().to_be_bytes().serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(|NotAnId| {
                        serde::de::Error::custom(concat!("not an id that begins with ", $prefix))
                    })
                } else {
                    let bytes = <[u8; 16]>::deserialize(deserializer)?;
                    Ok(Self(IdNumber(u128::from_be_bytes(bytes))))
                }
            }
        }
    )*};
}

ids! {
    /// Who sells: `ven_…`.
    VendorId "ven_",
    /// What is sold: `prd_…`.
    ProductId "prd_",
    /// On which terms: `pln_…`.
    PlanId "pln_",
    /// One sale's right to use a product: `lic_…`.
    LicenseId "lic_",
    /// One place taken: `act_…`.
    ActivationId "act_",
    /// Who bought: `cus_…`.
    CustomerId "cus_",
    /// A credential: `tok_…`.
    TokenId "tok_",
    /// One item of a history: `evt_…`. In order of commit.
    EventId "evt_",
    /// One letter to a customer: `mai_…`.
    MailId "mai_",
    /// A payment provider whose webhooks are believed: `pcn_…`.
    PaymentConnectionId "pcn_",
    /// One thing that a payment provider sent: `pdl_…`.
    PaymentDeliveryId "pdl_",
    /// One purchase at the checkout: `chk_…`.
    CheckoutId "chk_",
    /// Where events are sent: `whk_…`.
    WebhookId "whk_",
    /// One event on its way to a webhook: `dlv_…`.
    DeliveryId "dlv_",
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_another_kind_is_not_read() {
        let license = LicenseId::new(IdNumber::from_raw(7)).to_string();
        assert_eq!(license, "lic_00000000000000000000000007");
        assert_eq!(license.parse::<ActivationId>(), Err(NotAnId));
        assert!(license.parse::<LicenseId>().is_ok());
    }

    #[test]
    fn ids_keep_the_order_of_creation_when_the_clock_goes_back() {
        let later = Timestamp::from_unix(2_000_000_000);
        let earlier = Timestamp::from_unix(1_000_000_000);
        let first = IdNumber::from_raw(0).next(later, [255; 16]);
        let second = first.next(earlier, [0; 16]);
        let third = second.next(later, [1; 16]);
        assert!(first < second && second < third);
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_gives_the_same_id(number: u128) {
            let id = ActivationId::new(IdNumber::from_raw(number));
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn the_text_sorts_as_the_number(left: u128, right: u128) {
            let text = |number| LicenseId::new(IdNumber::from_raw(number)).to_string();
            prop_assert_eq!(text(left).cmp(&text(right)), left.cmp(&right));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "lic_[0-9A-Za-z]{0,30}") {
            if let Ok(id) = text.parse::<LicenseId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
