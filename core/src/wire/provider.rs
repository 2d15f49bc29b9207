//! What payment providers say by webhook: read, and said again in our own words.
//!
//! A provider is a file beside this one, with two faces: how a request shows that it is the
//! provider's ([`Proof`]), and what its body says ([`Notice`]). Nothing here compares a secret: a
//! server does, and never learns which provider it is.
//!
//! Only what was signed is believed. What comes in a header beside it, a topic or the id of a
//! delivery, says nothing here.

mod gumroad;
mod lemonsqueezy;
mod money;
mod notice;
mod paddle;
mod reading;
mod signature;
mod stripe;
mod woocommerce;

pub use money::minor_digits;
pub use notice::{About, Buyer, Line, Notice, Purchase, Statement};
pub use signature::{NoProof, Proof};

use core::str::FromStr;
use serde::{Deserialize, Serialize};

use super::foreign::Incoming;

/// The bytes are no event of the provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// Not the name of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProvider;

macro_rules! providers {
    ($($(#[$doc:meta])* $provider:ident $name:literal $file:ident,)*) => {
        /// Who takes payments, and tells of them. A store keeps the place in this list: new ones
        /// come last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Provider {
            $($(#[$doc])* $provider,)*
        }

        impl Provider {
            /// Every one, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$provider),*];

            /// Its name, which is also the folder of its webhook.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$provider => $name,)*
                }
            }

            /// How a request shows that it is the provider's.
            ///
            /// # Errors
            ///
            /// [`NoProof`] when it does not even try.
            pub fn proof(self, request: &Incoming) -> Result<Proof, NoProof> {
                match self {
                    $(Self::$provider => $file::proof(request),)*
                }
            }

            /// What a body says. One of an unknown type says nothing.
            ///
            /// # Errors
            ///
            /// [`Unreadable`] for what is no event.
            pub fn read(self, body: &[u8]) -> Result<Notice, Unreadable> {
                match self {
                    $(Self::$provider => $file::read(body),)*
                }
            }
        }
    };
}
providers! {
    /// Stripe.
    Stripe "stripe" stripe,
    /// Paddle Billing.
    Paddle "paddle" paddle,
    /// Lemon Squeezy.
    LemonSqueezy "lemonsqueezy" lemonsqueezy,
    /// A shop that runs WooCommerce.
    WooCommerce "woocommerce" woocommerce,
    /// Gumroad.
    Gumroad "gumroad" gumroad,
}

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(name: &str) -> Result<Self, UnknownProvider> {
        Self::ALL.iter().copied().find(|one| one.word() == name).ok_or(UnknownProvider)
    }
}

#[cfg(test)]
mod tests;
